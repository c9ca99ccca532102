import type { DecodedPixels } from "./picture.ts";

/** Full white of 16-bit samples. */
const FULL = 65_535;

/**
 * Samples of a camera of 10, 12 or 14 bits lie in 16-bit words as they are: full white is 4095, not 65535. Here they are brought
 * to the full range, in place, so that a grey value means the same whatever the depth. A picture of 8-bit samples, and one with
 * values that `bits` cannot hold (then the statement is wrong), stays as it is.
 *
 * @param bits that carry signal, 1 to 16; undefined where nobody says
 */
export function toFullRange<T extends DecodedPixels>(picture: T, bits: number | undefined): T {
  if (bits === undefined || bits >= 16 || !isDeep(picture)) return picture;
  const white = 2 ** bits - 1;
  if (highestSample(picture) > white) return picture;
  const samples = samplesOf(picture);
  for (let at = 0; at < samples.length; at++) samples[at] = Math.round(((samples[at] as number) * FULL) / white);
  return picture;
}

/**
 * Whether a picture of 16-bit samples is nearly black by its values: none reaches a quarter of full white, as those of a camera of 12
 * or 14 bits do not.
 */
export function isNearlyBlack(picture: DecodedPixels): boolean {
  return isDeep(picture) && highestSample(picture) < (FULL + 1) / 4;
}

function highestSample(picture: DecodedPixels): number {
  const samples = samplesOf(picture);
  let highest = 0;
  for (let at = 0; at < samples.length; at++) if ((samples[at] as number) > highest) highest = samples[at] as number;
  return highest;
}

function isDeep({ pixelFormat }: Pick<DecodedPixels, "pixelFormat">): boolean {
  return pixelFormat === "Mono16" || pixelFormat === "RGB16";
}

/** Decoders give memory that begins on a sample. */
function samplesOf({ pixels }: DecodedPixels): Uint16Array<ArrayBuffer> {
  return new Uint16Array(pixels.buffer, pixels.byteOffset, pixels.byteLength / 2);
}
