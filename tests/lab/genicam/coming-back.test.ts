import { describe, expect, it } from "vitest";
import { createAcquisitionRunner } from "../../../src/engine/acquisition/acquisition-runner.ts";
import { featureLeaf } from "../../../src/engine/devices/genicam/features/feature-tree.ts";
import { writeFeature } from "../../../src/engine/devices/genicam/features/feature-value.ts";
import { REG } from "./sensor-map.ts";
import { valueOf } from "./settled.ts";
import type { CameraMemory } from "./camera-memory.ts";
import type { GenicamRig } from "./rig.ts";
import { CAMERA_TRANSPORTS } from "./transports.ts";

/** Writes a feature as the tree's screen does. */
async function write({ clock, camera }: GenicamRig, name: string, text: string): Promise<void> {
  const map = camera.nodeMap();
  const leaf = map === undefined ? undefined : featureLeaf(map, name);
  if (map === undefined || leaf === undefined) throw new Error(`there is no ${name}`);
  await valueOf(clock, writeFeature(map, leaf, text));
  await valueOf(clock, camera.refresh({ name, text }));
}

/** Its power goes, and it is there again as it left the factory. */
async function losePower({ unplug, plugAnother, clock, camera }: GenicamRig, missedWithinMs: number): Promise<CameraMemory> {
  unplug();
  await clock.advance(missedWithinMs + 300);
  expect(camera.status().state).toBe("absent");
  const memory = plugAnother();
  expect([memory.u32(REG.exposureAuto), memory.f64(REG.exposure)]).toEqual([0, 10_000]);
  const pluggedMs = clock.nowMs();
  while (camera.status().state !== "ready" && clock.nowMs() - pluggedMs < 5000) await clock.advance(10);
  expect(clock.nowMs() - pluggedMs).toBeLessThanOrEqual(2000);
  return memory;
}

describe.each(CAMERA_TRANSPORTS)("a $name camera that lost its power", ({ open, isLittleEndian, missedWithinMs }) => {
  const connected = async (): Promise<GenicamRig> => {
    const lab = await open();
    await valueOf(lab.clock, lab.camera.connect());
    return lab;
  };

  it("has its automatic modes again, on top of the values it had", async () => {
    const lab = await connected();
    await valueOf(lab.clock, lab.camera.applySettings({ exposureMs: 3.5, gainDb: 6 }));
    await write(lab, "ExposureAuto", "Continuous");
    await write(lab, "GainAuto", "Continuous");
    let memory = await losePower(lab, missedWithinMs);
    expect([memory.u32(REG.exposureAuto), memory.u32(REG.gainAuto)]).toEqual([1, 1]);
    expect(memory.f64(REG.exposure)).toBe(3500);
    // Set by hand it is no longer automatic, then and after the next loss.
    await valueOf(lab.clock, lab.camera.applySettings({ exposureMs: 7 }));
    expect([memory.u32(REG.exposureAuto), memory.u32(REG.gainAuto)]).toEqual([0, 1]);
    memory = await losePower(lab, missedWithinMs);
    expect([memory.u32(REG.exposureAuto), memory.u32(REG.gainAuto), memory.f64(REG.exposure)]).toEqual([0, 1, 7000]);
    await lab.end();
  });

  it("has them also when a run goes on by itself", async () => {
    const lab = await connected();
    const runner = createAcquisitionRunner({ camera: lab.camera, clock: lab.clock });
    await valueOf(lab.clock, runner.start());
    await valueOf(lab.clock, runner.applySettings({ exposureMs: 3.5, frameRate: 30 }));
    await write(lab, "ExposureAuto", "Continuous");
    const memory = await losePower(lab, missedWithinMs);
    while (runner.isRecovering()) await lab.clock.advance(10);
    expect(runner.state()).toBe("running");
    expect(memory.u32(REG.exposureAuto)).toBe(1);
    expect(lab.camera.settings()).toMatchObject({ frameRate: 30, roi: { width: 64, height: 48 } });
    await valueOf(lab.clock, runner.dispose());
    await lab.end();
  });

  it("has every feature that was written by the tree, each under its selector, and the selectors where they stood", async () => {
    const lab = await connected();
    await write(lab, "TestPattern", "Ramp");
    await write(lab, "TriggerSelector", "AcquisitionStart");
    await write(lab, "TriggerMode", "On");
    await write(lab, "TriggerSelector", "FrameStart");
    await write(lab, "TriggerMode", "On");
    await write(lab, "TriggerMode", "Off");
    await write(lab, "TriggerSelector", "AcquisitionStart");
    const memory = await losePower(lab, missedWithinMs);
    // The first four bits: GigE Vision counts bits from the other end.
    const pattern = memory.u32(REG.pattern);
    expect(isLittleEndian ? pattern & 0xf : pattern >>> 28).toBe(1);
    expect([memory.u32(REG.triggerMode), memory.u32(REG.triggerMode + 4), memory.u32(REG.triggerSelector)]).toEqual([0, 1, 1]);
    await lab.end();
  });

  it("says what it does not take any more, and has the rest", async () => {
    const lab = await connected();
    const told: string[] = [];
    lab.camera.onDidReport(({ message }) => told.push(message));
    await write(lab, "TestPattern", "Ramp");
    await valueOf(lab.clock, lab.camera.applySettings({ exposureMs: 3.5, gainDb: 6 }));
    lab.faults.denied.add(REG.pattern);
    const memory = await losePower(lab, missedWithinMs);
    expect(memory.f64(REG.exposure)).toBe(3500);
    expect(lab.camera.settings().gainDb).toBe(6);
    expect(told).toEqual([expect.stringMatching(/^The settings from before could not all be set again: TestPattern \(/u)]);
    await lab.end();
  });
});
