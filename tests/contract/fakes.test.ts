import { describe, expect, it } from "vitest";
import { createManualClock, type ManualClock } from "../../src/core/testing/manual-clock.ts";
import type { Device } from "../../src/engine/devices/api/device.ts";
import type { FaultKind } from "../../src/shared/domain/devices.ts";
import { cameraContract, cameraPromises } from "./camera-contract.ts";
import { checkPromise, type DevicePromise, type SubjectFactory } from "./contract.ts";
import { type CameraSin, createFakeCamera } from "./fakes/fake-camera.ts";
import { createFakeLight, createFakeTurret, type LightSin, type TurretSin } from "./fakes/fake-light-and-turret.ts";
import { type AxisSin, createFakeFocus, createFakeStage } from "./fakes/fake-motion.ts";
import { illuminationContract, illuminationPromises, objectiveTurretContract, objectiveTurretPromises } from "./light-and-turret-contract.ts";
import { focusDriveContract, xyStageContract, xyStagePromises } from "./stage-contract.ts";

/**
 * A suite that cannot fail proves nothing. Here each contract meets an honest device in memory, which it must pass, and
 * then the same device with one promise broken, which it must catch.
 */
const FAULTS: readonly FaultKind[] = ["stall", "dropFrames", "timeout", "disconnect", "reconnect"];

function subjects<D extends Device & { fail(fault: FaultKind): void }>(create: (clock: ManualClock) => D): SubjectFactory<D> {
  return async () => {
    const clock = createManualClock();
    const device = create(clock);
    return {
      device, nowMs: clock.nowMs, advance: clock.advance, pendingCount: clock.pendingCount,
      fail: (fault) => device.fail(fault),
      dispose: async () => undefined,
    };
  };
}

cameraContract("an honest camera", subjects((clock) => createFakeCamera({ clock })), { faults: FAULTS });
xyStageContract("an honest stage", subjects((clock) => createFakeStage({ clock })), { faults: FAULTS });
focusDriveContract("an honest focus drive", subjects((clock) => createFakeFocus({ clock })), { faults: FAULTS });
illuminationContract("an honest light", subjects((clock) => createFakeLight({ clock })), { faults: FAULTS });
objectiveTurretContract("an honest turret", subjects((clock) => createFakeTurret({ clock })), { faults: FAULTS });

/** Fails unless the device is caught breaking one of the promises; the first is enough. */
async function expectCaught<D extends Device>(promises: readonly DevicePromise<D>[], factory: SubjectFactory<D>): Promise<void> {
  const broken: string[] = [];
  for (const promise of promises) {
    if (broken.length > 0) break;
    await checkPromise(promise, factory).catch(() => broken.push(promise.text));
  }
  expect(broken).not.toEqual([]);
}

const DEVICE_SINS = ["hangs past the deadline", "throws a bare Error", "stays ready when unplugged", "ignores abort", "keeps its listeners", "keeps a timer"] as const;

describe("the contracts catch", () => {
  const cameraSins: readonly CameraSin[] = [
    ...DEVICE_SINS, "clamps settings", "changes geometry while acquiring", "keeps half of a refused patch", "hides losses", "tells losses twice", "waits for a buffer",
    "leaks the buffer of a lost frame", "delivers a wrong length", "delivers twice", "delivers out of order", "numbers without gaps", "delivers after stop",
    "starts twice", "fails on a second stop", "ends in silence", "ends twice", "forgets its settings",
  ];
  it.each(cameraSins)("a camera that %s", async (sin) => {
    await expectCaught(cameraPromises, subjects((clock) => createFakeCamera({ clock, sins: [sin] })));
  });

  const axisSins: readonly AxisSin[] = [
    ...DEVICE_SINS, "ignores the limits", "limits only moveTo", "resolves on departure", "ends short of the target", "hides a stall", "lets a superseded move resolve",
    "queues stop behind the move", "goes on after stop", "goes on after a cancel", "tells its position at 5 Hz", "moves on when unplugged",
  ];
  it.each(axisSins)("a stage that %s", async (sin) => {
    await expectCaught(xyStagePromises, subjects((clock) => createFakeStage({ clock, sins: [sin] })));
  });

  const lightSins: readonly LightSin[] = ["clamps the level", "stays lit when unplugged", "tells no change", "lets an older order come last"];
  it.each(lightSins)("a light that %s", async (sin) => {
    await expectCaught(illuminationPromises, subjects((clock) => createFakeLight({ clock, sins: [sin] })));
  });

  const turretSins: readonly TurretSin[] = ["turns to anything", "names the old lens while turning"];
  it.each(turretSins)("a turret that %s", async (sin) => {
    await expectCaught(objectiveTurretPromises, subjects((clock) => createFakeTurret({ clock, sins: [sin] })));
  });
});
