import { createManualClock } from "../../src/core/testing/manual-clock.ts";
import type { Device } from "../../src/engine/devices/api/device.ts";
import { createVirtualMicroscope, type VirtualMicroscope } from "../../src/engine/devices/virtual/virtual-microscope.ts";
import type { FaultKind } from "../../src/shared/domain/devices.ts";
import { cameraContract } from "./camera-contract.ts";
import type { SubjectFactory } from "./contract.ts";
import { illuminationContract, objectiveTurretContract } from "./light-and-turret-contract.ts";
import { focusDriveContract, xyStageContract } from "./stage-contract.ts";

const FAULTS: readonly FaultKind[] = ["stall", "dropFrames", "timeout", "disconnect", "reconnect"];

/** One device of a virtual microscope, by a clock that the test turns. */
function part<D extends Device & { readonly faults: { next(fault: FaultKind): void } }>(choose: (microscope: VirtualMicroscope) => D): SubjectFactory<D> {
  return async () => {
    const clock = createManualClock();
    const microscope = createVirtualMicroscope({ specimen: "nuclei", clock, rendering: "inline", frameRate: 20 });
    const device = choose(microscope);
    return {
      device, nowMs: clock.nowMs, advance: clock.advance, pendingCount: clock.pendingCount,
      fail: (fault) => device.faults.next(fault),
      dispose: () => microscope.dispose(),
    };
  };
}

/** A small picture is as good for promises as a large one, and much cheaper to render. */
const smallPicture: SubjectFactory<VirtualMicroscope["camera"]> = async () => {
  const subject = await part((microscope) => microscope.camera)();
  await subject.device.connect();
  const { roi } = subject.device.settings();
  await subject.device.applySettings({ roi: { ...roi, width: 64, height: 48 } });
  await subject.device.disconnect();
  return subject;
};

cameraContract("the virtual camera", smallPicture, { faults: FAULTS });
xyStageContract("the virtual stage", part((microscope) => microscope.stage), { faults: FAULTS });
focusDriveContract("the virtual focus drive", part((microscope) => microscope.focus), { faults: FAULTS });
illuminationContract("the virtual light", part((microscope) => microscope.light), { faults: FAULTS });
objectiveTurretContract("the virtual turret", part((microscope) => microscope.turret), { faults: FAULTS });
