/** A webcam's controls beyond the settings that all cameras share, by the names of Image Capture (W3C). */
import type { CameraControl, ControlValue } from "../../../../shared/domain/camera-controls.ts";
import { OcularError } from "../../../../shared/errors.ts";
import type { CaptureConstraints, CaptureTrack } from "../../../../shared/ipc/capture.ts";
import { choiceCapability, numberCapability, numberSetting, onStep, pictureSize } from "./webcam-state.ts";

/** The control that changes the size of the picture. */
export const RESOLUTION = "resolution";

const RANGES: readonly { readonly id: string; readonly label: string; readonly unit: string; /** Must be manual for the value to hold. */ readonly mode?: string }[] = [
  { id: "exposureCompensation", label: "Exposure compensation", unit: "EV" },
  { id: "colorTemperature", label: "White balance", unit: "K", mode: "whiteBalanceMode" },
  { id: "focusDistance", label: "Focus", unit: "", mode: "focusMode" },
  { id: "zoom", label: "Zoom", unit: "" },
  { id: "pan", label: "Pan", unit: "" },
  { id: "tilt", label: "Tilt", unit: "" },
  { id: "brightness", label: "Brightness", unit: "" },
  { id: "contrast", label: "Contrast", unit: "" },
  { id: "saturation", label: "Saturation", unit: "" },
  { id: "sharpness", label: "Sharpness", unit: "" },
];

const CHOICES: readonly { readonly id: string; readonly label: string }[] = [
  { id: "exposureMode", label: "Exposure mode" },
  { id: "whiteBalanceMode", label: "White balance mode" },
  { id: "focusMode", label: "Focus mode" },
];

/** Values that hold only while their mode is manual. */
const VALUES_OF_MODES: Readonly<Record<string, readonly string[]>> = { exposureMode: ["exposureTime", "iso"], whiteBalanceMode: ["colorTemperature"], focusMode: ["focusDistance"] };

/** Sizes webcams have. Which of them this one has is known only once it was asked: it then gives the nearest. */
const SIZES = [[640, 480], [800, 600], [1024, 768], [1280, 720], [1280, 960], [1600, 1200], [1920, 1080], [2048, 1536], [2560, 1440], [2592, 1944], [3264, 2448], [3840, 2160]] as const;

/** What this device lets be adjusted, and how it is set. */
export function webcamControls(track: CaptureTrack): readonly CameraControl[] {
  const ranges = RANGES.flatMap(({ id, label, unit }): CameraControl[] => {
    const can = numberCapability(track, id);
    const value = numberSetting(track, id);
    return can === undefined || value === undefined ? [] : [{ id, label, kind: "range", unit, ...can, value }];
  });
  const choices = CHOICES.flatMap(({ id, label }): CameraControl[] => {
    const can = choiceCapability(track, id);
    const value = track.settings[id];
    return can.length < 2 || typeof value !== "string" ? [] : [{ id, label, kind: "choice", choices: [...can], value }];
  });
  return [...resolutionControl(track), ...choices, ...ranges];
}

/**
 * The constraints that setting a control comes to.
 * @throws OcularError `OutOfRange`, `UnsupportedValue`
 */
export function controlConstraints(track: CaptureTrack, id: string, value: ControlValue): CaptureConstraints {
  const controls = webcamControls(track);
  const control = controls.find((each) => each.id === id);
  if (control === undefined) throw new OcularError({ tag: "UnsupportedValue", what: "camera control", value: id, allowed: controls.map((each) => each.id) });
  if (control.kind === "choice") {
    if (typeof value !== "string" || !control.choices.includes(value)) throw new OcularError({ tag: "UnsupportedValue", what: control.label, value: String(value), allowed: [...control.choices] });
    if (id !== RESOLUTION) return { [id]: value };
    const [width = 1, height = 1] = value.split("x").map(Number);
    return { width, height };
  }
  const { min, max, unit, label } = control;
  if (typeof value !== "number" || !(value >= min && value <= max)) throw new OcularError({ tag: "OutOfRange", what: label, value: Number(value), min, max, unit });
  const mode = RANGES.find((each) => each.id === id)?.mode;
  const manual = mode !== undefined && choiceCapability(track, mode).includes("manual") ? { [mode]: "manual" } : {};
  return { ...manual, [id]: onStep(value, control) };
}

/** Constraints with more added: an automatic that is switched on takes back the value that was set by hand. */
export function withConstraints(wanted: CaptureConstraints, added: CaptureConstraints): CaptureConstraints {
  const stale = Object.entries(added).flatMap(([mode, value]) => (value === "manual" ? [] : (VALUES_OF_MODES[mode] ?? [])));
  return Object.fromEntries(Object.entries({ ...wanted, ...added }).filter(([name]) => !stale.includes(name)));
}

function resolutionControl(track: CaptureTrack): readonly CameraControl[] {
  const most = { width: numberCapability(track, "width")?.max, height: numberCapability(track, "height")?.max };
  if (most.width === undefined || most.height === undefined) return [];
  const { width, height } = pictureSize(track);
  const now = `${width}x${height}`;
  const sizes = [...SIZES.map(([w, h]) => [w, h] as const), [width, height] as const, [most.width, most.height] as const].filter(([w, h]) => w <= (most.width ?? 0) && h <= (most.height ?? 0));
  const names = [...new Set(sizes.toSorted(([a, b], [c, d]) => a * b - c * d).map(([w, h]) => `${w}x${h}`))];
  return names.length < 2 ? [] : [{ id: RESOLUTION, label: "Resolution", kind: "choice", choices: names, value: now }];
}
