import { describe, expect, it } from "vitest";
import { createManualClock } from "../../../src/core/testing/manual-clock.ts";
import { SERIAL_FAMILIES } from "../../../src/engine/devices/drivers/families.ts";
import { type ProbeFinding, probePort } from "../../../src/engine/devices/drivers/kit/probe.ts";
import { bytesOf } from "../../../src/engine/devices/transports/byte-stream.ts";
import { LAB_FAMILIES } from "../../lab/serial/families.ts";
import { LabController } from "../../lab/serial/lab-controller.ts";

/** Lets time pass until the work is done. */
async function finish<T>(clock: ReturnType<typeof createManualClock>, work: Promise<T>): Promise<T> {
  let isOver = false;
  const watched = work.finally(() => {
    isOver = true;
  });
  watched.catch(() => undefined);
  for (let turns = 0; !isOver && turns < 100_000; turns += 1) await clock.advance(Math.max(1, (clock.nextDueMs() ?? 0) - clock.nowMs()));
  return watched;
}

describe.each(Object.values(LAB_FAMILIES))("probing a port with a virtual $id", (family) => {
  it("finds family and speed, and neither moves nor lights anything", async () => {
    const clock = createManualClock();
    const lab = new LabController(family.model(clock), clock);
    let hasMoved = false;
    const watch = (): void => {
      hasMoved ||= lab.isMoving() || Object.values(lab.model.lights).some((level) => level() > 0);
    };
    const finding = await finish(clock, probePort(lab.port, SERIAL_FAMILIES, { clock, onTry: watch }));
    watch();
    expect(finding?.familyId).toBe(lab.model.family);
    expect(finding?.line.baudRate).toBe(lab.model.line.baudRate);
    expect(hasMoved).toBe(false);
    expect(Object.values(lab.model.axes).map((axis) => axis.motor())).toEqual(Object.values(lab.model.axes).map(() => 0));
  });

  it("is not moved or lit by any family's question, asked by hand", async () => {
    const clock = createManualClock();
    const lab = new LabController(family.model(clock), clock);
    const stream = await lab.port.open(lab.model.line);
    for (const { probe } of SERIAL_FAMILIES) {
      for (const text of [probe.identify.send, probe.rules.resync.clear ?? "", probe.rules.resync.sentinel?.send ?? ""]) {
        await stream.write(bytesOf(text));
        await clock.advance(1500);
        expect(lab.isMoving(), JSON.stringify(text)).toBe(false);
      }
    }
    expect(Object.values(lab.model.axes).map((axis) => axis.motor())).toEqual(Object.values(lab.model.axes).map(() => 0));
    expect(Object.values(lab.model.lights).map((level) => level())).toEqual(Object.values(lab.model.lights).map(() => 0));
  });
});

describe("probing", () => {
  it("finds a controller that was set to another speed", async () => {
    const clock = createManualClock();
    const family = LAB_FAMILIES["prior-proscan"];
    const model = family?.model(clock);
    if (model === undefined) throw new Error("no such family");
    const lab = new LabController({ ...model, line: { baudRate: 38_400 } }, clock);
    const finding: ProbeFinding | undefined = await finish(clock, probePort(lab.port, SERIAL_FAMILIES, { clock }));
    expect(finding).toMatchObject({ familyId: "prior-proscan", line: { baudRate: 38_400 } });
  });

  it("says that nobody is there when nobody answers, and lets the port go", async () => {
    const clock = createManualClock();
    const model = LAB_FAMILIES["prior-proscan"]?.model(clock);
    if (model === undefined) throw new Error("no such family");
    const lab = new LabController({ ...model, hear: (held) => held.length }, clock);
    expect(await finish(clock, probePort(lab.port, SERIAL_FAMILIES, { clock }))).toBeUndefined();
    const again = await lab.port.open({ baudRate: 9600 });
    await again.close();
  });

  it("tells that another program holds the port", async () => {
    const clock = createManualClock();
    const model = LAB_FAMILIES["prior-proscan"]?.model(clock);
    if (model === undefined) throw new Error("no such family");
    const lab = new LabController(model, clock);
    await lab.port.open({ baudRate: 9600 });
    await expect(finish(clock, probePort(lab.port, SERIAL_FAMILIES, { clock }))).rejects.toThrow("another program holds it");
  });
});
