/*
 * What the instrument and the page that captures webcams say to each other, over a message port of their own. Plain
 * values and types: the page is a sandboxed preload, which has no use for the schema library. The instrument reads
 * everything that comes from the page with the schemas of engine/devices/transports/capture.
 */

/** Where main hands the page its end of the port. */
export const CAPTURE_CHANNEL = "ocular:capture";

/** Frames under way to the instrument at once; each credit asks for one more. */
export const FRAMES_IN_FLIGHT = 2;

/** A camera as Chromium lists it. `deviceId` and `groupId` are hashes, the same as long as the profile lives. */
export interface CaptureDevice {
  readonly deviceId: string;
  readonly groupId: string;
  readonly label: string;
}

/** Part of the picture, px. */
export interface CaptureRect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Constraints by the names of MediaTrackConstraints and Image Capture (W3C), in their units. */
export type CaptureConstraints = Readonly<Record<string, number | string | boolean>>;

/** What a camera can do and is set to, by the same names. */
export interface CaptureTrack {
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Questions, each with the value that answers it. */
export interface CaptureCalls {
  list: { given: Record<string, never>; gives: readonly CaptureDevice[] };
  /** Opens a camera; the one that was open is closed. */
  open: { given: { readonly deviceId: string; readonly width: number; readonly height: number; readonly frameRate: number }; gives: CaptureTrack };
  /** All constraints that shall hold, not only those that change. */
  apply: { given: { readonly constraints: CaptureConstraints }; gives: CaptureTrack };
  /** Frames begin to come. `luma`: of YUV frames the Y plane alone. `rect`: the part wanted, of even place and size. */
  start: { given: { readonly planes: "all" | "luma"; readonly rect: CaptureRect }; gives: Record<string, never> };
  /** Answered when no further frame will be sent. */
  stop: { given: Record<string, never>; gives: Record<string, never> };
  close: { given: Record<string, never>; gives: Record<string, never> };
}
export type CaptureCommand = keyof CaptureCalls;

/** To the page. */
export type CaptureRequest =
  | { [C in CaptureCommand]: { readonly id: number; readonly command: C; readonly given: CaptureCalls[C]["given"] } }[CaptureCommand]
  /** One frame has been taken over. */
  | { readonly command: "credit" };

/** Why a question was refused: `gone` no such camera (any more), `busy` another program has it, `denied` the system refuses cameras. */
export type CaptureProblem = "gone" | "busy" | "denied" | "unsupported" | "failed";

/** Formats of pixels that cross the port, by their WebCodecs names. */
export type CaptureFormat = "I420" | "NV12" | "RGBA" | "RGBX" | "BGRA" | "BGRX" | "luma";

/** One frame. */
export interface CaptureFrame {
  readonly kind: "frame";
  /** Frames since the last one sent that found no credit; the newest one always takes the place of the one before it. */
  readonly skipped: number;
  /** Frames since the last one sent that Chromium dropped before they came to the page. */
  readonly dropped: number;
  readonly format: CaptureFormat;
  readonly width: number;
  readonly height: number;
  readonly planes: readonly { readonly offset: number; readonly stride: number }[];
  /** Matrix of YUV, WebCodecs name; undefined where the camera does not say. */
  readonly matrix: string | undefined;
  readonly fullRange: boolean | undefined;
  /** Chromium's capture clock, us. */
  readonly timestampUs: number;
  readonly pixels: ArrayBuffer;
}

/** From the page. */
export type CaptureMessage =
  | { readonly kind: "answer"; readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly kind: "answer"; readonly id: number; readonly ok: false; readonly problem: CaptureProblem; readonly reason: string }
  /** A camera came or went. */
  | { readonly kind: "devices" }
  /** The open camera is lost: unplugged, or taken away. */
  | { readonly kind: "ended"; readonly reason: string }
  /** One frame came and could not be read. */
  | { readonly kind: "unreadable"; readonly reason: string }
  | CaptureFrame;
