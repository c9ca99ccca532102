/** How many sensor pixels one pixel of the picture stands for: those added up (binning) times the one of so many that is read (decimation). */
import { OcularError } from "../../../../shared/errors.ts";
import type { NodeMap } from "../map/node-map.ts";
import type { PortOptions } from "../register-port.ts";
import type { FeatureAccess } from "./feature-access.ts";
import { FEATURES, type FeatureRole } from "./feature-names.ts";

/** Along one side; 1 where the camera has no such feature. */
export interface SideFactors {
  readonly binning: number;
  readonly decimation: number;
}

export interface PixelFactors {
  readonly x: SideFactors;
  readonly y: SideFactors;
}

type FactorRole = Extract<FeatureRole, "binningX" | "binningY" | "decimationX" | "decimationY">;

const ROLES = { x: { binning: "binningX", decimation: "decimationX" }, y: { binning: "binningY", decimation: "decimationY" } } as const satisfies Record<string, Record<keyof SideFactors, FactorRole>>;

export const UNIT_FACTORS: PixelFactors = { x: { binning: 1, decimation: 1 }, y: { binning: 1, decimation: 1 } };

/** More than any camera adds up; one that announces more is not asked for all of it. */
const MOST_BINNING = 64;

/** Sensor pixels that a picture pixel stands for along a side. */
export function sensorPixels({ binning, decimation }: SideFactors): number {
  return binning * decimation;
}

/** What the camera is set to, and the binnings of each side that it offers. */
export async function readPixelFactors(map: NodeMap, features: FeatureAccess, options: PortOptions): Promise<{ readonly factors: PixelFactors; readonly offered: Readonly<Record<"x" | "y", readonly number[]>> }> {
  const read = (role: FactorRole): Promise<{ value: number; offered: readonly number[] }> => readFactor(map, features, role, options);
  const [binningX, binningY] = [await read("binningX"), await read("binningY")];
  const [decimationX, decimationY] = [await read("decimationX"), await read("decimationY")];
  return {
    factors: { x: { binning: binningX.value, decimation: decimationX.value }, y: { binning: binningY.value, decimation: decimationY.value } },
    offered: { x: binningX.offered, y: binningY.offered },
  };
}

/** Factors, the same along both sides, that binning can make of the decimation in force. */
export function squareFactors(factors: PixelFactors, offered: Readonly<Record<"x" | "y", readonly number[]>>): readonly number[] {
  const along = (side: "x" | "y"): readonly number[] => offered[side].map((binning) => binning * factors[side].decimation);
  const across = along("y");
  return along("x").filter((each) => across.includes(each));
}

/** Factors with so many sensor pixels a side, by binning alone. */
export function binnedTo({ x, y }: PixelFactors, whole: number): PixelFactors {
  const side = ({ decimation }: SideFactors): SideFactors => ({ binning: Math.max(1, Math.floor(whole / decimation)), decimation });
  return { x: side(x), y: side(y) };
}

/** Sets what differs; less binning first, for many cameras do not bin while they decimate. */
export async function writePixelFactors(map: NodeMap, features: FeatureAccess, wanted: PixelFactors, options: PortOptions): Promise<void> {
  for (const side of ["x", "y"] as const) {
    const write = async (which: keyof SideFactors): Promise<void> => {
      const role = ROLES[side][which];
      if ((await readFactor(map, features, role, options)).value !== wanted[side][which]) await writeFactor(map, features, role, wanted[side][which], options);
    };
    const { value: before } = await readFactor(map, features, ROLES[side].binning, options);
    for (const which of wanted[side].binning < before ? (["binning", "decimation"] as const) : (["decimation", "binning"] as const)) await write(which);
  }
}

/** A reduction beside the one that is told, along the side that shows it; px. */
export interface HiddenReduction {
  readonly sensorPx: number;
  readonly largestPx: number;
  readonly factor: number;
}

/**
 * Of cameras with several binning or decimation engines behind a selector, which tell one at a time: that the others reduce the picture too.
 * By how much is not worked out, for the largest picture is rounded to the camera's steps.
 */
export function hiddenReduction(map: NodeMap, factors: PixelFactors, sides: Readonly<Record<"x" | "y", { readonly sensorPx: number | undefined; readonly largestPx: number | undefined }>>): HiddenReduction | undefined {
  const names: readonly string[] = Object.values(ROLES).flatMap(({ binning, decimation }) => [...FEATURES[binning], ...FEATURES[decimation]]);
  const isSelected = [...map.description.nodes.values()].some((node) => node.kind === "enumeration" && node.entries.length > 1 && node.selected.some((each) => names.includes(each)));
  if (!isSelected) return undefined;
  for (const side of ["x", "y"] as const) {
    const { sensorPx, largestPx } = sides[side];
    const factor = sensorPixels(factors[side]);
    // The next whole reduction is twice as much.
    if (sensorPx !== undefined && largestPx !== undefined && largestPx > 0 && sensorPx / (largestPx * factor) > 1.5) return { sensorPx, largestPx, factor };
  }
  return undefined;
}

/** @throws OcularError `CameraPixelsNotSquare`: one pixel size would be wrong along one of the sides; `CameraScaleUnknown` */
export function requireScale(deviceId: string, { x, y }: PixelFactors, hidden: HiddenReduction | undefined): void {
  if (hidden !== undefined) throw new OcularError({ tag: "CameraScaleUnknown", deviceId, ...hidden });
  if (sensorPixels(x) !== sensorPixels(y)) throw new OcularError({ tag: "CameraPixelsNotSquare", deviceId, across: sensorPixels(x), down: sensorPixels(y) });
}

async function readFactor(map: NodeMap, features: FeatureAccess, role: FactorRole, options: PortOptions): Promise<{ value: number; offered: readonly number[] }> {
  const name = await features.name(role, options);
  if (name === undefined) return { value: 1, offered: [1] };
  if (map.node(name).kind === "enumeration") {
    const entries = await map.entries(name, options);
    const now = await map.readEnumeration(name, options);
    const value = factorOf(now, Number(entries.find((entry) => entry.name === now)?.value ?? 1n));
    return { value, offered: [...new Set([...entries.map((entry) => factorOf(entry.name, Number(entry.value))), value])].toSorted((a, b) => a - b) };
  }
  const feature = await features.readNumber(role, options);
  const value = whole(feature?.value ?? 1);
  const [min, max, step] = [whole(feature?.min ?? 1), Math.min(MOST_BINNING, feature?.max ?? 1), whole(feature?.inc ?? 1)];
  const offered = new Set([value]);
  for (let each = min; each <= max; each += step) offered.add(each);
  return { value, offered: [...offered].toSorted((a, b) => a - b) };
}

async function writeFactor(map: NodeMap, features: FeatureAccess, role: FactorRole, value: number, options: PortOptions): Promise<void> {
  const name = await features.name(role, options);
  if (name === undefined) return;
  if (map.node(name).kind !== "enumeration") return void (await features.writeNumber(role, value, options));
  const entry = (await map.entries(name, options)).find((each) => factorOf(each.name, Number(each.value)) === value);
  if (entry !== undefined) await features.writeMode(role, entry.name, options);
}

/** Of an entry such as "BinningHorizontal2" or "X4": the number that its name ends in, or else its value. */
function factorOf(entryName: string, value: number): number {
  const digits = /\d+$/u.exec(entryName)?.[0];
  return whole(digits === undefined ? value : Number(digits));
}

/** Some cameras say 0 where nothing is added up. */
function whole(value: number): number {
  return Math.max(1, Math.round(value));
}
