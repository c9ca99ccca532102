import type { GenicamCamera } from "../../../src/engine/devices/genicam/camera/genicam-camera.ts";
import { cameraContract } from "../../contract/camera-contract.ts";
import type { SubjectFactory } from "../../contract/contract.ts";
import { gigeLabCamera } from "./lab-camera.ts";

const subject: SubjectFactory<GenicamCamera> = async () => {
  const { clock, net, model, camera } = await gigeLabCamera();
  let isIn = true;
  return {
    device: camera, nowMs: clock.nowMs, advance: clock.advance, pendingCount: clock.pendingCount,
    fail(fault) {
      // Longer than the longest deadline under test, shorter than that and the next call's together.
      if (fault === "timeout") model.faults.deafMs = 1050;
      if (fault === "dropFrames") model.faults.blocks.push("skip", "skip", "skip", "skip", "skip");
      if (fault === "disconnect" && isIn) net.unplug(model);
      if (fault === "reconnect" && !isIn) net.plug(model);
      if (fault === "disconnect") isIn = false;
      if (fault === "reconnect") isIn = true;
    },
    dispose: async () => model.powerOff(),
  };
};

cameraContract("the GigE Vision camera, against the virtual one", subject, { faults: ["timeout", "dropFrames", "disconnect", "reconnect"] });
