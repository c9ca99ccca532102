/** From a camera's features to the settings and limits that everyone needs, and back. */
import type { CameraLimits, CameraSettings, Range, Roi } from "../../../../shared/domain/devices.ts";
import type { CapturedHeader } from "../../../../shared/domain/frame.ts";
import type { PixelFormatName } from "../../../../shared/domain/pixel-layout.ts";
import { GenicamError } from "../genicam-error.ts";
import type { NodeMap } from "../map/node-map.ts";
import type { PortOptions } from "../register-port.ts";
import { CAMERA_FORMATS, type CameraFormat } from "../pixels/pfnc.ts";
import { type CameraModes, isLeftToCamera, MODES } from "./camera-modes.ts";
import type { FeatureAccess, NumericFeature } from "./feature-access.ts";
import { binnedTo, type HiddenReduction, hiddenReduction, type PixelFactors, readPixelFactors, sensorPixels, squareFactors, UNIT_FACTORS, writePixelFactors } from "./pixel-factors.ts";
import { type Quantity, readQuantity, writeQuantity } from "./quantities.ts";

/** Stands for "cannot be told, cannot be changed": settings always have an exposure. */
const UNKNOWN_EXPOSURE_MS = 1;

/** What a camera is set to and can do, as last read. */
export interface CameraState {
  readonly settings: CameraSettings;
  readonly limits: CameraLimits;
  /** The camera's own name of its format. */
  readonly formatName: string;
  /** False while it is set to a format that we do not take. */
  readonly isFormatOurs: boolean;
  /** What it sees to itself. */
  readonly modes: CameraModes;
  /** What a frame's header says of exposure and gain: only what is known in the field's units and does not change by itself. */
  readonly light: Pick<CapturedHeader, "exposureMs" | "gainDb">;
  /** Along width and height; where they differ `settings.binning` is that along the width, and no run begins. */
  readonly factors: PixelFactors;
  /** What makes `factors` less than the truth; no run begins then either. */
  readonly hidden?: HiddenReduction;
  /** Steps and smallest size of the region, in px of the picture. */
  readonly roiSteps: { readonly width: number; readonly height: number; readonly offsetX: number; readonly offsetY: number; readonly minWidth: number; readonly minHeight: number };
}

/** Before a camera was ever connected nothing is known of it. */
export const UNKNOWN_STATE: CameraState = {
  settings: { exposureMs: 1, gainDb: 0, blackLevelDn: 0, frameRate: 1, pixelFormat: "Mono8", binning: 1, roi: { offsetX: 0, offsetY: 0, width: 1, height: 1 } },
  limits: {
    sensorWidth: 1, sensorHeight: 1, exposureMs: { min: 1, max: 1 }, gainDb: { min: 0, max: 0 }, blackLevelDn: { min: 0, max: 0 }, frameRate: { min: 1, max: 1 },
    pixelFormats: ["Mono8"], binnings: [1],
  },
  formatName: "Mono8", isFormatOurs: true, modes: {}, factors: UNIT_FACTORS, light: {},
  roiSteps: { width: 1, height: 1, offsetX: 1, offsetY: 1, minWidth: 1, minHeight: 1 },
};

/**
 * @throws GenicamError `malformed` for a camera without a size or a pixel format we take; what the map throws
 */
export async function readCameraState(map: NodeMap, features: FeatureAccess, options: PortOptions): Promise<CameraState> {
  const need = async (role: "width" | "height"): Promise<NumericFeature> => {
    const feature = await features.readNumber(role, options);
    if (feature === undefined) throw new GenicamError("malformed", role, "the camera does not say the size of its pictures");
    return feature;
  };
  const width = await need("width");
  const height = await need("height");
  const offsetX = await features.readNumber("offsetX", options);
  const offsetY = await features.readNumber("offsetY", options);
  const widthMax = await features.readNumber("widthMax", options);
  const heightMax = await features.readNumber("heightMax", options);
  const { factors, offered } = await readPixelFactors(map, features, options);
  const sensorWidth = await features.readNumber("sensorWidth", options);
  const sensorHeight = await features.readNumber("sensorHeight", options);
  const hidden = hiddenReduction(map, factors, {
    x: { sensorPx: sensorWidth?.value, largestPx: widthMax?.value }, y: { sensorPx: sensorHeight?.value, largestPx: heightMax?.value },
  });
  const [across, down] = [sensorPixels(factors.x), sensorPixels(factors.y)];
  const exposure = await readQuantity(features, "exposure", options);
  const gain = await readQuantity(features, "gain", options);
  const blackLevel = await readQuantity(features, "blackLevel", options);
  const pitch = await features.readNumber("pixelPitch", options);
  const modes: { -readonly [Role in keyof CameraModes]: CameraModes[Role] } = {};
  for (const { role } of MODES) {
    const mode = await features.readMode(role, options);
    if (mode !== undefined) modes[role] = mode;
  }
  const resultingRate = await features.readNumber("resultingFrameRate", options);
  const frameRate = (await features.readNumber("frameRate", options)) ?? resultingRate;
  // A rate that is not asked for is as little in force as one that the camera chooses.
  const rateInForce = isLeftToCamera("frameRate", modes) ? (resultingRate ?? frameRate) : frameRate;
  const formats = await cameraFormats(map, options);
  const formatName = await map.readEnumeration("PixelFormat", options);
  const format = formats.find(({ name }) => name === formatName);
  const delivered = (format ?? formats[0])?.delivered;
  if (delivered === undefined) throw new GenicamError("malformed", "PixelFormat", "the camera has none of the pixel formats that Ocular takes");

  const pixelFormats = [...new Set(formats.map((format) => format.delivered))];
  const roi: Roi = { offsetX: (offsetX?.value ?? 0) * across, offsetY: (offsetY?.value ?? 0) * down, width: width.value * across, height: height.value * down };
  const exposureMs = exposure?.value ?? UNKNOWN_EXPOSURE_MS;
  return {
    settings: {
      exposureMs, gainDb: gain?.value ?? 0, blackLevelDn: blackLevel?.value ?? 0, frameRate: rateInForce?.value ?? 1000 / exposureMs, pixelFormat: delivered, binning: across, roi,
    },
    limits: {
      sensorWidth: sensorWidth?.value ?? (widthMax?.value ?? width.max + (offsetX?.value ?? 0)) * across,
      sensorHeight: sensorHeight?.value ?? (heightMax?.value ?? height.max + (offsetY?.value ?? 0)) * down,
      ...(pitch === undefined ? {} : { sensorPixelPitchUm: pitch.value }),
      exposureMs: exposure === undefined ? { min: UNKNOWN_EXPOSURE_MS, max: UNKNOWN_EXPOSURE_MS } : { min: Math.max(exposure.min, 1e-6), max: exposure.max },
      gainDb: rangeOf(gain, 0), blackLevelDn: rangeOf(blackLevel, 0),
      frameRate: frameRate === undefined ? { min: 1000 / exposureMs, max: 1000 / exposureMs } : { min: Math.max(frameRate.min, 1e-3), max: frameRate.max },
      pixelFormats,
      binnings: [...squareFactors(factors, offered)],
    },
    formatName,
    isFormatOurs: format !== undefined,
    modes, factors,
    ...(hidden === undefined ? {} : { hidden }),
    light: {
      ...(exposure === undefined || isLeftToCamera("exposureMs", modes) ? {} : { exposureMs }),
      ...(gain === undefined || isLeftToCamera("gainDb", modes) ? {} : { gainDb: gain.value }),
    },
    roiSteps: { width: width.inc ?? 1, height: height.inc ?? 1, offsetX: offsetX?.inc ?? 1, offsetY: offsetY?.inc ?? 1, minWidth: width.min, minHeight: height.min },
  };
}

