import { type PixelRect, type PixelSource, SATURATED_DN, TRANSPARENT } from "./pixel-source.ts";

/**
 * Packed pixels of `rect`, one for `block` x `block` of its own: the mean of each colour. A mosaic needs an even block (its
 * cell of one red, two green and one blue is then one pixel). Rows and columns that fill no block are left out.
 * @param out at least floor(width / block) * floor(height / block) long; rows follow each other without a gap
 */
export function reducedPixels(out: Uint32Array, source: PixelSource, rect: PixelRect, block: number): void {
  if (block === 1 && source.layout === "mono8") monoPixels(out, source, rect);
  else if (block === 1 && source.layout === "rgb8") rgbPixels(out, source, rect);
  else if (block === 2 && source.layout === "bayer8") cellPixels(out, source, rect);
  else meanPixels(out, source, rect, block);
}

function monoPixels(out: Uint32Array, { bytes, stride, tones, marksSaturated }: PixelSource, { left, top, width, height }: PixelRect): void {
  const table = tones.grey.slice();
  if (marksSaturated) table[SATURATED_DN] = TRANSPARENT;
  let to = 0;
  for (let y = top; y < top + height; y++) {
    const from = y * stride + left;
    for (let i = from; i < from + width; i++) out[to++] = table[bytes[i] ?? 0] ?? 0;
  }
}

function rgbPixels(out: Uint32Array, { bytes, stride, tones, marksSaturated }: PixelSource, { left, top, width, height }: PixelRect): void {
  const { red, green, blue } = tones;
  let to = 0;
  for (let y = top; y < top + height; y++) {
    const from = (y * stride + left) * 3;
    for (let i = from; i < from + width * 3; i += 3) {
      const r = bytes[i] ?? 0;
      const g = bytes[i + 1] ?? 0;
      const b = bytes[i + 2] ?? 0;
      out[to++] = marksSaturated && Math.max(r, g, b) === SATURATED_DN ? TRANSPARENT : (red[r] ?? 0) | (green[g] ?? 0) | (blue[b] ?? 0);
    }
  }
}

/** Every frame of live view without a graphics card goes through here: no calls and no arrays of places in the loop. */
function cellPixels(out: Uint32Array, { bytes, stride, redSite, tones, marksSaturated }: PixelSource, { left, top, width, height }: PixelRect): void {
  const { red, green, blue } = tones;
  const place = (site: number): number => (site & 1) + (site >> 1) * stride;
  const [toRed, toGreen1, toGreen2, toBlue] = [place(redSite), place(redSite ^ 1), place(redSite ^ 2), place(3 - redSite)];
  let to = 0;
  for (let y = top; y + 1 < top + height; y += 2) {
    const from = y * stride + left;
    for (let i = from; i + 1 < from + width; i += 2) {
      const r = bytes[i + toRed] ?? 0;
      const g1 = bytes[i + toGreen1] ?? 0;
      const g2 = bytes[i + toGreen2] ?? 0;
      const b = bytes[i + toBlue] ?? 0;
      out[to++] = marksSaturated && Math.max(r, g1, g2, b) === SATURATED_DN ? TRANSPARENT : (red[r] ?? 0) | (green[(g1 + g2 + 1) >> 1] ?? 0) | (blue[b] ?? 0);
    }
  }
}

/** Any layout, any block: for pictures shown so small that few pixels are left. */
function meanPixels(out: Uint32Array, source: PixelSource, { left, top, width, height }: PixelRect, block: number): void {
  const { bytes, stride, layout, tones, marksSaturated } = source;
  const perPixel = layout === "rgb8" ? 3 : 1;
  const channels = channelPlaces(source, block);
  const tables = [tones.red, tones.green, tones.blue];
  let to = 0;
  for (let y = top; y + block <= top + height; y += block) {
    for (let x = left; x + block <= left + width; x += block) {
      const from = (y * stride + x) * perPixel;
      let packed = 0;
      let largest = 0;
      channels.forEach((places, channel) => {
        let sum = 0;
        for (const place of places) {
          const dn = bytes[from + place] ?? 0;
          sum += dn;
          if (dn > largest) largest = dn;
        }
        packed |= tables[channel]?.[Math.round(sum / places.length)] ?? 0;
      });
      out[to++] = marksSaturated && largest === SATURATED_DN ? TRANSPARENT : packed;
    }
  }
}

/** Where red, green and blue lie in a block, in bytes from its first. */
function channelPlaces({ stride, layout, redSite }: PixelSource, block: number): readonly (readonly number[])[] {
  const channels: [number[], number[], number[]] = [[], [], []];
  for (let y = 0; y < block; y++) {
    for (let x = 0; x < block; x++) {
      const at = y * stride + x;
      const site = (x & 1) + (y & 1) * 2;
      if (layout === "bayer8") channels[site === redSite ? 0 : site === 3 - redSite ? 2 : 1].push(at);
      else channels.forEach((places, channel) => places.push(layout === "rgb8" ? at * 3 + channel : at));
    }
  }
  return channels;
}
