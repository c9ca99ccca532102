import type { Mask } from "../image/plane.ts";

/**
 * A mask as COCO writes it: lengths of runs down the columns, column by column from the left; the first run is background
 * (0 where the first pixel is object), then object and background in turn.
 */
export interface RunLengths {
  readonly width: number;
  readonly height: number;
  readonly counts: readonly number[];
}

export function encodeRunLengths({ width, height, data }: Mask): RunLengths {
  const counts: number[] = [];
  let value = 0;
  let run = 0;
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      const next = data[y * width + x] ?? 0;
      if (next !== value) {
        counts.push(run);
        run = 0;
        value = next;
      }
      run++;
    }
  }
  counts.push(run);
  return { width, height, counts };
}

/** @throws RangeError when the runs do not fill the picture exactly. */
export function decodeRunLengths({ width, height, counts }: RunLengths): Mask {
  const data = new Uint8Array(width * height);
  let at = 0;
  for (const [index, run] of counts.entries()) {
    if (!Number.isInteger(run) || run < 0 || at + run > data.length) throw new RangeError(`run ${index} of ${run} pixels does not fit ${width} x ${height}`);
    if (index % 2 === 1) {
      for (let i = at; i < at + run; i++) data[(i % height) * width + Math.floor(i / height)] = 1;
    }
    at += run;
  }
  if (at !== data.length) throw new RangeError(`the runs hold ${at} pixels instead of ${width} x ${height}`);
  return { width, height, data };
}

/** Object pixels. */
export function areaOfRunLengths({ counts }: RunLengths): number {
  return counts.reduce((sum, run, index) => (index % 2 === 1 ? sum + run : sum), 0);
}

const FIRST_CHARACTER = 48;
const MORE = 0x20;
const SIGN = 0x10;

/**
 * COCO's short form of the counts (pycocotools): from the fourth on each is the difference to the one two before, in groups
 * of five bits with the lowest first, one printable character per group.
 */
export function countsToText(counts: readonly number[]): string {
  let text = "";
  for (const [index, count] of counts.entries()) {
    let rest = index > 2 ? count - (counts[index - 2] ?? 0) : count;
    for (let isOpen = true; isOpen; ) {
      const group = rest & 0x1f;
      rest >>= 5;
      // The last group's top bit is the sign.
      isOpen = (group & SIGN) === 0 ? rest !== 0 : rest !== -1;
      text += String.fromCharCode((isOpen ? group | MORE : group) + FIRST_CHARACTER);
    }
  }
  return text;
}

/** @throws RangeError when the text ends within a number or holds characters that do not belong there. */
export function countsFromText(text: string): number[] {
  const counts: number[] = [];
  for (let at = 0; at < text.length; ) {
    let value = 0;
    let group = MORE;
    for (let shift = 0; (group & MORE) !== 0; shift += 5) {
      group = text.charCodeAt(at++) - FIRST_CHARACTER;
      if (!(group >= 0 && group < 64) || shift > 25) throw new RangeError(`character ${at} of the run lengths does not belong there`);
      value |= (group & 0x1f) << shift;
      if ((group & MORE) === 0 && (group & SIGN) !== 0) value |= -1 << (shift + 5);
    }
    counts.push(counts.length > 2 ? value + (counts[counts.length - 2] ?? 0) : value);
  }
  return counts;
}
