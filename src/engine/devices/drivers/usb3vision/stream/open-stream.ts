import type { CameraStream, StreamParts } from "../../../genicam/camera/camera-link.ts";
import { pictureOpener } from "../../../genicam/camera/picture-target.ts";
import type { PortOptions, RegisterPort } from "../../../genicam/register-port.ts";
import { haltSetup, type UsbDevice } from "../../../transports/usb/usb-device.ts";
import { createBlockAssembler } from "./block-assembler.ts";
import { startReceiver } from "./stream-receiver.ts";
import { enableStream, setUpStream } from "./stream-registers.ts";

/** Where a camera's stream is: its pipe and its registers (SIRM). */
export interface StreamPipe {
  readonly device: UsbDevice;
  readonly port: RegisterPort;
  readonly model: string;
  readonly endpoint: number;
  readonly packetBytes: number;
  readonly registers: bigint;
}

/**
 * Sets the stream up after USB3 Vision's order: sizes, pipe afresh, transfers waiting, stream on.
 * What was begun is taken back when a step fails.
 */
export async function openUsbStream({ device, port, model, endpoint, packetBytes, registers }: StreamPipe, parts: StreamParts, options: PortOptions): Promise<CameraStream> {
  const { listeners, firstSequence } = parts;
  const plan = await setUpStream(port, registers, packetBytes, options);
  await device.controlOut(haltSetup(endpoint), new Uint8Array(0), options);
  await device.clearHalt(endpoint);
  const assembler = createBlockAssembler({
    maxPayloadBytes: plan.payloadBytes, firstSequence, open: pictureOpener(model, plan.payloadBytes, parts),
    lose: (count, reason) => listeners.lose({ count, reason }),
  });
  const receiver = startReceiver({
    device, endpoint, transferBytes: plan.transferBytes, assembler,
    onDidRecover: (reason) => listeners.report(`The stream broke (${reason}) and was mended.`),
  });
  const takeBack = async (): Promise<void> => {
    receiver.stop();
    // Why a stream ended that is being stopped is told by `done`, not here.
    await receiver.done.catch(() => undefined);
  };
  try {
    await enableStream(port, registers, true, options);
  } catch (error) {
    await takeBack();
    throw error;
  }
  return {
    done: receiver.done, takeBack,
    nextSequence: () => assembler.nextSequence(),
    switchOff: (own) => enableStream(port, registers, false, own),
  };
}
