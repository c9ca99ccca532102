import type { ContrastRange } from "../histogram.ts";

/**
 * What each DN of a preview (0 to 255) becomes on the screen, as parts of one packed pixel: red | green | blue is a whole
 * opaque pixel. Packed as an ImageData's bytes lie on a little-endian processor (all that Chromium runs on): 0xAABBGGRR.
 */
export interface ToneTables {
  /** A whole opaque grey pixel. */
  readonly grey: Uint32Array;
  /** With the opaque alpha in it. */
  readonly red: Uint32Array;
  readonly green: Uint32Array;
  readonly blue: Uint32Array;
}

/** Identity leaves each byte as it came. */
export function toneTables({ minDn, maxDn, gamma }: ContrastRange): ToneTables {
  const tables = { grey: new Uint32Array(256), red: new Uint32Array(256), green: new Uint32Array(256), blue: new Uint32Array(256) };
  const span = Math.max(maxDn - minDn, 1e-3);
  for (let dn = 0; dn < 256; dn++) {
    const share = Math.min(1, Math.max(0, (dn - minDn) / span));
    const shown = Math.round(255 * share ** gamma);
    tables.red[dn] = 0xff000000 | shown;
    tables.green[dn] = shown << 8;
    tables.blue[dn] = shown << 16;
    tables.grey[dn] = 0xff000000 | (shown * 0x10101);
  }
  return tables;
}
