/** From what Chromium says of a webcam to the settings and limits that everyone needs. */
import type { CameraLimits, CameraSettings, Range, Roi } from "../../../../shared/domain/devices.ts";
import type { CaptureConstraints, CaptureTrack } from "../../../../shared/ipc/capture.ts";
import { WEBCAM_FORMATS, type WebcamFormat } from "./write-picture.ts";

/** Exposure time counts in 100 us (W3C MediaStream Image Capture, `exposureTime`, after USB Video Class's CT_EXPOSURE_TIME_ABSOLUTE). */
const EXPOSURE_UNITS_PER_MS = 10;
/** Stands for "cannot be told, cannot be changed", as in a replay: settings always have an exposure. */
const UNKNOWN_EXPOSURE_MS = 1;
const SLOWEST_FPS = 1;
const USUAL_FPS = 30;

/** What of a webcam is ours to choose: Chromium does not know it. */
export interface OwnSettings {
  readonly pixelFormat: WebcamFormat;
  /** Undefined: the whole picture. */
  readonly roi: Roi | undefined;
}

export interface NumberCapability extends Range {
  /** 0 where the device names none. */
  readonly step: number;
}

/** A numeric capability; undefined where the device has none, or only one value of it. */
export function numberCapability({ capabilities }: CaptureTrack, name: string): NumberCapability | undefined {
  const found = capabilities[name];
  if (typeof found !== "object" || found === null || !("min" in found) || !("max" in found)) return undefined;
  const { min, max } = found;
  const step = "step" in found && typeof found.step === "number" ? found.step : 0;
  return typeof min === "number" && typeof max === "number" && max > min ? { min, max, step } : undefined;
}

/** The values of an enumerated capability; empty where the device has none. */
export function choiceCapability({ capabilities }: CaptureTrack, name: string): readonly string[] {
  const found = capabilities[name];
  return Array.isArray(found) ? found.filter((each) => typeof each === "string") : [];
}

/** A numeric setting in force. */
export function numberSetting({ settings }: CaptureTrack, name: string): number | undefined {
  const found = settings[name];
  return typeof found === "number" && Number.isFinite(found) ? found : undefined;
}

/** Size of the camera's whole picture at its present resolution. */
export function pictureSize(track: CaptureTrack): { readonly width: number; readonly height: number } {
  return { width: Math.max(1, numberSetting(track, "width") ?? 1), height: Math.max(1, numberSetting(track, "height") ?? 1) };
}

/**
 * What a pixel size holds for: a camera may make its smaller pictures by leaving out the borders, by adding up pixels or by both, and does not say which.
 * @param opened size of its pictures as it was opened first
 * @returns undefined at that size without digital zoom
 */
export function webcamView(track: CaptureTrack, opened: { readonly width: number; readonly height: number }): string | undefined {
  const { width, height } = pictureSize(track);
  const zoom = numberCapability(track, "zoom");
  const zoomed = zoom === undefined ? undefined : numberSetting(track, "zoom");
  const words = [
    ...(width === opened.width && height === opened.height ? [] : [`${width}x${height}`]),
    ...(zoomed === undefined || zoomed === zoom?.min ? [] : [`zoom ${zoomed}`]),
  ];
  return words.length === 0 ? undefined : words.join(", ");
}

/**
 * Limits. The sensor is the picture at the present resolution: what lies beyond a webcam does not tell, and a smaller
 * resolution may be a smaller picture of the same or a part of it.
 */
export function webcamLimits(track: CaptureTrack): CameraLimits {
  const { width, height } = pictureSize(track);
  const exposure = numberCapability(track, "exposureTime");
  const gain = isoCapability(track);
  const rate = numberCapability(track, "frameRate");
  const only = (value: number): Range => ({ min: value, max: value });
  const fps = numberSetting(track, "frameRate") ?? USUAL_FPS;
  return {
    sensorWidth: width, sensorHeight: height,
    exposureMs: exposure === undefined ? only(exposureMsOf(track)) : { min: Math.max(exposure.min, exposure.step, 0.1) / EXPOSURE_UNITS_PER_MS, max: exposure.max / EXPOSURE_UNITS_PER_MS },
    gainDb: gain === undefined ? only(0) : { min: 0, max: decibels(gain.max / gain.min) },
    blackLevelDn: only(0),
    frameRate: rate === undefined ? only(fps) : { min: Math.min(Math.max(SLOWEST_FPS, rate.min), rate.max), max: rate.max },
    pixelFormats: [...WEBCAM_FORMATS], binnings: [1],
  };
}

