import type { CameraControl, ControlValue } from "../../../shared/domain/camera-controls.ts";
import type { CameraLimits, CameraSettings } from "../../../shared/domain/devices.ts";
import type { CapturedHeader } from "../../../shared/domain/frame.ts";
import type { CallOptions, Device, Unsubscribe } from "./device.ts";
import type { FramePool, PooledBuffer } from "./frame-pool.ts";
import type { Neighbours } from "./neighbours.ts";

/** A frame as the camera hands it over. The receiver owns the buffer from here and releases it. */
export interface CapturedFrame {
  readonly header: CapturedHeader;
  readonly buffer: PooledBuffer;
}

/** Frames that never became a `CapturedFrame`. */
export interface CameraLoss {
  /** How many frames. */
  readonly count: number;
  /** "camera-gap": the device skipped; "no-buffer": our pool was empty; "incomplete": transfer broke. */
  readonly reason: "camera-gap" | "no-buffer" | "incomplete";
}

/** A file or page that a replay camera could not show. */
export interface CameraIncident {
  readonly message: string;
}

/**
 * Controls as they are now. `set` promises what `applySettings` does: out of range or unknown rejects (`OutOfRange`,
 * `UnsupportedValue`) and changes nothing; it resolves with the true values of all, for one control may move another. A
 * control that changes the size of the picture is refused while acquiring (`WrongState`). Default deadline 2000 ms.
 */
export interface CameraControls {
  list(): readonly CameraControl[];
  set(id: string, value: ControlValue, options?: CallOptions): Promise<readonly CameraControl[]>;
}

/**
 * Promises, beside those of {@link Device}:
 *  - `applySettings` clamps nothing: out of range rejects with `OutOfRange` and changes nothing; it resolves with the
 *    device's true values, which may be rounded to its steps. Geometry and format (roi, binning, pixelFormat) change
 *    only while not acquiring: else `WrongState`. Default deadline 1000 ms;
 *  - what it was set to survives: `connect` after a loss or a `disconnect` gives it its settings, its automatic modes and its controls
 *    again, also where its power was off; what it does not take any more is told by `onDidReport`;
 *  - frames arrive in order; `deviceSequence` rises by one a frame, plus one per frame lost on the device;
 *  - each frame is delivered once, in a buffer from the pool, exact size for its format; with the pool empty the frame
 *    is counted by `onDidLose({reason: "no-buffer"})`, never waited for;
 *  - produced = delivered + lost, always; a loss is told before the next frame is delivered;
 *  - `stopAcquisition` resolves when no further frame will arrive. Starting twice rejects with `WrongState`;
 *    stopping twice is harmless;
 *  - when acquisition ends by itself (replay finished, device lost) `onDidEnd` says why, once.
 */
export interface Camera extends Device {
  /** Absent, or nothing, where the settings are all there is. */
  controls?(): CameraControls | undefined;
  limits(): CameraLimits;
  /**
   * What the scale of its pictures depends on beside lens and binning, of a camera that does not tell what its pictures are to its sensor:
   * "1920x1080", "1280x720, zoom 150"; undefined as it was opened first. A pixel size holds for one view. Absent where the settings tell all.
   */
  view?(): string | undefined;
  settings(): CameraSettings;
  /** Bytes of the largest frame to expect. Absent: that of `settings()`; a replay of mixed pictures needs more. */
  maxFrameBytes?(): number;
  applySettings(patch: Partial<CameraSettings>, options?: CallOptions): Promise<CameraSettings>;
  startAcquisition(pool: FramePool, options?: CallOptions): Promise<void>;
  stopAcquisition(options?: CallOptions): Promise<void>;
  isAcquiring(): boolean;
  onDidCapture(listener: (frame: CapturedFrame) => void): Unsubscribe;
  onDidLose(listener: (loss: CameraLoss) => void): Unsubscribe;
  onDidEnd(listener: (end: { reason: "finished" | "stopped" | "disconnected" | "faulted" }) => void): Unsubscribe;
  /** Things a person should read in the log (a broken file named and skipped); counts stay in `onDidLose`. */
  onDidReport(listener: (incident: CameraIncident) => void): Unsubscribe;
  /**
   * Of a camera that draws its pictures: from now on, until the returned function is called, it sees by those who sit beside it, and
   * says of each frame where they stood. Absent where light falls into the camera.
   */
  seeBy?(neighbours: Neighbours): Unsubscribe;
}