/** The camera's formats that we take, best first among those delivered alike. */
async function cameraFormats(map: NodeMap, options: PortOptions): Promise<readonly CameraFormat[]> {
  const entries = await map.entries("PixelFormat", options);
  // By code, for names differ between standards; but the entry's own name is what is written.
  return CAMERA_FORMATS.flatMap((format) => {
    const entry = entries.find(({ name, value }) => name === format.name || Number(value) === format.code);
    return entry === undefined ? [] : [{ ...format, name: entry.name }];
  });
}

/**
 * Writes the changed settings in an order that every camera takes: the region shrinks to its corner before it moves.
 * Settings the camera does not have are left alone; how they came out shows when the state is read.
 */
export async function writeSettings(map: NodeMap, features: FeatureAccess, state: CameraState, patch: Partial<CameraSettings>, options: PortOptions): Promise<void> {
  const { settings } = state;
  const factors = patch.binning === undefined ? state.factors : binnedTo(state.factors, patch.binning);
  if (patch.roi !== undefined || patch.binning !== undefined) await writeRegion(map, features, patch.roi ?? settings.roi, factors, options);
  if (patch.pixelFormat !== undefined) await writeFormat(map, state, patch.pixelFormat, options);
  const writeExposure = async (): Promise<void> => {
    if (patch.exposureMs === undefined) return;
    await features.writeSwitch("exposureAuto", false, options);
    await writeQuantity(features, "exposure", patch.exposureMs, options);
  };
  const writeRate = async (): Promise<void> => {
    if (patch.frameRate === undefined) return;
    await features.writeSwitch("frameRateEnable", true, options);
    await features.writeSwitch("frameRateAuto", false, options);
    await features.writeNumber("frameRate", patch.frameRate, options);
  };
  // A slower rate makes room for a longer exposure, a shorter exposure for a faster rate.
  const isSlower = patch.frameRate !== undefined && patch.frameRate < settings.frameRate;
  for (const write of isSlower ? [writeRate, writeExposure] : [writeExposure, writeRate]) await write();
  if (patch.gainDb !== undefined) {
    await features.writeSwitch("gainAuto", false, options);
    await writeQuantity(features, "gain", patch.gainDb, options);
  }
  if (patch.blackLevelDn !== undefined) await writeQuantity(features, "blackLevel", patch.blackLevelDn, options);
}

/** A region of the sensor with pixels of that kind. */
export async function writeRegion(map: NodeMap, features: FeatureAccess, roi: Roi, factors: PixelFactors, options: PortOptions): Promise<void> {
  await features.writeNumber("offsetX", 0, options);
  await features.writeNumber("offsetY", 0, options);
  await writePixelFactors(map, features, factors, options);
  const [across, down] = [sensorPixels(factors.x), sensorPixels(factors.y)];
  await features.writeNumber("width", Math.floor(roi.width / across), options);
  await features.writeNumber("height", Math.floor(roi.height / down), options);
  await features.writeNumber("offsetX", Math.floor(roi.offsetX / across), options);
  await features.writeNumber("offsetY", Math.floor(roi.offsetY / down), options);
}

async function writeFormat(map: NodeMap, state: CameraState, wanted: PixelFormatName, options: PortOptions): Promise<void> {
  const formats = await cameraFormats(map, options);
  const isAlready = formats.some(({ name, delivered }) => name === state.formatName && delivered === wanted);
  const chosen = isAlready ? state.formatName : formats.find(({ delivered }) => delivered === wanted)?.name;
  if (chosen !== undefined) await map.writeEnumeration("PixelFormat", chosen, options);
}

function rangeOf(feature: Quantity | undefined, otherwise: number): Range {
  return feature === undefined ? { min: otherwise, max: otherwise } : { min: feature.min, max: feature.max };
}