export function webcamSettings(track: CaptureTrack, own: OwnSettings): CameraSettings {
  const gain = isoCapability(track);
  const { frameRate } = webcamLimits(track);
  return {
    exposureMs: exposureMsOf(track),
    gainDb: gain === undefined ? 0 : decibels((numberSetting(track, "iso") ?? gain.min) / gain.min),
    blackLevelDn: 0,
    frameRate: Math.min(frameRate.max, Math.max(frameRate.min, numberSetting(track, "frameRate") ?? frameRate.max)),
    pixelFormat: own.pixelFormat, binning: 1,
    roi: own.roi ?? { offsetX: 0, offsetY: 0, ...pictureSize(track) },
  };
}

/** Exposure and gain for a frame's header: only what the device says and holds still. */
export function knownExposure(track: CaptureTrack): { readonly exposureMs?: number; readonly gainDb?: number } {
  const isManual = track.settings["exposureMode"] === undefined || track.settings["exposureMode"] === "manual";
  const hasExposure = isManual && numberSetting(track, "exposureTime") !== undefined;
  const gain = isManual ? isoCapability(track) : undefined;
  return {
    ...(hasExposure ? { exposureMs: exposureMsOf(track) } : {}),
    ...(gain === undefined ? {} : { gainDb: decibels((numberSetting(track, "iso") ?? gain.min) / gain.min) }),
  };
}

/** The constraints that a patch of settings comes to; what the device does not have is left out. Values lie inside the limits. */
export function constraintsOf(patch: Partial<CameraSettings>, track: CaptureTrack): CaptureConstraints {
  const exposure = numberCapability(track, "exposureTime");
  const gain = isoCapability(track);
  const canBeManual = choiceCapability(track, "exposureMode").includes("manual") ? { exposureMode: "manual" } : {};
  return {
    ...(patch.exposureMs === undefined || exposure === undefined ? {} : { ...canBeManual, exposureTime: onStep(patch.exposureMs * EXPOSURE_UNITS_PER_MS, exposure) }),
    ...(patch.gainDb === undefined || gain === undefined ? {} : { ...canBeManual, iso: onStep(gain.min * 10 ** (patch.gainDb / 20), gain) }),
    ...(patch.frameRate === undefined || numberCapability(track, "frameRate") === undefined ? {} : { frameRate: patch.frameRate }),
  };
}

/** The nearest value the device has. */
export function onStep(value: number, { min, max, step }: NumberCapability): number {
  const near = step > 0 ? min + Math.round((value - min) / step) * step : value;
  return Math.min(max, Math.max(min, near));
}

/** Of even place and size: chroma has one sample for 2 x 2 pixels. */
export function evenRoi(roi: Roi): Roi {
  const even = (value: number): number => value - (value % 2);
  return { offsetX: even(roi.offsetX), offsetY: even(roi.offsetY), width: Math.max(2, even(roi.width)), height: Math.max(2, even(roi.height)) };
}

function exposureMsOf(track: CaptureTrack): number {
  const units = numberSetting(track, "exposureTime");
  return units === undefined || units <= 0 ? UNKNOWN_EXPOSURE_MS : units / EXPOSURE_UNITS_PER_MS;
}

/** Sensitivity, as a gain over the least one: twice the ISO number is twice the signal, 6 dB. */
function isoCapability(track: CaptureTrack): NumberCapability | undefined {
  const iso = numberCapability(track, "iso");
  return iso === undefined || iso.min <= 0 ? undefined : iso;
}

function decibels(ratio: number): number {
  return 20 * Math.log10(ratio);
}
