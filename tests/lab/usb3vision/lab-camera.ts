import { createManualClock, type ManualClock } from "../../../src/core/testing/manual-clock.ts";
import { createUsb3VisionCamera, findUsb3VisionCameras } from "../../../src/engine/devices/drivers/usb3vision/discover.ts";
import type { GenicamCamera } from "../../../src/engine/devices/genicam/camera/genicam-camera.ts";
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

/** @param options pictures are 64 x 48 px, so that making them costs nothing */
export async function labCamera(options: Partial<CameraModelOptions> = {}): Promise<LabCamera> {
  const clock = createManualClock();
  const model = createCameraModel({ clock, source: rampSource, ...options });
  model.memory.setU32(REG.width, 64);
  model.memory.setU32(REG.height, 48);
  const usb = createInProcessUsb();
  usb.plug(model);
  const [found] = await findUsb3VisionCameras(usb);
  if (found === undefined) throw new Error("the virtual camera was not found");
  return { clock, usb, model, camera: createUsb3VisionCamera({ identity: found.identity, bus: usb, clock }) };
}

/** What a call came to, letting time pass until it has. */
export async function settled<T>(clock: ManualClock, call: Promise<T>, limitMs = 60_000): Promise<{ readonly value?: T; readonly error?: unknown; readonly tookMs: number }> {
  const startedMs = clock.nowMs();
  let end: { value?: T; error?: unknown } | undefined;
  call.then(
    (value) => {
      end = { value };
    },
    (error: unknown) => {
      end = { error };
    },
  );
  for (await clock.advance(0); end === undefined && clock.nowMs() - startedMs < limitMs; ) await clock.advance(10);
  if (end === undefined) throw new Error(`the call hangs: nothing after ${limitMs} ms`);
  return { ...end, tookMs: clock.nowMs() - startedMs };
}

/** The value of a call, letting time pass. */
export async function valueOf<T>(clock: ManualClock, call: Promise<T>): Promise<T> {
  const end = await settled(clock, call);
  if ("error" in end) throw end.error;
  return end.value as T;
}
