import { basename } from "node:path";
import type { Clock } from "../../../core/clock.ts";
import type { CameraLimits, DeviceIdentity, DeviceState, DeviceStatus } from "../../../shared/domain/devices.ts";
import type { CapturedHeader } from "../../../shared/domain/frame.ts";
import { describeError, errorDataOf, OcularError } from "../../../shared/errors.ts";
import type { Picture } from "../../images/picture.ts";
import { withDeadline } from "../../runtime/deadline.ts";
import { createEmitter } from "../../runtime/emitter.ts";
import type { Camera, CameraIncident, CameraLoss, CapturedFrame } from "../api/camera.ts";
import type { CallOptions } from "../api/device.ts";
import type { FramePool } from "../api/frame-pool.ts";
import type { FeedContents, FeedItem, FeedOptions, PictureFeed } from "./picture-feed.ts";
import { loadAll, type PictureSupply, readAhead } from "./picture-supply.ts";
import { patchedSettings, replayLimits, replaySettings } from "./replay-settings.ts";
import { createWorkerFeed } from "./worker-feed.ts";

export interface ReplayCameraOptions {
  /** Files and folders, played in this order; a folder's pictures in natural order. */
  readonly inputs: readonly string[];
  readonly clock: Clock;
  /** Frames a second. Default 10. A picture that takes longer to decode comes late; none is left out. */
  readonly frameRate?: number;
  /** Begin again after the last picture (default), or end. */
  readonly loop?: boolean;
  /** Scale of pictures that bring none of their own. */
  readonly pixelSizeUm?: number;
  /** "stream" (default) decodes a few pictures ahead; "memory" decodes all of them in `connect`. */
  readonly preload?: "memory" | "stream";
  /** Send RGB8 pictures as BayerRG8, as a raw colour camera would. */
  readonly rawColour?: boolean;
  /** Where pictures are decoded: in a thread (default), or on the calling one, for tests. */
  readonly decoding?: "worker" | "inline";
  /** Bundle of the decoding thread; tests give their own. */
  readonly decoderFile?: string;
  /** Pixels a picture may have; larger ones count as broken. */
  readonly maxPixels?: number;
  /** Bytes a replay from memory may take. Default 2 GiB. */
  readonly maxMemoryBytes?: number;
}

/** A camera whose sensor is a folder. */
export interface ReplayCamera extends Camera {
  maxFrameBytes(): number;
  /** Resolves when no picture is being read: for tests, which turn the clock by hand. */
  settled(): Promise<void>;
}

const CONNECT_MS = { stream: 30_000, memory: 300_000 } as const;
/** Frames that may be made up for after a delay, as a camera with a buffer of its own would. */
const MOST_LATE = 4;
const LARGE_PICTURE_BYTES = 64 * 2 ** 20;

/**
 * Plays pictures as frames. A file that cannot be read is named once (`onDidReport`), counted as a lost frame each time
 * its turn comes ("incomplete"), and skipped. `connect` looks through all headers, so that limits and buffers fit the
 * largest picture (default deadline 30 s, from memory 300 s); besides the errors of every device it rejects with
 * `FileMissing`, `NoImages` or `ImageUnreadable`, for files are this device's medium. It plays from the first picture
 * after `connect` and after it finished; a stop is a pause.
 */
