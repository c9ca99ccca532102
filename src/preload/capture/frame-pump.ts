import { FRAMES_IN_FLIGHT, type CaptureCalls, type CaptureFormat, type CaptureFrame, type CaptureMessage } from "../../shared/ipc/capture.ts";

// Chromium's, not in TypeScript's library: frames of a track as a stream (W3C MediaStreamTrack Insertable Media Processing).
declare class MediaStreamTrackProcessor {
  constructor(init: { readonly track: MediaStreamTrack });
  readonly readable: ReadableStream<VideoFrame>;
}

/** Counters of a video track (W3C Media Capture Extensions). */
interface TrackStats {
  readonly deliveredFrames: number;
  /** Left out to keep the frame rate asked for: no loss. */
  readonly discardedFrames: number;
  readonly totalFrames: number;
}

/** Formats that cross the port as they are; everything else Chromium converts. */
const AS_THEY_ARE: readonly string[] = ["I420", "NV12", "RGBA", "RGBX", "BGRA", "BGRX"] satisfies CaptureFormat[];

/**
 * Reads every frame of a track and sends the newest one whenever there is credit. A frame that a newer one replaces is
 * counted, and the count travels with the next that is sent.
 */
export class FramePump {
  readonly #media: MediaStreamTrack;
  readonly #given: CaptureCalls["start"]["given"];
  readonly #send: (message: CaptureMessage) => void;
  readonly #reader: ReadableStreamDefaultReader<VideoFrame>;
  readonly #reading: Promise<void>;
  #credits = FRAMES_IN_FLIGHT;
  #newest: VideoFrame | undefined;
  #sending: Promise<void> | undefined;
  #skipped = 0;
  #droppedTold: number;
  /** One for every frame: the message is serialised before `postMessage` returns. */
  #scratch = new ArrayBuffer(0);
  #isOver = false;

  constructor(media: MediaStreamTrack, given: CaptureCalls["start"]["given"], send: (message: CaptureMessage) => void) {
    this.#media = media;
    this.#given = given;
    this.#send = send;
    this.#droppedTold = this.#dropped();
    this.#reader = new MediaStreamTrackProcessor({ track: media }).readable.getReader();
    this.#reading = this.#read();
  }

  credit(): void {
    this.#credits += 1;
    this.#next();
  }

  /** Resolves when nothing will be sent any more. */
  async stop(): Promise<void> {
    this.#isOver = true;
    this.#newest?.close();
    this.#newest = undefined;
    await this.#reader.cancel();
    await this.#reading;
    await this.#sending;
  }

  async #read(): Promise<void> {
    for (;;) {
      const { done, value } = await this.#reader.read();
      if (done) return;
      if (this.#isOver) {
        value.close();
        continue;
      }
      if (this.#newest !== undefined) {
        this.#newest.close();
        this.#skipped += 1;
      }
      this.#newest = value;
      this.#next();
    }
  }

  #next(): void {
    const frame = this.#newest;
    if (frame === undefined || this.#credits <= 0 || this.#sending !== undefined || this.#isOver) return;
    this.#newest = undefined;
    this.#credits -= 1;
    this.#sending = this.#sendFrame(frame).finally(() => {
      frame.close();
      this.#sending = undefined;
      this.#next();
    });
  }

  async #sendFrame(frame: VideoFrame): Promise<void> {
    try {
      const pixels = await this.#pixelsOf(frame);
      if (this.#isOver) return;
      const dropped = this.#dropped();
      const { matrix, fullRange } = frame.colorSpace;
      this.#send({
        kind: "frame", skipped: this.#skipped, dropped: Math.max(0, dropped - this.#droppedTold), ...pixels,
        matrix: matrix ?? undefined, fullRange: fullRange ?? undefined, timestampUs: frame.timestamp,
      });
      this.#skipped = 0;
      this.#droppedTold = dropped;
    } catch (error) {
      this.#credits += 1;
      if (!this.#isOver) this.#send({ kind: "unreadable", reason: error instanceof Error ? error.message : String(error) });
    }
  }

  /** The part that is wanted, in one copy; of YUV for a grey picture the Y plane alone, a third less to send. */
  async #pixelsOf(frame: VideoFrame): Promise<Pick<CaptureFrame, "format" | "width" | "height" | "planes" | "pixels">> {
    const { visibleRect } = frame;
    const { rect: wanted, planes } = this.#given;
    const shown = visibleRect ?? new DOMRectReadOnly(0, 0, frame.codedWidth, frame.codedHeight);
    // A picture smaller than what was asked for is sent whole: the instrument says what is wrong with it.
    const fits = wanted.x + wanted.width <= shown.width && wanted.y + wanted.height <= shown.height;
    const rect = fits ? { x: shown.x + wanted.x, y: shown.y + wanted.y, width: wanted.width, height: wanted.height } : { x: shown.x, y: shown.y, width: shown.width, height: shown.height };
    const options = { rect, ...(frame.format !== null && AS_THEY_ARE.includes(frame.format) ? {} : { format: "RGBX" as const }) };
    const format = (options.format ?? frame.format) as CaptureFormat;
    const bytes = frame.allocationSize(options);
    if (this.#scratch.byteLength !== bytes) this.#scratch = new ArrayBuffer(bytes);
    const layout = (await frame.copyTo(this.#scratch, options)).map(({ offset, stride }) => ({ offset, stride }));
    const { width, height } = rect;
    const [luma] = layout;
    if (planes === "luma" && luma !== undefined && (format === "I420" || format === "NV12")) {
      return { format: "luma", width, height, planes: [{ offset: 0, stride: luma.stride }], pixels: this.#scratch.slice(luma.offset, luma.offset + luma.stride * height) };
    }
    return { format, width, height, planes: layout, pixels: this.#scratch };
  }

  /** Frames that Chromium lost so far. */
  #dropped(): number {
    const stats = (this.#media as MediaStreamTrack & { readonly stats?: TrackStats }).stats;
    return stats === undefined ? 0 : stats.totalFrames - stats.deliveredFrames - stats.discardedFrames;
  }
}
