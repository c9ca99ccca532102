import { describe, expect, it } from "vitest";
import { createManualClock, type ManualClock } from "../../src/core/testing/manual-clock.ts";
import type { Camera } from "../../src/engine/devices/api/camera.ts";
import type { Device } from "../../src/engine/devices/api/device.ts";
import type { XYStage } from "../../src/engine/devices/api/xy-stage.ts";
import { HandTurret } from "../../src/engine/devices/drivers/hand/hand-turret.ts";
import { type MicroscopeSeats, seatMicroscope } from "../../src/engine/devices/seats/seated-microscope.ts";
import { createVirtualMicroscope, type VirtualMicroscope } from "../../src/engine/devices/virtual/virtual-microscope.ts";
import { createFramePool } from "../../src/engine/acquisition/frame-pool.ts";
import { bytesPerFrame } from "../../src/engine/acquisition/run-pool.ts";
import { ROLES } from "../../src/shared/domain/device-configuration.ts";
import type { FaultKind } from "../../src/shared/domain/devices.ts";
import { isOcularError } from "../../src/shared/errors.ts";
import { um } from "../../src/shared/units.ts";
import { LAB_FAMILIES } from "../lab/serial/families.ts";
import { LabController } from "../lab/serial/lab-controller.ts";
import { inProcess, SERIAL_FAULTS } from "../lab/serial/subject.ts";
import { cameraContract } from "./camera-contract.ts";
import type { Subject, SubjectFactory } from "./contract.ts";
import { illuminationContract, objectiveTurretContract } from "./light-and-turret-contract.ts";
import { focusDriveContract, xyStageContract } from "./stage-contract.ts";

const FAULTS: readonly FaultKind[] = ["stall", "dropFrames", "timeout", "disconnect", "reconnect"];

/** A seat in which a device of one virtual microscope sat before that of another took it. */
function seated<D extends Device>(choose: (seats: MicroscopeSeats) => D, device: (microscope: VirtualMicroscope) => { readonly faults: { next(fault: FaultKind): void } }) {
  return async (): Promise<Required<Subject<D>> & { readonly seats: MicroscopeSeats; readonly clock: ManualClock }> => {
    const clock = createManualClock();
    const [before, after] = [0, 1].map(() => createVirtualMicroscope({ specimen: "nuclei", clock, rendering: "inline", frameRate: 20 }));
    if (before === undefined || after === undefined) throw new Error("unreachable: two were made");
    const { seats } = seatMicroscope(clock, before);
    // A small picture is as good for promises as a large one.
    await after.camera.connect();
    await after.camera.applySettings({ roi: { ...after.camera.settings().roi, width: 64, height: 48 } });
    await after.camera.disconnect();
    seats.camera.take(after.camera);
    seats.xyStage.take(after.stage);
    seats.focusDrive.take(after.focus);
    seats.illumination.take(after.light);
    seats.objectiveTurret.take(after.turret);
    return {
      seats, clock, device: choose(seats), nowMs: clock.nowMs, advance: clock.advance, pendingCount: clock.pendingCount,
      fail: (fault) => device(after).faults.next(fault),
      async dispose() {
        await before.dispose();
        await after.dispose();
      },
    };
  };
}

cameraContract("a camera in its seat", seated((seats) => seats.camera, ({ camera }) => camera), { faults: FAULTS });
xyStageContract("a stage in its seat", seated((seats) => seats.xyStage, ({ stage }) => stage), { faults: FAULTS });
focusDriveContract("a focus drive in its seat", seated((seats) => seats.focusDrive, ({ focus }) => focus), { faults: FAULTS });
illuminationContract("a light in its seat", seated((seats) => seats.illumination, ({ light }) => light), { faults: FAULTS });
objectiveTurretContract("a turret in its seat", seated((seats) => seats.objectiveTurret, ({ turret }) => turret), { faults: FAULTS });

/** A stage on a serial controller of the lab, in a seat. */
const serialStageInSeat: SubjectFactory<XYStage> = async () => {
  const family = LAB_FAMILIES["prior-proscan"];
  if (family === undefined) throw new Error("the lab has no ProScan");
  const subject = await inProcess(family, ({ stage }) => stage)();
  const { seats } = seatMicroscope(createManualClock());
  seats.xyStage.take(subject.device);
  return { ...subject, device: seats.xyStage };
};
xyStageContract("a serial stage in its seat", serialStageInSeat, { faults: SERIAL_FAULTS });

