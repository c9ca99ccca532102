import { createManualClock, type ManualClock } from "../../../src/core/testing/manual-clock.ts";
import { createGigeVisionCamera, discoverGigeVision } from "../../../src/engine/devices/drivers/gigevision/discover.ts";
import type { GenicamCamera } from "../../../src/engine/devices/genicam/camera/genicam-camera.ts";
import type { Transcript } from "../../../src/engine/devices/transports/transcript.ts";
import { rampSource } from "../genicam/frame-source.ts";
import { REG } from "../genicam/sensor-map.ts";
import { valueOf } from "../genicam/settled.ts";
import { createGigeModel, type GigeModel, type GigeModelOptions } from "./camera-model.ts";
import { createInProcessNet, type InProcessNet } from "./in-process-net.ts";

/** A virtual camera on a network in this process, our driver for it, and the clock both go by. */
export interface GigeLabCamera {
  readonly clock: ManualClock;
  readonly net: InProcessNet;
  readonly model: GigeModel;
  readonly camera: GenicamCamera;
}

/** @param options the model's; transcript: where the conversation is written down. Pictures are 64 x 48 px, so that making them costs nothing */
export async function gigeLabCamera({ transcript, ...options }: Partial<GigeModelOptions> & { readonly transcript?: Transcript } = {}): Promise<GigeLabCamera> {
  const clock = createManualClock();
  const model = createGigeModel({ clock, source: rampSource, ...options });
  model.memory.setU32(REG.width, 64);
  model.memory.setU32(REG.height, 48);
  const net = createInProcessNet();
  net.plug(model);
  const [found] = await valueOf(clock, discoverGigeVision({ net, clock }));
  if (found === undefined) throw new Error("the virtual camera was not found");
  return { clock, net, model, camera: createGigeVisionCamera({ identity: found.identity, net, clock, ...(transcript === undefined ? {} : { transcript }) }) };
}
