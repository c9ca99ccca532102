import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "fast-png";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decodePicture } from "./decode-pictures.ts";

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), "ocular-depth-")); });
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const TWELVE_BITS = [0, 1, 2048, 4095];

/** Grey 16-bit TIFF of one row, uncompressed, with that description. */
function tiff(values: readonly number[], description: string): Buffer {
  const text = Buffer.from(`${description}\0`);
  const pixels = Buffer.from(Uint16Array.from(values).buffer);
  const entries = [[256, 4, 1, values.length], [257, 4, 1, 1], [258, 3, 1, 16], [259, 3, 1, 1], [262, 3, 1, 1], [270, 2, text.length, 8 + pixels.length], [273, 4, 1, 8], [277, 3, 1, 1], [278, 4, 1, 1], [279, 4, 1, pixels.length]];
  const directory = Buffer.alloc(2 + entries.length * 12 + 4);
  directory.writeUInt16LE(entries.length, 0);
  for (const [index, [tag = 0, type = 0, count = 0, value = 0]] of entries.entries()) {
    const at = 2 + index * 12;
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(type, at + 2);
    directory.writeUInt32LE(count, at + 4);
    directory.writeUInt32LE(value, at + 8);
  }
  const head = Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0]);
  head.writeUInt32LE(8 + pixels.length + text.length, 4);
  return Buffer.concat([head, pixels, text, directory]);
}

const ome = (bits: number): string => `<?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image ID="Image:0"><Pixels ID="Pixels:0" Type="uint16" SignificantBits="${bits}" SizeX="4" SizeY="1"/></Image></OME>`;

async function read(bytes: Uint8Array, ...beside: unknown[]): Promise<{ pixelFormat: string; values: number[]; depthMayBeLess: boolean | undefined }> {
  const path = join(folder, "a.picture");
  writeFileSync(path, bytes);
  for (const content of beside) writeFileSync(join(folder, "ocular.json"), JSON.stringify(content));
  const { pixelFormat, pixels, depthMayBeLess } = await decodePicture(path);
  return { pixelFormat, values: [...new Uint16Array(pixels.buffer)], depthMayBeLess };
}

describe("the depth of a picture", () => {
  const full = [0, 16, 32776, 65535];

  it("is that of its OME description: 12 bits reach the full range", async () => {
    expect(await read(tiff(TWELVE_BITS, ome(12)))).toEqual({ pixelFormat: "Mono16", values: full, depthMayBeLess: undefined });
  });

  it("is what a sidecar says, in grey and in colour, against the file too", async () => {
    const beside = { format: "ocular-pictures", version: 1, significant_bits: 12 };
    expect((await read(encode({ width: 4, height: 1, channels: 1, depth: 16, data: Uint16Array.from(TWELVE_BITS) }), beside)).values).toEqual(full);
    expect(await read(encode({ width: 1, height: 1, channels: 3, depth: 16, data: Uint16Array.of(4095, 0, 1) }), beside)).toEqual({ pixelFormat: "RGB16", values: [65535, 0, 16], depthMayBeLess: undefined });
    expect((await read(tiff(TWELVE_BITS, ome(16)), beside)).values).toEqual(full);
  });

  it("is not believed where a value needs more", async () => {
    expect(await read(tiff([0, 40_000], ome(12)))).toMatchObject({ values: [0, 40_000], depthMayBeLess: undefined });
  });

  it("may be less than it seems where nobody says and the picture is nearly black", async () => {
    expect(await read(tiff(TWELVE_BITS, ""))).toMatchObject({ values: TWELVE_BITS, depthMayBeLess: true });
    expect(await read(tiff(TWELVE_BITS, ome(16)))).toMatchObject({ values: TWELVE_BITS, depthMayBeLess: true });
    expect((await read(tiff([0, 20_000], ""))).depthMayBeLess).toBeUndefined();
    expect((await read(encode({ width: 2, height: 1, channels: 1, depth: 8, data: Uint8Array.of(1, 2) }))).depthMayBeLess).toBeUndefined();
    expect((await read(tiff(TWELVE_BITS, ""), { format: "ocular-pictures", version: 1, significant_bits: 16 })).depthMayBeLess).toBeUndefined();
  });
});