/** The virtual camera in its seat, beside stage and focus of a serial controller of the lab, which are at work. */
const besideSerialStage: SubjectFactory<Camera> = async () => {
  const family = LAB_FAMILIES["prior-proscan"];
  if (family === undefined) throw new Error("the lab has no ProScan");
  const camera = await seated((seats) => seats.camera, (microscope) => microscope.camera)();
  const controller = family.drive(new LabController(family.model(camera.clock), camera.clock).port, camera.clock);
  const { stage, focus } = controller;
  if (stage === undefined || focus === undefined) throw new Error("the lab's ProScan has stage and focus");
  const connecting = Promise.all([stage.connect(), focus.connect()]);
  await camera.advance(2000);
  await connecting;
  camera.seats.xyStage.take(stage);
  camera.seats.focusDrive.take(focus);
  return {
    device: camera.device, nowMs: camera.nowMs, advance: camera.advance, fail: camera.fail,
    async dispose() {
      await controller.dispose();
      await camera.advance(100);
      await camera.dispose();
    },
  };
};
cameraContract("the virtual camera beside a serial stage", besideSerialStage, { faults: FAULTS });

objectiveTurretContract("the nosepiece turned by hand", async () => {
  const clock = createManualClock();
  const lens = (id: string, magnification: number) => ({ id, magnification, numericalAperture: 0.5, immersion: "air" as const, name: id });
  return { device: new HandTurret([lens("10x", 10), lens("40x", 40)], clock), nowMs: clock.nowMs, advance: clock.advance, pendingCount: clock.pendingCount, dispose: async () => undefined };
});

describe("an empty seat", () => {
  it("is an absent device with a reason, in the place of every role", async () => {
    const clock = createManualClock();
    const { seats, isFitted } = seatMicroscope(clock);
    for (const seat of ROLES.map((role) => seats[role])) {
      expect(seat.status()).toMatchObject({ state: "absent", reason: "nothing is set up" });
      expect(isFitted(seat.kind)).toBe(false);
      await expect(seat.connect()).rejects.toSatisfy((error) => isOcularError(error, "DeviceDisconnected"));
      await seat.disconnect();
    }
    await expect(seats.xyStage.moveTo({ x: um(1), y: um(1) })).rejects.toSatisfy((error) => isOcularError(error, "DeviceDisconnected"));
    await expect(seats.illumination.setLevel(10)).rejects.toSatisfy((error) => isOcularError(error, "DeviceDisconnected"));
    expect(seats.objectiveTurret.objectives()).toEqual([]);
  });

  it("tells when somebody sits down and when he leaves, and hears nothing of the one before", async () => {
    const clock = createManualClock();
    const [first, second] = [createVirtualMicroscope({ specimen: "nuclei", clock, rendering: "inline" }), createVirtualMicroscope({ specimen: "nuclei", clock, rendering: "inline" })];
    const { seats } = seatMicroscope(clock);
    const told: string[] = [];
    seats.xyStage.onDidChangeStatus(({ state, identity }) => told.push(`${identity.model} ${state}`));
    await first.stage.connect();
    seats.xyStage.take(first.stage);
    seats.xyStage.take(second.stage);
    await first.stage.disconnect();
    seats.xyStage.take(undefined);
    expect(told).toEqual(["Virtual stage ready", "Virtual stage absent", "No stage absent"]);
    await first.dispose();
    await second.dispose();
  });

  it("keeps its camera while that one runs: frames of two cameras never mix", async () => {
    const clock = createManualClock();
    const microscope = createVirtualMicroscope({ specimen: "nuclei", clock, rendering: "inline", frameRate: 20 });
    const { seats } = seatMicroscope(clock, microscope);
    await seats.camera.connect();
    const pool = createFramePool({ slotBytes: bytesPerFrame(seats.camera.settings()), slotCount: 2 });
    await seats.camera.startAcquisition(pool);
    expect(() => { seats.camera.take(undefined); }).toThrow(/acquiring/u);
    await seats.camera.stopAcquisition();
    seats.camera.take(undefined);
    expect(seats.camera.sitting()).toBeUndefined();
    pool.assertAllFree();
    await microscope.dispose();
  });
});