export function createReplayCamera(options: ReplayCameraOptions): ReplayCamera {
  const { clock, loop = true, preload = "stream" } = options;
  const identity: DeviceIdentity = { id: "replay-camera", kind: "camera", vendor: "Ocular", model: "Replay", serial: basename(options.inputs[0] ?? "nothing") };
  const changed = createEmitter<DeviceStatus>();
  const captured = createEmitter<CapturedFrame>();
  const lost = createEmitter<CameraLoss>();
  const ended = createEmitter<{ reason: "finished" | "stopped" | "disconnected" | "faulted" }>();
  const reported = createEmitter<CameraIncident>();
  let status: DeviceStatus = { identity, state: "absent", sinceMs: clock.nowMs(), reason: "not connected yet" };
  let contents: FeedContents | undefined;
  let settings = replaySettings(replayLimits(undefined), options.frameRate ?? 10);
  let feed: PictureFeed | undefined;
  let supply: PictureSupply | undefined;
  /** Files being opened or closed. */
  let opening: Promise<unknown> = Promise.resolve();
  let run: { readonly stop: AbortController; readonly done: Promise<void> } | undefined;
  let sequence = 0;
  let isDisposed = false;
  const named = new Set<string>();

  const limits = (): CameraLimits => replayLimits(contents);

  const become = (state: DeviceState, reason?: string): void => {
    status = { identity, state, sinceMs: clock.nowMs(), ...(reason === undefined ? {} : { reason }) };
    changed.emit(status);
  };

  const call = async <T>(command: string, own: CallOptions = {}, timeoutMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    if (status.state !== "ready") throw new OcularError({ tag: "DeviceDisconnected", deviceId: identity.id, command });
    return withDeadline({ ...own, clock, timeoutMs: own.timeoutMs ?? timeoutMs, command, deviceId: identity.id }, work);
  };

  const open = async (): Promise<void> => {
    const feedOptions: FeedOptions = {
      inputs: options.inputs, loop: loop && preload === "stream", rawColour: options.rawColour ?? false,
      ...(options.maxPixels === undefined ? {} : { maxPixels: options.maxPixels }),
    };
    const own = options.decoding === "inline" ? (await import("./picture-feed.ts")).createPictureFeed(feedOptions) : createWorkerFeed(feedOptions, (reason) => fault(reason), options.decoderFile);
    feed = own;
    contents = await own.open();
    if (isDisposed) return close();
    settings = replaySettings(limits(), settings.frameRate);
    const depth = contents.largestBytes > LARGE_PICTURE_BYTES ? 1 : 3;
    supply = preload === "memory" ? await loadAll(own, loop, options.maxMemoryBytes ?? 2 ** 31) : readAhead(own, depth);
    if (preload === "memory") await own.dispose();
    else await supply.peek();
  };

  const close = async (): Promise<void> => {
    const old = feed;
    feed = undefined;
    supply = undefined;
    await old?.dispose();
  };

  const endRun = (reason: "finished" | "stopped" | "disconnected" | "faulted"): void => {
    if (run === undefined) return;
    run.stop.abort();
    run = undefined;
    ended.emit({ reason });
  };

  const fault = (reason: string): void => {
    if (status.state !== "ready") return;
    become("faulted", reason);
    endRun("faulted");
    opening = close();
  };

  /** Plays one item; false when that was the end. */
  const show = (item: FeedItem, pool: FramePool): boolean => {
    if (item.kind === "end") return false;
    const deviceSequence = sequence;
    sequence += 1;
    if (item.kind === "broken") {
      if (!named.has(item.path)) reported.emit({ message: describeError(item.error) });
      named.add(item.path);
      lost.emit({ count: 1, reason: "incomplete" });
      return true;
    }
    const { picture } = item;
    const buffer = pool.slotBytes >= picture.pixels.byteLength ? pool.acquire(picture.pixels.byteLength) : undefined;
    if (buffer === undefined) {
      lost.emit({ count: 1, reason: "no-buffer" });
      return true;
    }
    buffer.bytes.set(picture.pixels);
    captured.emit({ header: headerOf(picture, deviceSequence), buffer });
    return true;
  };

  const headerOf = (picture: Picture, deviceSequence: number): CapturedHeader => {
    const { width, height, pixelFormat, stagePositionUm, stageUmFromPx, focusPositionUm } = picture;
    const pixelSizeUm = picture.pixelSizeUm ?? options.pixelSizeUm;
    const nowMs = clock.nowMs();
    return {
      cameraId: identity.id, deviceSequence, deviceTimeMs: nowMs, hostTimeMs: nowMs, width, height, pixelFormat, status: "complete", settled: true,
      sourceName: picture.page === 0 ? picture.name : `${picture.name}, page ${picture.page + 1}`,
      ...(pixelSizeUm === undefined ? {} : { pixelSizeUm }),
      ...(stagePositionUm === undefined ? {} : { stagePositionUm }),
      ...(stageUmFromPx === undefined ? {} : { stageUmFromPx }),
      ...(focusPositionUm === undefined ? {} : { focusPositionUm }),
    };
  };

  const play = async (pool: FramePool, stop: AbortSignal): Promise<void> => {
    const stopped = new Promise<undefined>((resolve) => stop.addEventListener("abort", () => resolve(undefined), { once: true }));
    let dueMs = clock.nowMs() + 1000 / settings.frameRate;
    while (!stop.aborted && supply !== undefined) {
      const item = await Promise.race([supply.peek(), stopped]);
      if (item === undefined || !(await waitUntil(clock, dueMs, stop))) return;
      supply.take();
      if (!show(item, pool)) {
        endRun("finished");
        opening = restart();
        return;
      }
      // The next ones hurry to make up for a late picture, but only so many: a long wait ends in no burst.
      const periodMs = 1000 / settings.frameRate;
      dueMs = Math.max(dueMs + periodMs, clock.nowMs() - MOST_LATE * periodMs);
    }
  };

  /** After the end: back to the first picture, ready for the next start. */
  const restart = async (): Promise<void> => {
    if (supply?.rewind !== undefined) return supply.rewind();
    try {
      await close();
      await open();
    } catch (error) {
      await close();
      become("faulted", describeError(errorDataOf(error, "Reading the pictures again")));
    }
  };

  return {
    identity,
    status: () => status,
    limits,
    settings: () => settings,
    maxFrameBytes: () => contents?.largestBytes ?? 0,
    isAcquiring: () => run !== undefined,
    async settled() {
      await Promise.allSettled([opening, supply?.settled()]);
    },
    async connect(own = {}) {
      if (isDisposed) throw new OcularError({ tag: "DeviceDisconnected", deviceId: identity.id, command: "connect" });
      if (status.state === "ready") return;
      become("connecting");
      try {
        await withDeadline({ ...own, clock, timeoutMs: own.timeoutMs ?? CONNECT_MS[preload], command: "connect", deviceId: identity.id }, () => {
          const work = close().then(open);
          opening = work;
          return work;
        });
      } catch (error) {
        const data = errorDataOf(error, "Reading the pictures");
        become("absent", describeError(data));
        await close();
        throw new OcularError(data, { cause: error });
      }
      named.clear();
      become("ready");
    },
    async disconnect(own = {}) {
      if (status.state === "absent") return;
      await withDeadline({ ...own, clock, timeoutMs: own.timeoutMs ?? 2000, command: "disconnect", deviceId: identity.id }, async () => {
        endRun("disconnected");
        opening = close();
        await opening;
      });
      become("absent", "disconnected");
    },
    applySettings: (patch, own) =>
      call("applySettings", own, 1000, async () => {
        settings = patchedSettings(settings, patch, limits(), run !== undefined);
        return settings;
      }),
    startAcquisition: (pool, own) =>
      call("startAcquisition", own, 30_000, async (signal) => {
        if (run !== undefined) throw new OcularError({ tag: "WrongState", what: "Starting the camera", state: "acquiring", allowedIn: ["not acquiring"] });
        await opening;
        signal.throwIfAborted();
        const stop = new AbortController();
        run = { stop, done: play(pool, stop.signal).catch((error: unknown) => fault(describeError(errorDataOf(error, "Replaying")))) };
      }),
    stopAcquisition: (own) =>
      call("stopAcquisition", own, 2000, async () => {
        const done = run?.done;
        endRun("stopped");
        await done;
      }),
    onDidChangeStatus: changed.on,
    onDidCapture: captured.on,
    onDidLose: lost.on,
    onDidEnd: ended.on,
    onDidReport: reported.on,
    async dispose() {
      if (isDisposed) return;
      isDisposed = true;
      const done = run?.done;
      endRun("stopped");
      await done;
      await close();
      if (status.state !== "absent") become("absent", "disposed");
      for (const emitter of [changed, captured, lost, ended, reported]) emitter.clear();
    },
  };
}

/** False when stopped before the time came. */
async function waitUntil(clock: Clock, timeMs: number, stop: AbortSignal): Promise<boolean> {
  if (stop.aborted) return false;
  try {
    await clock.delay(Math.max(0, timeMs - clock.nowMs()), stop);
  } catch (error) {
    if (!stop.aborted) throw error;
  }
  return !stop.aborted;
}
