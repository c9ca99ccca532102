import { createManualClock } from "../../src/core/testing/manual-clock.ts";
import type { Device } from "../../src/engine/devices/api/device.ts";
import type { FaultInjector } from "../../src/engine/devices/virtual/devices/virtual-device.ts";
import { createVirtualMicroscope, type VirtualMicroscope } from "../../src/engine/devices/virtual/virtual-microscope.ts";
import type { FaultKind } from "../../src/shared/domain/devices.ts";
import { cameraContract } from "./camera-contract.ts";
import type { SubjectFactory } from "./contract.ts";
import { illuminationContract, objectiveTurretContract } from "./light-and-turret-contract.ts";
import { focusDriveContract, xyStageContract } from "./stage-contract.ts";

const FAULTS: readonly FaultKind[] = ["stall", "dropFrames", "timeout", "disconnect", "reconnect"];

/** One device of a fresh virtual microscope on a manual clock; frames are rendered in place, so nothing waits on a thread. */
function oneOf<D extends Device & { readonly faults: FaultInjector }>(pick: (microscope: VirtualMicroscope) => D): SubjectFactory<D> {
  return async () => {
    const clock = createManualClock();
    const microscope = createVirtualMicroscope({ specimen: "blood-smear", seed: 7, clock, objectiveId: "100x", rendering: "inline" });
    const device = pick(microscope);
    return {
      device, nowMs: () => clock.nowMs(), advance: (ms) => clock.advance(ms), pendingCount: () => clock.pendingCount(),
      fail: (fault) => device.faults.next(fault),
      dispose: () => microscope.dispose(),
    };
  };
}

cameraContract("the virtual camera", oneOf(({ camera }) => camera), { faults: FAULTS });
xyStageContract("the virtual stage", oneOf(({ stage }) => stage), { faults: FAULTS });
focusDriveContract("the virtual focus drive", oneOf(({ focus }) => focus), { faults: FAULTS });
illuminationContract("the virtual light", oneOf(({ light }) => light), { faults: FAULTS });
objectiveTurretContract("the virtual turret", oneOf(({ turret }) => turret), { faults: FAULTS });
