import { crc32, inflateSync } from "node:zlib";

/**
 * Pixel data of a PNG without interlacing, as stored: rows of samples, 16-bit ones big-endian, packed where there are
 * fewer than 8 bits. Node's own zlib makes this three times as fast as a decoder in JavaScript.
 *
 * @param rowBytes bytes of one row without its filter byte
 * @param pixelBytes bytes between a sample and the same sample of the pixel to its left, at least 1
 * @throws Error when the data is damaged or too short
 */
export function unfilteredRows(png: Buffer, height: number, rowBytes: number, pixelBytes: number): Buffer<ArrayBuffer> {
  const expected = height * (rowBytes + 1);
  const filtered = inflateSync(imageData(png), { maxOutputLength: Math.max(1024, expected + 65_536) });
  if (filtered.length < expected) throw new Error("The image data is too short.");
  const rows = Buffer.from(new ArrayBuffer(height * rowBytes));
  for (let row = 0; row < height; row++) {
    const from = row * (rowBytes + 1);
    filtered.copy(rows, row * rowBytes, from + 1, from + 1 + rowBytes);
    unfilter(filtered[from] ?? 0, rows, row * rowBytes, rowBytes, pixelBytes, row > 0);
  }
  return rows;
}

/** The IDAT chunks' content; every chunk's checksum is checked on the way. */
function imageData(png: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 8; at + 12 <= png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString("latin1", at + 4, at + 8);
    if (crc32(png.subarray(at + 4, at + 8 + length)) !== png.readUInt32BE(at + 8 + length)) throw new Error(`The checksum of chunk ${type} is wrong.`);
    if (type === "IEND") break;
    if (type === "IDAT") parts.push(png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return Buffer.concat(parts);
}

/**
 * Undoes one row's filter in place (PNG 9.2); the row above is done already. Bytes left of the row and above the first
 * one count as 0, which turns the filters there into simpler ones.
 */
function unfilter(filter: number, rows: Buffer, start: number, rowBytes: number, pixelBytes: number, hasAbove: boolean): void {
  const end = start + rowBytes;
  const second = start + pixelBytes;
  if (filter === 0 || (filter === 2 && !hasAbove)) return;
  if (filter === 1 || (filter === 4 && !hasAbove)) {
    for (let at = second; at < end; at++) rows[at] = (rows[at] ?? 0) + (rows[at - pixelBytes] ?? 0);
  } else if (filter === 2) {
    for (let at = start; at < end; at++) rows[at] = (rows[at] ?? 0) + (rows[at - rowBytes] ?? 0);
  } else if (filter === 3) {
    for (let at = start; at < end; at++) {
      const left = at < second ? 0 : (rows[at - pixelBytes] ?? 0);
      const above = hasAbove ? (rows[at - rowBytes] ?? 0) : 0;
      rows[at] = (rows[at] ?? 0) + ((left + above) >> 1);
    }
  } else if (filter === 4) {
    for (let at = start; at < second; at++) rows[at] = (rows[at] ?? 0) + (rows[at - rowBytes] ?? 0);
    for (let at = second; at < end; at++) {
      rows[at] = (rows[at] ?? 0) + paeth(rows[at - pixelBytes] ?? 0, rows[at - rowBytes] ?? 0, rows[at - rowBytes - pixelBytes] ?? 0);
    }
  } else {
    throw new Error(`There is no filter ${filter}.`);
  }
}

/** PNG 9.4: whichever neighbour is nearest to left + above - corner. */
function paeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
