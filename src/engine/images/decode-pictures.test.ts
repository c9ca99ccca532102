import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import type { FrameHeader } from "../../shared/domain/frame.ts";
import { frameBytes, layoutOf } from "../../shared/domain/pixel-layout.ts";
import { isOcularError, OcularError } from "../../shared/errors.ts";
import { composeOmeTiff } from "../session/ome-tiff.ts";
import { decodePicture, decodePictures, pictureSizes } from "./decode-pictures.ts";
import { listPictures } from "./list-pictures.ts";
import type { Picture } from "./picture.ts";

const FIXTURES = fileURLToPath(new URL("./fixtures/", import.meta.url));
const fixture = (name: string): string => join(FIXTURES, name);

/** What NumPy sees in the fixtures: written by make-fixtures.py with Pillow and tifffile. */
const Expected = z.record(z.string(), z.array(z.object({
  width: z.number(), height: z.number(), pixelFormat: z.string(), sha256: z.string(),
  pixelSizeUm: z.number().optional(), stagePositionUm: z.object({ x: z.number(), y: z.number() }).optional(), focusPositionUm: z.number().optional(),
})));
const expected = Expected.parse(JSON.parse(readFileSync(fixture("expected.json"), "utf8")));

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "ocular-pictures-"));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function pagesOf(path: string): Promise<Picture[]> {
  const pages: Picture[] = [];
  for await (const page of decodePictures(path)) pages.push(page);
  return pages;
}

async function failure(path: string, limits = {}): Promise<OcularError> {
  try {
    for await (const page of decodePictures(path, limits)) expect(page.width).toBeGreaterThan(0);
  } catch (error) {
    if (error instanceof OcularError) return error;
    throw error;
  }
  throw new Error(`${path} could be read.`);
}

function scratchFile(name: string, bytes: Uint8Array): string {
  const path = join(scratch, name);
  writeFileSync(path, bytes);
  return path;
}

