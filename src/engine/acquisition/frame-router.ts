import type { Clock } from "../../core/clock.ts";
import type { FrameLedger } from "../../core/acquisition/frame-ledger.ts";
import type { CapturedHeader, FrameHeader } from "../../shared/domain/frame.ts";
import type { LossReason } from "../../shared/domain/ledger.ts";
import type { ErrorData } from "../../shared/error-data.ts";
import { errorDataOf, isOcularError } from "../../shared/errors.ts";
import type { Camera, CapturedFrame } from "../devices/api/camera.ts";
import type { Unsubscribe } from "../devices/api/device.ts";
import type { PooledBuffer } from "../devices/api/frame-pool.ts";
import { createEmitter } from "../runtime/emitter.ts";
import { createFrameWaiters, type KeepNextOptions } from "./frame-waiters.ts";

/** A frame on its one way: recorded first, then offered to analysis, then to the screen. */
export interface RoutedFrame {
  readonly header: FrameHeader;
  /** Borrowed for the length of the offer; who wants it longer retains it, and releases it once. */
  readonly buffer: PooledBuffer;
  /** The account this frame is in: its fate is told there, even after the router went on to another ledger. */
  readonly ledger: FrameLedger;
}

/**
 * Someone who may want frames. "taken": the consumer has retained the buffer if it needs it, and tells the frame's
 * ledger its fate in time; "skipped": the router counts the skip and that is all.
 */
export interface FrameConsumer {
  offer(frame: RoutedFrame): "taken" | "skipped";
}

/** Who failed on a frame. The frame is in the ledger with that fate; the others were served. */
export interface RouterFault {
  readonly stage: "stamp" | "record" | "analysis" | "preview";
  readonly frameId: number;
  readonly error: ErrorData;
}

export interface FrameRouterOptions {
  readonly camera: Camera;
  readonly clock: Clock;
  readonly ledger: FrameLedger;
  /** Binds place, scale and settings to the frame. What the camera itself says of a frame is in `captured`. */
  readonly stamp: (captured: CapturedHeader) => Omit<FrameHeader, "frameId">;
  /** Puts the header where it is safe. Throwing loses the frame ("record-failed"): it is neither analysed nor shown. */
  readonly record: (header: FrameHeader) => void;
  readonly analysis: FrameConsumer;
  readonly preview: FrameConsumer;
}

/**
 * Takes every frame the camera hands over and gives it its number (0, 1, 2, ...; never reused in the router's life;
 * numbers of frames that were lost are left out). Whatever is told to a listener or consumer happens within the
 * camera's own call: nothing is queued here.
 *
 * Losses come from the camera's `onDidLose`; a jump of `deviceSequence` that the camera did not own up to is counted
 * as "camera-gap" besides.
 */
export interface FrameRouter {
  /**
   * The next complete frame whose exposure began at or after `afterHostTimeMs` (settled, unless told otherwise),
   * recorded and retained: the caller releases it. Rejects with `DeviceTimeout` or `Canceled`.
   */
  keepNext(options: KeepNextOptions): Promise<RoutedFrame>;
  /** The pixels of a frame got from {@link keepNext} are on disk: counts it stored instead of recorded. */
  markStored(frame: RoutedFrame): void;
  /** Header of the newest frame routed; no pixels, for holding them would cost the pool a slot for good. */
  latest(): FrameHeader | undefined;
  /** From the next frame on, ids are at least this: a session that goes on after a crash never reuses one. */
  raiseFrameId(atLeast: number): void;
  /** From the next frame on, another account: at the start and end of a session. Frames under way stay in theirs. */
  switchLedger(ledger: FrameLedger): void;
  ledger(): FrameLedger;
  onDidRoute(listener: (header: FrameHeader) => void): Unsubscribe;
  onDidFault(listener: (fault: RouterFault) => void): Unsubscribe;
  /** Lets go of the camera; pending `keepNext` reject with `Canceled`. */
  dispose(): void;
}

