/** Exposure, gain and black level between a camera's own units and the field's: only where the camera's number has a unit that is known. */
import type { PortOptions } from "../register-port.ts";
import type { FeatureAccess, NumericFeature } from "./feature-access.ts";

/** In ms, dB and DN. */
export const QUANTITY_ROLES = ["exposure", "gain", "blackLevel"] as const;
export type QuantityRole = (typeof QUANTITY_ROLES)[number];

export interface Quantity {
  readonly value: number;
  readonly min: number;
  readonly max: number;
}

interface Scale {
  toField(raw: number): number;
  toCamera(value: number): number;
}

/** In upper case, for files spell them as they like. */
const MS_PER: Readonly<Record<string, number>> = {
  "": 1e-3, US: 1e-3, USEC: 1e-3, MICROSECONDS: 1e-3, "\u039cS": 1e-3, NS: 1e-6, MS: 1, MSEC: 1, MILLISECONDS: 1, S: 1000, SEC: 1000, SECONDS: 1000,
};
const DECIBELS = ["DB"];
const FACTORS = ["X", "TIMES", "FACTOR"];
const COUNTS = ["", "DN", "LSB", "ADU", "COUNTS"];

const SAME: Scale = { toField: (raw) => raw, toCamera: (value) => value };
/** Amplitude: twice is 6 dB. */
const FROM_FACTOR: Scale = { toField: (raw) => 20 * Math.log10(raw), toCamera: (value) => 10 ** (value / 20) };

/** As it stands, in the field's unit; undefined where the camera has none, or one whose unit nobody knows: the feature tree has that all the same. */
export async function readQuantity(features: FeatureAccess, role: QuantityRole, options: PortOptions): Promise<Quantity | undefined> {
  const feature = await features.readNumber(role, options);
  const scale = feature === undefined ? undefined : scaleOf(role, feature);
  if (feature === undefined || scale === undefined) return undefined;
  return { value: scale.toField(feature.value), min: scale.toField(feature.min), max: scale.toField(feature.max) };
}

/** Sets it, where it can be read. */
export async function writeQuantity(features: FeatureAccess, role: QuantityRole, value: number, options: PortOptions): Promise<void> {
  const feature = await features.readNumber(role, options);
  const scale = feature === undefined ? undefined : scaleOf(role, feature);
  if (scale !== undefined) await features.writeNumber(role, scale.toCamera(value), options);
}

/** True for a feature whose number settings hold: others of its role are the feature tree's alone. */
export async function isQuantity(features: FeatureAccess, name: string, options: PortOptions): Promise<boolean> {
  for (const role of QUANTITY_ROLES) {
    if ((await features.name(role, options)) === name) return (await readQuantity(features, role, options)) !== undefined;
  }
  return false;
}

function scaleOf(role: QuantityRole, { unit, min }: NumericFeature): Scale | undefined {
  const spelt = unit.trim().toUpperCase();
  switch (role) {
    case "exposure": {
      const msPer = MS_PER[spelt];
      return msPer === undefined ? undefined : { toField: (raw) => raw * msPer, toCamera: (value) => value / msPer };
    }
    case "gain":
      if (DECIBELS.includes(spelt)) return SAME;
      if (FACTORS.includes(spelt)) return min > 0 ? FROM_FACTOR : undefined;
      // Without a unit: a factor begins at 1, which as dB would be no beginning.
      return spelt === "" ? (min === 1 ? FROM_FACTOR : SAME) : undefined;
    case "blackLevel": return COUNTS.includes(spelt) ? SAME : undefined;
  }
}
