import type { Clock } from "../../../../../core/clock.ts";
import type { CapturedHeader } from "../../../../../shared/domain/frame.ts";
import { frameBytes } from "../../../../../shared/domain/pixel-layout.ts";
import type { CameraLoss, CapturedFrame } from "../../../api/camera.ts";
import type { FramePool } from "../../../api/frame-pool.ts";
import type { PortOptions } from "../../../genicam/register-port.ts";
import { haltSetup } from "../../../transports/usb/usb-device.ts";
import { formatOfCode, payloadImageBytes } from "../../../genicam/pixels/pfnc.ts";
import { createPictureWriter } from "../../../genicam/pixels/picture-writer.ts";
import { type BlockAssembler, type BlockTarget, createBlockAssembler } from "../stream/block-assembler.ts";
import type { Leader } from "../stream/stream-packets.ts";
import { startReceiver, type StreamReceiver } from "../stream/stream-receiver.ts";
import { enableStream, setUpStream, type StreamPlan } from "../stream/stream-registers.ts";
import type { CameraLink } from "./camera-link.ts";

/** What a run tells. */
export interface RunListeners {
  capture(frame: CapturedFrame, chunks: ReadonlyMap<bigint, Uint8Array> | undefined): void;
  lose(loss: CameraLoss): void;
  /** Worth a line in the log; each is told once a run. */
  report(message: string): void;
}

export interface RunParts {
  readonly link: CameraLink;
  readonly cameraId: string;
  readonly clock: Clock;
  readonly pool: FramePool;
  readonly firstSequence: number;
  /** What the header says of exposure and gain: the settings in force. */
  readonly frameSettings: () => Pick<CapturedHeader, "exposureMs" | "gainDb">;
  readonly listeners: RunListeners;
}

/** A stream in progress. */
export interface CameraRun {
  /** Settles when nothing will be captured any more; rejects with what ended it other than `stop`. */
  readonly done: Promise<void>;
  nextSequence(): number;
  /** Stops the camera and takes the transfers back. Takes them back also when the camera does not answer, and then rejects. */
  stop(options: PortOptions): Promise<void>;
}

/**
 * Sets the stream up after USB3 Vision's order: sizes, transfers waiting, stream on, parameters locked, start.
 * What was begun is taken back when a step fails.
 */
export async function startCameraRun(parts: RunParts, options: PortOptions): Promise<CameraRun> {
  const { link } = parts;
  const { channel, features, map, device, stream } = link;
  const mode = await features.name("acquisitionMode", options);
  if (mode !== undefined && (await map.access(mode, options)) === "RW" && (await map.entries(mode, options)).some(({ name }) => name === "Continuous")) {
    await map.writeEnumeration(mode, "Continuous", options);
  }
  const plan = await setUpStream(channel, stream.registers, stream.packetBytes, options);
  await device.controlOut(haltSetup(stream.endpoint), new Uint8Array(0), options);
  await device.clearHalt(stream.endpoint);
  const assembler = assemblerFor(parts, plan);
  const receiver = startReceiver({
    device, endpoint: stream.endpoint, transferBytes: plan.transferBytes, assembler,
    onDidRecover: (reason) => parts.listeners.report(`The stream broke (${reason}) and was mended.`),
  });
  // Whoever started the run listens to `done`; until then a failure must not count as unhandled.
  receiver.done.catch(() => undefined);
  try {
    await enableStream(channel, stream.registers, true, options);
    await features.writeNumber("locked", 1, options);
    await features.execute("acquisitionStart", options);
  } catch (error) {
    await takeBack(receiver);
    throw error;
  }
  return {
    done: receiver.done,
    nextSequence: () => assembler.nextSequence(),
    async stop(own) {
      try {
        await features.execute("acquisitionStop", own);
        await features.writeNumber("locked", 0, own);
      } finally {
        await takeBack(receiver);
      }
      await enableStream(channel, stream.registers, false, own);
    },
  };
}

async function takeBack(receiver: StreamReceiver): Promise<void> {
  receiver.stop();
  // Why a stream ended that is being stopped is told by `done`, not here.
  await receiver.done.catch(() => undefined);
}

function assemblerFor({ link, cameraId, clock, pool, firstSequence, frameSettings, listeners }: RunParts, plan: StreamPlan): BlockAssembler {
  const told = new Set<string>();
  const refuse = (message: string): "incomplete" => {
    if (!told.has(message)) listeners.report(message);
    told.add(message);
    return "incomplete";
  };
  const { model } = link.bootstrap;

  const open = (leader: Leader): BlockTarget | "no-buffer" | "incomplete" => {
    const { image } = leader;
    if (image === undefined) return refuse(`${model} sends payload of type 0x${leader.payloadType.toString(16)}, which is no picture.`);
    const format = formatOfCode(image.pixelFormat);
    if (format === undefined) return refuse(`${model} sends pixels of format 0x${image.pixelFormat.toString(16)}, which Ocular does not take: choose another PixelFormat.`);
    const { width, height } = image;
    const bytes = frameBytes(format.delivered, width, height);
    if (bytes < 1 || bytes > pool.slotBytes || payloadImageBytes(image.pixelFormat, width, height, 0) > plan.payloadBytes) {
      return refuse(`${model} announces a picture of ${width} x ${height} px, which is not what it is set to.`);
    }
    const buffer = pool.acquire(bytes);
    if (buffer === undefined) return "no-buffer";
    const writer = createPictureWriter({ format, width, height, linePadding: image.linePadding, into: buffer.bytes });
    return {
      push: (piece) => writer.push(piece),
      isComplete: () => writer.isComplete(),
      abandon: () => buffer.release(),
      deliver(deviceSequence, chunks) {
        const header: CapturedHeader = {
          cameraId, deviceSequence, deviceTimeMs: Number(leader.timestampNs) / 1e6, hostTimeMs: clock.nowMs(),
          width, height, pixelFormat: format.delivered, status: "complete", ...frameSettings(),
        };
        listeners.capture({ header, buffer }, chunks);
      },
    };
  };
  return createBlockAssembler({ maxPayloadBytes: plan.payloadBytes, firstSequence, open, lose: (count, reason) => listeners.lose({ count, reason }) });
}
