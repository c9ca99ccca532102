import { createFramePeriod } from "../../../../core/acquisition/frame-period.ts";
import type { CapturedHeader } from "../../../../shared/domain/frame.ts";
import { frameBytes } from "../../../../shared/domain/pixel-layout.ts";
import { formatOfCode, payloadImageBytes } from "../pixels/pfnc.ts";
import { createPictureWriter } from "../pixels/picture-writer.ts";
import type { PictureLeader } from "../stream-leader.ts";
import type { StreamParts } from "./camera-link.ts";

/** Where one picture goes while it comes. */
export interface PictureTarget {
  /** Takes what belongs to the picture and says how many bytes that was. */
  push(piece: Uint8Array): number;
  isComplete(): boolean;
  /** The picture is whole and good. */
  deliver(deviceSequence: number, chunks: ReadonlyMap<bigint, Uint8Array> | undefined): void;
  /** The picture is lost: give the buffer back. */
  abandon(): void;
}

/** A place for a picture, or why there is none. */
export type OpenPicture = (leader: PictureLeader) => PictureTarget | "no-buffer" | "incomplete";

/** Pictures into buffers of the run's pool; those that are none, or not what was announced, are refused in words, once each. */
export function pictureOpener(model: string, maxPayloadBytes: number, { cameraId, clock, pool, picture, frameSettings, listeners }: StreamParts): OpenPicture {
  const told = new Set<string>();
  const periodMs = createFramePeriod();
  const refuse = (message: string): "incomplete" => {
    if (!told.has(message)) listeners.report(message);
    told.add(message);
    return "incomplete";
  };
  return (leader) => {
    const { image } = leader;
    if (image === undefined) return refuse(`${model} sends payload of type 0x${leader.payloadType.toString(16)}, which is no picture.`);
    const format = formatOfCode(image.pixelFormat);
    if (format === undefined) return refuse(`${model} sends pixels of format 0x${image.pixelFormat.toString(16)}, which Ocular does not take: choose another PixelFormat.`);
    const { width, height } = image;
    const bytes = frameBytes(format.delivered, width, height);
    if (width !== picture.width || height !== picture.height || bytes < 1 || bytes > pool.slotBytes || payloadImageBytes(image.pixelFormat, width, height, 0) > maxPayloadBytes) {
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
        const deviceTimeMs = Number(leader.timestampNs) / 1e6;
        const light = frameSettings();
        const period = periodMs(deviceSequence, deviceTimeMs);
        const header: CapturedHeader = {
          cameraId, deviceSequence, deviceTimeMs, hostTimeMs: clock.nowMs(),
          // Exposed for up to one period where nobody knows how long, read out and sent during the next.
          latencyMs: light.exposureMs === undefined ? 2 * period : period,
          width, height, pixelFormat: format.delivered, status: "complete", ...light,
        };
        listeners.capture({ header, buffer }, chunks);
      },
    };
  };
}
