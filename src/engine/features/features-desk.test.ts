import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OBJECT_FEATURES, columnOf } from "../../core/features/object-feature-set.ts";
import { describeError } from "../../shared/errors.ts";
import { readSession } from "../session/session-reader.ts";
import { fillSession, header, newSession, pixelsFor, SETTINGS, SYSTEM } from "../session/testing/session-builder.ts";
import type { SessionWriter } from "../session/session-writer.ts";
import { cropCells } from "./crop-cells.ts";
import { FeaturesDesk } from "./features-desk.ts";

const library = mkdtempSync(join(tmpdir(), "ocular-features-"));
let writer: SessionWriter;
let folder: string;

beforeAll(async () => {
  writer = await newSession({ libraryFolder: library });
  await fillSession(writer, ["RGB8", "BayerRG8", "Mono12"]);
  folder = join(library, "smear.ocular");
});
afterAll(async () => {
  await writer.close();
  await rm(library, { recursive: true, force: true });
});

const measured = async (fieldId: string, desk = new FeaturesDesk()) => {
  const message = await desk.answer({ id: 1, type: "measure", folder, fieldId });
  if (message.type !== "measured") throw new Error(message.type === "fault" ? describeError(message.error) : message.type);
  return message.features;
};

describe("measuring a kept field", () => {
  it("gives a row for every detection, corrected or not, in their order", async () => {
    const { detectionIds, values } = await measured("field-0001");
    expect(detectionIds).toEqual(["field-0001-1", "field-0001-2", "field-0001-3"]);
    expect(values).toHaveLength(3 * OBJECT_FEATURES.length);
    // A triangle of legs 4 px at 0.25 um: the pixels whose centres lie in it, those on the slant left out.
    expect(values[columnOf("areaUm2")]).toBeCloseTo(10 * 0.25 ** 2, 9);
    expect(values[columnOf("meanIntensity")]).toBeGreaterThan(0);
  });

  it("measures colours of a mosaic and none of a grey picture of 12 bits", async () => {
    const red = columnOf("meanRed");
    expect((await measured("field-0002")).values[red]).toBeGreaterThan(0);
    const grey = (await measured("field-0003")).values;
    expect(grey[red]).toBeNaN();
    const mean = grey[columnOf("meanIntensity")] ?? NaN;
    expect(mean).toBeGreaterThan(0);
    expect(mean).toBeLessThanOrEqual(255);
  });

  it("measures what a second analyzer found after the first one's, neighbours counted apart", async () => {
    const first = await measured("field-0002");
    const { detections = [] } = (await readSession(folder)).contents.fields[1] ?? {};
    const analyzer = { id: "red-cells", version: "1", sha256: "a", runtime: "rules", settingsHash: "b" };
    await writer.append({ type: "second-opinion", fieldId: "field-0002", frameId: 1, analyzer, classIds: ["red-cell"], detections: detections.slice(0, 1).map((one) => ({ ...one, id: "second-1" })), analysisMs: 1 }, SYSTEM);
    const both = await measured("field-0002");
    expect(both.detectionIds).toEqual([...first.detectionIds, "second-1"]);
    const width = OBJECT_FEATURES.length;
    expect(both.values.slice(0, first.values.length)).toEqual(first.values);
    expect(both.values[first.values.length + columnOf("meanIntensity")]).toBe(first.values[columnOf("meanIntensity")]);
    expect(both.values).toHaveLength((first.detectionIds.length + 1) * width);
  });

  it("sees a field that is kept while the session goes on", async () => {
    const desk = new FeaturesDesk();
    await measured("field-0001", desk);
    await writer.append(SETTINGS, SYSTEM);
    writer.enqueue({ type: "frame", header: header(40) }, SYSTEM);
    await writer.keepField({ fieldId: "field-0040", header: header(40), pixels: pixelsFor(24, 16, "RGB8"), actor: SYSTEM });
    expect(await measured("field-0040", desk)).toEqual({ fieldId: "field-0040", detectionIds: [], values: new Float64Array() });
  });

  it("says what is missing", async () => {
    await expect(measured("field-9999")).rejects.toThrow("has no such field");
    const desk = new FeaturesDesk();
    const message = await desk.answer({ id: 7, type: "measure", folder: join(library, "none.ocular"), fieldId: "field-0001" });
    expect(message).toMatchObject({ id: 7, type: "fault", error: { tag: "FileMissing" } });
  });
});

describe("cutting cells out", () => {
  it("gives squares of the size asked for", async () => {
    const message = await new FeaturesDesk().answer({ id: 2, type: "crop", folder, request: { fieldId: "field-0001", sidePx: 16, boxes: [{ x: 2, y: 2, width: 4, height: 4 }, { x: 10, y: 6, width: 4, height: 4 }] } });
    expect(message).toMatchObject({ id: 2, type: "cropped", crops: { sidePx: 16 } });
    if (message.type === "cropped") expect(message.crops.rgb).toHaveLength(2 * 16 * 16 * 3);
  });

  it("takes the picture pixel for pixel where the square has its size, and a plain grey beyond its edge", () => {
    const width = 40;
    const rgb = Uint8Array.from({ length: width * width * 3 }, (_, at) => Math.floor(at / 3) % 200);
    const inside = cropCells({ width, height: width, rgb }, [{ x: 12.5, y: 12.5, width: 15, height: 15 }], 24);
    // The square of 24 px begins at 8, 8.
    expect(inside[0]).toBe((8 * width + 8) % 200);
    expect(inside[3 * (23 * 24 + 23)]).toBe((31 * width + 31) % 200);
    const corner = cropCells({ width, height: width, rgb }, [{ x: -5, y: -5, width: 10, height: 10 }], 24);
    expect([...corner.slice(0, 3)]).toEqual([96, 96, 96]);
    expect(corner[3 * (12 * 24 + 12)]).toBe(0);
  });
});
