import { createFramePeriod } from "../../../../core/acquisition/frame-period.ts";
import type { Clock } from "../../../../core/clock.ts";
import type { CapturedHeader } from "../../../../shared/domain/frame.ts";
import { frameBytes } from "../../../../shared/domain/pixel-layout.ts";
import type { CaptureFrame } from "../../../../shared/ipc/capture.ts";
import type { CameraLoss, CapturedFrame } from "../../api/camera.ts";
import type { FramePool } from "../../api/frame-pool.ts";
import type { PictureConverter } from "./picture-converter.ts";
import type { WebcamFormat } from "./write-picture.ts";

export interface WebcamRunParts {
  readonly cameraId: string;
  readonly clock: Clock;
  readonly pool: FramePool;
  readonly firstSequence: number;
  /** Fixed for the run: format and size change only while the camera stands. */
  readonly picture: { readonly format: WebcamFormat; readonly width: number; readonly height: number };
  readonly converter: PictureConverter;
  /** What the header says of exposure and gain. */
  readonly exposure: () => Pick<CapturedHeader, "exposureMs" | "gainDb">;
  /** Asks the page for one more frame. */
  readonly credit: () => void;
  readonly capture: (frame: CapturedFrame) => void;
  readonly lose: (loss: CameraLoss) => void;
  /** Worth a line in the log; each is told once a run. */
  readonly report: (message: string) => void;
  /** The converter ended: no further picture can be made. */
  readonly fail: (error: unknown) => void;
}

const MOST_MISFITS = 10;
/** Frames being converted for which no credit is held back. */
const MOST_IN_HAND = 2;

/**
 * Takes the frames of one run: each becomes a picture in a pooled buffer or a counted loss. The page gets its credit back
 * as long as the converter keeps up.
 */
export class WebcamRun {
  readonly #parts: WebcamRunParts;
  readonly #told = new Set<string>();
  readonly #inHand = new Set<Promise<void>>();
  readonly #periodMs = createFramePeriod();
  #sequence: number;
  /** When the last frame came, good or bad. */
  #lastSignMs: number;
  /** Credits held back until a conversion ends. */
  #owed = 0;
  /** Pictures of another size or format in a row. */
  #misfits = 0;
  #isOver = false;

  constructor(parts: WebcamRunParts) {
    this.#parts = parts;
    this.#lastSignMs = parts.clock.nowMs();
    this.#sequence = parts.firstSequence;
  }

  nextSequence(): number {
    return this.#sequence;
  }

  /** How long nothing has come. */
  silentMs(): number {
    return this.#parts.clock.nowMs() - this.#lastSignMs;
  }

  take(frame: CaptureFrame): void {
    if (this.#isOver) return;
    this.#lastSignMs = this.#parts.clock.nowMs();
    const { pool, picture, converter, credit } = this.#parts;
    this.#lose(frame.dropped, "camera-gap");
    this.#lose(frame.skipped, "no-buffer");
    const bytes = frameBytes(picture.format, frame.width, frame.height);
    const fits = frame.width === picture.width && frame.height === picture.height && (frame.format !== "luma" || picture.format === "Mono8");
    if (!fits || bytes > pool.slotBytes) {
      const what = `a picture of ${frame.width} x ${frame.height} px (${frame.format}) where ${picture.width} x ${picture.height} px (${picture.format}) were asked for`;
      this.#reportOnce(`The webcam sent ${what}.`);
      this.#lose(1, "incomplete");
      this.#misfits += 1;
      // A few are left from before a change; one after the other means that the change was not made.
      if (this.#misfits >= MOST_MISFITS) return this.#parts.fail(new Error(`it keeps sending ${what}`));
      return credit();
    }
    this.#misfits = 0;
    const buffer = pool.acquire(bytes);
    if (buffer === undefined) {
      this.#lose(1, "no-buffer");
      return credit();
    }
    const deviceSequence = this.#sequence++;
    const deviceTimeMs = frame.timestampUs / 1000;
    const periodMs = this.#periodMs(deviceSequence, deviceTimeMs);
    const writing = converter.write(frame, picture.format, buffer).then(
      () => {
        // A run that ended meanwhile has counted it as lost.
        if (this.#isOver) return buffer.release();
        const { cameraId, clock, exposure } = this.#parts;
        const lit = exposure();
        const header: CapturedHeader = {
          cameraId, deviceSequence, deviceTimeMs, hostTimeMs: clock.nowMs(),
          // Exposed for up to one period where it does not say how long, read out and sent during the next.
          latencyMs: lit.exposureMs === undefined ? 2 * periodMs : periodMs,
          width: frame.width, height: frame.height, pixelFormat: picture.format, status: "complete", ...lit,
        };
        this.#parts.capture({ header, buffer });
        this.#creditOwed(credit);
      },
      (error: unknown) => {
        buffer.release();
        if (!this.#isOver) this.#parts.fail(error);
      },
    ).finally(() => this.#inHand.delete(writing));
    this.#inHand.add(writing);
    // One may be on its way while another is converted; a third waits in the page, where a newer one can take its place.
    if (this.#inHand.size < MOST_IN_HAND) credit();
    else this.#owed += 1;
  }

  #creditOwed(credit: () => void): void {
    if (this.#owed === 0) return;
    this.#owed -= 1;
    credit();
  }

  /** A frame that the page could not read. */
  miss(reason: string): void {
    if (this.#isOver) return;
    this.#lastSignMs = this.#parts.clock.nowMs();
    this.#reportOnce(`Pictures of the webcam cannot be read (${reason}): choose another resolution.`);
    this.#lose(1, "incomplete");
  }

  /** Resolves when the frames in hand are delivered; no others may come any more. */
  async settle(): Promise<void> {
    while (this.#inHand.size > 0) await Promise.all(this.#inHand);
  }

  /** No further frame is delivered: those in hand are lost, and their buffers go back once nobody writes into them. */
  abandon(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#inHand.size > 0) this.#parts.lose({ count: this.#inHand.size, reason: "incomplete" });
  }

  #lose(count: number, reason: CameraLoss["reason"]): void {
    if (count === 0) return;
    this.#sequence += count;
    this.#parts.lose({ count, reason });
  }

  #reportOnce(message: string): void {
    if (!this.#told.has(message)) this.#parts.report(message);
    this.#told.add(message);
  }
}