export function createFrameRouter(options: FrameRouterOptions): FrameRouter {
  const { camera, stamp, record, analysis, preview } = options;
  const waiters = createFrameWaiters<RoutedFrame>({ clock: options.clock, deviceId: camera.identity.id });
  const routed = createEmitter<FrameHeader>();
  const faults = createEmitter<RouterFault>();
  let ledger = options.ledger;
  let nextFrameId = 0;
  let latest: FrameHeader | undefined;
  /** First number of the present run of the camera, and how many numbers since are accounted for. */
  let firstSequence: number | undefined;
  let accounted = 0;

  const lose = (reason: LossReason, count: number): void => {
    nextFrameId += count;
    ledger.lost(reason, count);
  };

  const countUntoldGap = (sequence: number): void => {
    firstSequence ??= sequence - accounted;
    // Told losses may run ahead of frames still on their way, so it is the sums that are compared.
    const missing = sequence - firstSequence - accounted;
    if (missing > 0) {
      lose("camera-gap", missing);
      accounted += missing;
    }
    accounted += 1;
  };

  /** The recorded header, or undefined when the frame was lost on the way into the record. */
  const admit = (captured: CapturedHeader): FrameHeader | undefined => {
    const frameId = nextFrameId;
    let stage: RouterFault["stage"] = "stamp";
    try {
      const header: FrameHeader = { ...stamp(captured), frameId };
      stage = "record";
      record(header);
      nextFrameId += 1;
      ledger.recorded(frameId);
      return header;
    } catch (error) {
      lose("record-failed", 1);
      if (isOcularError(error, "DiskFull")) waiters.fail(error);
      faults.emit({ stage, frameId, error: errorDataOf(error, `Recording frame ${frameId}`) });
      return undefined;
    }
  };

  const offer = (stage: "analysis" | "preview", consumer: FrameConsumer, frame: RoutedFrame): void => {
    const { frameId } = frame.header;
    try {
      if (consumer.offer(frame) === "taken") return;
      if (stage === "analysis") frame.ledger.analysisSkipped(frameId);
      else frame.ledger.displaySkipped(frameId);
    } catch (error) {
      if (stage === "analysis") frame.ledger.analysisLost(frameId, "failed");
      else frame.ledger.displaySkipped(frameId);
      faults.emit({ stage, frameId, error: errorDataOf(error, `The ${stage} of frame ${frameId}`) });
    }
  };

  const route = ({ header: captured, buffer }: CapturedFrame): void => {
    try {
      countUntoldGap(captured.deviceSequence);
      const header = admit(captured);
      if (header === undefined) return;
      latest = header;
      const frame: RoutedFrame = { header, buffer, ledger };
      waiters.serve(frame);
      // Half a picture would give half the cells: it is recorded and shown, never counted from.
      if (header.status === "complete") offer("analysis", analysis, frame);
      else ledger.analysisSkipped(header.frameId);
      offer("preview", preview, frame);
      routed.emit(header);
    } finally {
      buffer.release();
    }
  };

  const subscriptions = [
    camera.onDidCapture(route),
    camera.onDidLose(({ reason, count }) => {
      accounted += count;
      lose(reason, count);
    }),
    // A camera that starts anew may count anew: the jump is no loss.
    camera.onDidEnd(() => {
      firstSequence = undefined;
      accounted = 0;
    }),
  ];

  return {
    keepNext: (wish) => waiters.wait(wish),
    markStored: (frame) => frame.ledger.stored(frame.header.frameId),
    latest: () => latest,
    raiseFrameId(atLeast) {
      nextFrameId = Math.max(nextFrameId, atLeast);
    },
    switchLedger(other) {
      ledger = other;
    },
    ledger: () => ledger,
    onDidRoute: routed.on,
    onDidFault: faults.on,
    dispose() {
      for (const unsubscribe of subscriptions) unsubscribe();
      waiters.dispose();
      routed.clear();
      faults.clear();
    },
  };
}
