import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "tiff";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PixelFormat } from "../../shared/domain/frame.ts";
import { decodePictures } from "../images/decode-pictures.ts";
import { composeOmeTiff, readOmeTiff } from "./ome-tiff.ts";
import type { FieldContext } from "./ome-xml.ts";
import { header, pixelsFor } from "./testing/session-builder.ts";

const context: FieldContext = {
  sessionId: "session-1", fieldId: "field-1", acquiredAt: "2026-03-04T05:06:07.890Z", sinceStartMs: 1234.5, software: "Ocular 0.1.0",
  objective: { id: "40x", magnification: 40, numericalAperture: 0.65, immersion: "oil", name: 'Plan "40x" & <air> \u00b5\u{1F52C}' },
  camera: { id: "virtual:camera:1", kind: "camera", vendor: "Ocular", model: "Virtual camera", serial: "1" },
};

function fileOf(pixelFormat: PixelFormat, width = 24, height = 16, over = {}): Uint8Array {
  const picture = composeOmeTiff(header(3, { pixelFormat, width, height, ...over }), pixelsFor(width, height, pixelFormat), context);
  const bytes = Buffer.concat(picture.parts.map((part) => part()));
  expect(bytes.byteLength).toBe(picture.byteLength);
  return bytes;
}

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ocular-tiff-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("composeOmeTiff", () => {
  it.each(PixelFormat.options)("%s: somebody else's reader finds the same pixels", (pixelFormat) => {
    const [first, preview, ...more] = decode(fileOf(pixelFormat));
    expect(more).toEqual([]);
    expect(first).toMatchObject({ width: 24, height: 16, samplesPerPixel: pixelFormat.startsWith("RGB") ? 3 : 1 });
    const { data } = first ?? {};
    if (data === undefined) throw new Error("no picture");
    expect(Buffer.from(data.buffer, data.byteOffset, data.byteLength).equals(pixelsFor(24, 16, pixelFormat))).toBe(true);
    if (pixelFormat.startsWith("Bayer")) expect(preview).toMatchObject({ width: 12, height: 8, samplesPerPixel: 3, bitsPerSample: 8 });
    else expect(preview).toBeUndefined();
  });

  it.each([[1, 1], [1, 7], [5, 3], [700, 900]])("%i x %i: strips of any shape", (width, height) => {
    const [first] = decode(fileOf("RGB16", width, height));
    expect(first).toMatchObject({ width, height });
    expect(Buffer.from(new Uint16Array(first?.data ?? []).buffer).equals(pixelsFor(width, height, "RGB16"))).toBe(true);
  });

  it("says scale as the TIFF resolution, in pixels per cm", () => {
    const [first] = decode(fileOf("Mono8", 24, 16, { pixelSizeUm: 0.0863 }));
    expect(first?.resolutionUnit).toBe(3);
    expect(first?.xResolution).toBeCloseTo(10_000 / 0.0863, 2);
  });

  it("says place, time, exposure and lens in the OME-XML, in ASCII", () => {
    const [first] = decode(fileOf("BayerRG12"));
    const xml = first?.imageDescription ?? "";
    expect(xml).toMatch(/^[\u0020-\u007e]+$/u);
    for (const part of [
      'PhysicalSizeX="0.25" PhysicalSizeXUnit="&#181;m"', 'PositionX="1243.5" PositionXUnit="&#181;m"', 'PositionZ="12.25"', 'ExposureTime="4" ExposureTimeUnit="ms"', 'DeltaT="1234.5" DeltaTUnit="ms"',
      'NominalMagnification="40" LensNA="0.65" Immersion="Oil"', "<AcquisitionDate>2026-03-04T05:06:07.890Z</AcquisitionDate>", 'SignificantBits="12"',
      '<M K="cfa_pattern">RGGB</M>', '<M K="frame_id">3</M>', '<M K="settings_hash">5e771265</M>', "Plan &quot;40x&quot; &amp; &lt;air&gt; &#181;&#128300;",
    ]) expect(xml).toContain(part);
  });

  it("says how the field lies to the stage, and a picture reader finds it with its place; a preview has pixels of its own", async () => {
    const path = join(folder, "field.ome.tif");
    await writeFile(path, fileOf("BayerRG8", 24, 16, { stageUmFromPx: [0, -0.25, 0.25, 1e-9] }));
    const pages: unknown[] = [];
    for await (const { stageUmFromPx, stagePositionUm } of decodePictures(path)) pages.push({ stageUmFromPx, stagePositionUm });
    expect(pages[0]).toMatchObject({ stageUmFromPx: [0, -0.25, 0.25, 1e-9], stagePositionUm: { x: 1243.5 } });
    for (const page of pages.slice(1)) expect(page).toMatchObject({ stageUmFromPx: undefined });
    expect(fileOf("Mono8").toString()).not.toContain("stage_um_from_px");
  });

  it("leaves out what nobody knows", () => {
    const picture = composeOmeTiff(header(1, { pixelFormat: "Mono8", pixelSizeUm: undefined, stagePositionUm: undefined, focusPositionUm: undefined, exposureMs: undefined }), pixelsFor(24, 16, "Mono8"), { ...context, objective: undefined, camera: undefined });
    const [first] = decode(Buffer.concat(picture.parts.map((part) => part())));
    expect(first?.imageDescription).not.toMatch(/PhysicalSize|Position|ExposureTime|Objective|undefined/u);
  });

  it("refuses pixels that do not fit the header, and files above 4 GiB", () => {
    expect(() => composeOmeTiff(header(1), new Uint8Array(5), context)).toThrow("24 x 16 RGB8 has 1152 bytes, not 5");
    const huge = { width: 65_536, height: 32_768, pixelFormat: "Mono16" } as const;
    const pretended = Object.defineProperty(new Uint8Array(0), "byteLength", { value: huge.width * huge.height * 2 });
    expect(() => composeOmeTiff(header(1, huge), pretended, context)).toThrow("more than a classic TIFF file can hold");
  });
});

describe("readOmeTiff", () => {
  it.each(PixelFormat.options)("%s: gives back what was kept", async (pixelFormat) => {
    const path = join(folder, "field.ome.tif");
    await writeFile(path, fileOf(pixelFormat));
    expect(await readOmeTiff(path)).toMatchObject({ width: 24, height: 16, pixelFormat, pixels: pixelsFor(24, 16, pixelFormat) });
  });

  it.each([0, 4, 100, 2000])("a file cut after %i bytes gives one clear sentence", async (bytes) => {
    const path = join(folder, "cut.ome.tif");
    await writeFile(path, fileOf("RGB8").subarray(0, bytes));
    await expect(readOmeTiff(path)).rejects.toThrow(/cut\.ome\.tif cannot be read as a picture \(.+\): replace the file/u);
  });

  it("names a file that is not there", async () => {
    await expect(readOmeTiff(join(folder, "none.ome.tif"))).rejects.toThrow("does not exist");
  });
});
