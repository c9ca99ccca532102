import { createManualClock, type ManualClock } from "../../../src/core/testing/manual-clock.ts";
import { createUsb3VisionCamera, findUsb3VisionCameras } from "../../../src/engine/devices/drivers/usb3vision/discover.ts";
import type { GenicamCamera } from "../../../src/engine/devices/genicam/camera/genicam-camera.ts";
import type { Transcript } from "../../../src/engine/devices/transports/transcript.ts";
import { REG } from "../genicam/sensor-map.ts";
import { type CameraModel, type CameraModelOptions, createCameraModel } from "./camera-model.ts";
import { rampSource } from "../genicam/frame-source.ts";
import { createInProcessUsb, type InProcessUsb } from "./in-process-usb.ts";

/** A virtual camera on a bus in this process, our driver for it, and the clock both go by. */
export interface LabCamera {
  readonly clock: ManualClock;
  readonly usb: InProcessUsb;
  readonly model: CameraModel;
  readonly camera: GenicamCamera;
}

/** @param options the model's; transcript: where the conversation is written down. Pictures are 64 x 48 px, so that making them costs nothing */
export async function labCamera({ transcript, ...options }: Partial<CameraModelOptions> & { readonly transcript?: Transcript } = {}): Promise<LabCamera> {
  const clock = createManualClock();
  const model = createCameraModel({ clock, source: rampSource, ...options });
  model.memory.setU32(REG.width, 64);
  model.memory.setU32(REG.height, 48);
  const usb = createInProcessUsb();
  usb.plug(model);
  const [found] = await findUsb3VisionCameras(usb);
  if (found === undefined) throw new Error("the virtual camera was not found");
  return { clock, usb, model, camera: createUsb3VisionCamera({ identity: found.identity, bus: usb, clock, ...(transcript === undefined ? {} : { transcript }) }) };
}
