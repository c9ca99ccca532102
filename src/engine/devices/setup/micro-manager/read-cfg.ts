/*
 * Micro-Manager's hardware configuration: lines of words between commas, `#` begins a remark (Micro-Manager Configuration Guide,
 * "Configuration file syntax"). Read for what Ocular can use; everything else is counted, not understood.
 */

/** A device of the file. */
export interface CfgDevice {
  readonly label: string;
  readonly library: string;
  readonly adapter: string;
  readonly line: number;
}

/** A resolution preset: which device states it holds for, and its scale. */
export interface CfgPixelSize {
  readonly id: string;
  readonly conditions: readonly { readonly device: string; readonly property: string; readonly value: string }[];
  readonly pixelSizeUm?: number;
  readonly affine?: readonly [number, number, number, number, number, number];
}

export interface MicroManagerCfg {
  readonly devices: readonly CfgDevice[];
  /** By label, then by property; the last line wins, as in Micro-Manager. */
  readonly properties: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Hub of a device. */
  readonly parents: ReadonlyMap<string, string>;
  /** State labels of a device, by position. */
  readonly labels: ReadonlyMap<string, ReadonlyMap<number, string>>;
  readonly focusDirections: ReadonlyMap<string, number>;
  readonly pixelSizes: readonly CfgPixelSize[];
  /** Lines that do not follow the syntax, one sentence each. */
  readonly problems: readonly string[];
}

/** Lines of other kinds that the syntax knows and Ocular has no use for. */
const UNUSED = new Set(["ConfigGroup", "Delay", "Equipment", "ImageSynchro", "PropertyBlock", "ConfigPixelSizeEx"]);
/** More is no configuration. */
const MOST_LINES = 20_000;
const MOST_PROBLEMS = 50;

/** Never throws: what a line lacks is a problem, the others are read. */
export function readMicroManagerCfg(text: string): MicroManagerCfg {
  const devices: CfgDevice[] = [];
  const properties = new Map<string, Map<string, string>>();
  const parents = new Map<string, string>();
  const labels = new Map<string, Map<number, string>>();
  const focusDirections = new Map<string, number>();
  const sizes = new Map<string, { conditions: CfgPixelSize["conditions"][number][]; pixelSizeUm?: number; affine?: readonly [number, number, number, number, number, number] }>();
  const problems: string[] = [];
  const complain = (line: number, what: string): void => {
    if (problems.length < MOST_PROBLEMS) problems.push(`Line ${line}: ${what}.`);
  };
  const sizeOf = (id: string) => {
    const size = sizes.get(id) ?? { conditions: [] };
    sizes.set(id, size);
    return size;
  };
  const inner = <K, V>(map: Map<string, Map<K, V>>, key: string): Map<K, V> => {
    const own = map.get(key) ?? new Map<K, V>();
    map.set(key, own);
    return own;
  };

  const lines = text.replace(/^\uFEFF/u, "").split(/\r\n|\r|\n/u);
  if (lines.length > MOST_LINES) complain(MOST_LINES, `there are ${lines.length} lines; what follows is left out`);
  for (const [index, raw] of lines.slice(0, MOST_LINES).entries()) {
    const line = index + 1;
    const trimmed = raw.trim();
    if (trimmed === "" || trimmed.startsWith("#")) continue;
    const [keyword = "", ...words] = trimmed.split(",").map((word) => word.trim());
    const [first = "", second = "", third = "", fourth = ""] = words;
    const need = (count: number): boolean => {
      const isWhole = words.length >= count && words.slice(0, Math.min(count, 2)).every((word) => word !== "");
      if (!isWhole) complain(line, `"${keyword}" has too few words`);
      return isWhole;
    };
    const numbers = (texts: readonly string[]): number[] | undefined => {
      const values = texts.map((word) => (word === "" ? Number.NaN : Number(word)));
      if (values.every(Number.isFinite)) return values;
      complain(line, `"${keyword}" has a word that is no number`);
      return undefined;
    };
    if (keyword === "Device") {
      if (!need(3)) continue;
      if (devices.some(({ label }) => label === first)) complain(line, `the device "${first}" is there twice; the first counts`);
      else devices.push({ label: first, library: second, adapter: third, line });
    } else if (keyword === "Property") {
      // A value may be empty; one with commas keeps them.
      if (need(2)) inner(properties, first).set(second, words.slice(2).join(","));
    } else if (keyword === "Parent") {
      if (need(2)) parents.set(first, second);
    } else if (keyword === "Label") {
      const [position] = need(3) ? (numbers([second]) ?? []) : [];
      if (position !== undefined) inner(labels, first).set(position, third);
    } else if (keyword === "FocusDirection") {
      const [direction] = need(2) ? (numbers([second]) ?? []) : [];
      if (direction !== undefined) focusDirections.set(first, Math.sign(direction));
    } else if (keyword === "ConfigPixelSize") {
      if (need(4)) sizeOf(first).conditions.push({ device: second, property: third, value: fourth });
    } else if (keyword === "PixelSize_um") {
      const [um] = need(2) ? (numbers([second]) ?? []) : [];
      // 0 is how Micro-Manager writes "not measured".
      if (um !== undefined && um > 0) sizeOf(first).pixelSizeUm = um;
    } else if (/^PixelSizeAffine/u.test(keyword)) {
      const values = need(7) ? numbers(words.slice(1, 7)) : undefined;
      if (values === undefined) continue;
      const [a = 0, b = 0, tx = 0, c = 0, d = 0, ty = 0] = values;
      // All 0 is how it writes "not measured", and so is the unit matrix beside a pixel size.
      if (a * d - b * c !== 0) sizeOf(first).affine = [a, b, tx, c, d, ty];
    } else if (!UNUSED.has(keyword)) complain(line, `"${keyword.slice(0, 40)}" is no word of a Micro-Manager configuration`);
  }
  return {
    devices, properties, parents, labels, focusDirections, problems,
    pixelSizes: [...sizes].map(([id, size]) => ({ id, ...size })),
  };
}
