import { createManualClock } from "../../src/core/testing/manual-clock.ts";
import { openWebcam } from "../../src/engine/devices/drivers/webcam/find-webcam.ts";
import { convertInline } from "../../src/engine/devices/drivers/webcam/picture-converter.ts";
import type { WebcamCamera } from "../../src/engine/devices/drivers/webcam/webcam-camera.ts";
import { FakeCapture, labWebcam } from "../lab/webcam/fake-capture.ts";
import { cameraContract } from "./camera-contract.ts";
import type { SubjectFactory } from "./contract.ts";

const subject: SubjectFactory<WebcamCamera> = async () => {
  const clock = createManualClock();
  const webcam = labWebcam();
  const capture = new FakeCapture(clock, [webcam]);
  const device = openWebcam({ host: capture, clock, converter: convertInline });
  let isIn = true;
  return {
    device, nowMs: clock.nowMs, advance: clock.advance, pendingCount: clock.pendingCount,
    fail(fault) {
      // Longer than the longest deadline under test, shorter than that and the next call's together.
      if (fault === "timeout") capture.faults.deafMs = 3050;
      if (fault === "dropFrames") capture.faults.dropFrames = 5;
      if (fault === "disconnect" && isIn) capture.unplug(webcam);
      if (fault === "reconnect" && !isIn) capture.plug(webcam);
      if (fault === "disconnect") isIn = false;
      if (fault === "reconnect") isIn = true;
    },
    dispose: async () => {
      if (capture.openPages() > 0) throw new Error(`${capture.openPages()} capture pages were left open.`);
    },
  };
};

cameraContract("the webcam, against a capture page of the lab,", subject, { faults: ["timeout", "dropFrames", "disconnect", "reconnect"] });