describe("decodePictures", () => {
  it.each(Object.keys(expected))("reads %s as NumPy does", async (name) => {
    const pages = await pagesOf(fixture(name));
    const seen = pages.map(({ width, height, pixelFormat, pixels, pixelSizeUm, stagePositionUm, focusPositionUm }) => ({
      width, height, pixelFormat, sha256: createHash("sha256").update(pixels).digest("hex"),
      ...(pixelSizeUm === undefined ? {} : { pixelSizeUm }),
      ...(stagePositionUm === undefined ? {} : { stagePositionUm }),
      ...(focusPositionUm === undefined ? {} : { focusPositionUm }),
    }));
    expect(seen).toEqual(expected[name]);
    expect(pages.map((page) => page.page)).toEqual(pages.map((_, index) => index));
    expect(pages.every((page) => page.name === name)).toBe(true);
  });

  it.each(Object.keys(expected))("knows the size of %s from its header", async (name) => {
    const sizes = expected[name]?.map(({ width, height, pixelFormat }) => ({ width, height, pixelFormat }));
    expect(await pictureSizes(fixture(name))).toEqual(sizes);
  });

  it.each(["Mono8", "Mono12", "BayerRG8", "BayerGB12", "RGB8"] as const)("reads a field kept in %s as the camera gave it, with scale and place", async (pixelFormat) => {
    const pixels = Uint8Array.from({ length: frameBytes(pixelFormat, 16, 10) }, (_, at) => (at % 2 === 1 && layoutOf(pixelFormat).bytesPerSample === 2 ? 7 : at * 5));
    const header: FrameHeader = {
      frameId: 4, cameraId: "cam", deviceSequence: 9, deviceTimeMs: 1, hostTimeMs: 2, width: 16, height: 10, pixelFormat, settled: true, settingsHash: "s", status: "complete",
      pixelSizeUm: 0.25, stagePositionUm: { x: -120.5, y: 33 }, focusPositionUm: 1.5, exposureMs: 10,
    };
    const file = composeOmeTiff(header, pixels, { sessionId: "s", fieldId: "f", acquiredAt: "2025-01-02T03:04:05Z", sinceStartMs: 0, objective: undefined, camera: undefined, software: "Ocular" });
    const path = scratchFile(`kept-${pixelFormat}.ome.tiff`, Buffer.concat(file.parts.map((part) => Buffer.from(part()))));
    const pages = await pagesOf(path);
    expect(pages).toHaveLength(1);
    expect(pages[0]).toMatchObject({ width: 16, height: 10, pixelFormat, pixelSizeUm: 0.25, stagePositionUm: { x: -120.5, y: 33 }, focusPositionUm: 1.5 });
    expect(Uint8Array.from(pages[0]?.pixels ?? [])).toEqual(pixels);
    expect(await pictureSizes(path)).toEqual([{ width: 16, height: 10, pixelFormat }]);
  });

  it("gives pixels that are not square no size, unless one is said beside the picture", async () => {
    const squares = readFileSync(fixture("ome.ome.tif"));
    const path = scratchFile("not-square.tif", Buffer.from(squares.toString("latin1").replace('PhysicalSizeY="250.0"', 'PhysicalSizeY="500.0"'), "latin1"));
    expect((await pagesOf(path)).map(({ pixelSizeUm, notSquareUm }) => [pixelSizeUm, notSquareUm])).toEqual([[undefined, { x: 0.25, y: 0.5 }], [undefined, { x: 0.25, y: 0.5 }]]);
    scratchFile("not-square.tif.json", Buffer.from('{"format":"ocular-picture","version":1,"pixel_size_um":0.3}'));
    expect((await pagesOf(path)).map(({ pixelSizeUm, notSquareUm }) => [pixelSizeUm, notSquareUm])).toEqual([[0.3, undefined], [0.3, undefined]]);
  });

  it("tells the type by content, not by name", async () => {
    const path = scratchFile("really-a-png.tif", readFileSync(fixture("rgb8.png")));
    expect((await decodePicture(path)).pixelFormat).toBe("RGB8");
  });

  it.each([
    ["nothing.png", new Uint8Array(), "it is empty"],
    ["words.png", Buffer.from("this is no picture at all"), "it is no PNG, JPEG or TIFF"],
    ["paper.jpg", Buffer.from("%PDF-1.7 and so on"), "it is a PDF, not a PNG, JPEG or TIFF"],
    ["stub.tif", Buffer.from([0x49, 0x49, 42, 0]), "it is cut off"],
  ])("says what is wrong with %s", async (name, bytes, reason) => {
    const error = await failure(scratchFile(name, bytes));
    expect(error.data).toEqual({ tag: "ImageUnreadable", path: join(scratch, name), reason });
  });

  it.each([
    ["cmyk.jpg", /CMYK/u],
    ["float.tif", /floating point/u],
    ["jpeg-inside.tif", /compression \(JPEG\) is not supported|colour space/u],
  ])("names what it does not support in %s", async (name, reason) => {
    expect((await failure(fixture(name))).message).toMatch(reason);
  });

  it("names a missing file and a folder", async () => {
    expect((await failure(join(scratch, "gone.png"))).data.tag).toBe("FileMissing");
    expect((await failure(scratch)).data).toMatchObject({ tag: "ImageUnreadable", reason: "it is no file" });
  });

  it("checks the size in the header before it asks for memory", async () => {
    const png = Buffer.from(readFileSync(fixture("grey8.png")));
    png.writeUInt32BE(60_000, 16);
    png.writeUInt32BE(60_000, 20);
    const jpeg = Buffer.from(readFileSync(fixture("baseline.jpg")));
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    jpeg.writeUInt16BE(65_000, frame + 5);
    jpeg.writeUInt16BE(65_000, frame + 7);
    for (const path of [scratchFile("huge.png", png), scratchFile("huge.jpg", jpeg)]) {
      expect((await failure(path)).data).toMatchObject({ tag: "ImageTooLarge", path, maxPixels: 512_000_000 });
    }
    expect((await failure(fixture("grey8.tif"), { maxPixels: 800 })).data).toMatchObject({ tag: "ImageTooLarge", width: 37, height: 23 });
  });

  const names = Object.keys(expected).filter((name) => name !== "grey8-lzw-long.tif");

  it.each(names)("gives a typed error for %s cut anywhere, never half a picture", async (name) => {
    const whole = readFileSync(fixture(name));
    for (let part = 1; part < 12; part++) {
      const path = scratchFile(`cut-${part}-${name}`, whole.subarray(0, Math.floor((whole.length * part) / 12)));
      expect((await failure(path)).data.tag).toBe("ImageUnreadable");
    }
  });

  it("survives damage anywhere: a picture or a typed error, nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.array(fc.tuple(fc.nat(100_000), fc.nat(255)), { minLength: 1, maxLength: 8 }), async (name, damage) => {
        const bytes = Buffer.from(readFileSync(fixture(name)));
        for (const [at, value] of damage) bytes[at % bytes.length] = value;
        const path = scratchFile(`damaged-${name}`, bytes);
        const outcome = await pagesOf(path).then((pages) => pages.length >= 0, (error: unknown) => isOcularError(error));
        expect(outcome).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});

describe("real pictures", () => {
  const data = process.env["OCULAR_DATA"] ?? fileURLToPath(new URL("../../../../shared/data", import.meta.url));
  const sets = ["bccd", "nuclei-dsb2018", "viability-ldc"].map((set) => join(data, set, "images"));

  it(`can be read (from ${data}, where it is there)`, async (context) => {
    if (!sets.every((folder) => existsSync(folder))) return context.skip(`Skipped: ${data} holds no pictures.`);
    for (const folder of sets) {
      const paths = await listPictures(folder);
      expect(paths.length).toBe(readdirSync(folder).length);
      for (const path of paths.filter((_, index) => index % 40 === 0)) {
        const picture = await decodePicture(path);
        expect(picture.pixels.length).toBe(picture.width * picture.height * (picture.pixelFormat === "RGB8" ? 3 : 1));
      }
    }
  });
});
