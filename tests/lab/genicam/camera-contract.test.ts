import type { GenicamCamera } from "../../../src/engine/devices/genicam/camera/genicam-camera.ts";
import { cameraContract } from "../../contract/camera-contract.ts";
import type { Subject } from "../../contract/contract.ts";
import type { GenicamRig } from "./rig.ts";
import { CAMERA_TRANSPORTS } from "./transports.ts";

function subjectOf({ camera, clock, faults, unplug, plug, end }: GenicamRig): Subject<GenicamCamera> {
  return {
    device: camera, nowMs: clock.nowMs, advance: clock.advance, pendingCount: clock.pendingCount,
    fail(fault) {
      // Longer than the longest deadline under test, shorter than that and the next call's together.
      if (fault === "timeout") faults.deafMs = 1050;
      if (fault === "dropFrames") faults.blocks.push("skip", "skip", "skip", "skip", "skip");
      if (fault === "disconnect") unplug();
      if (fault === "reconnect") plug();
    },
    dispose: end,
  };
}

for (const { name, open } of CAMERA_TRANSPORTS) {
  cameraContract(`the ${name} camera, against the virtual one`, async () => subjectOf(await open()), { faults: ["timeout", "dropFrames", "disconnect", "reconnect"] });
}
