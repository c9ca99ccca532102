import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Annotation } from "../../shared/domain/detection.ts";
import type { CountingFrame, SessionEvent, SessionRecord } from "../../shared/domain/session.ts";
import type { FieldView } from "../../shared/domain/snapshot.ts";
import { foldRecords } from "../session/session-reducer.ts";
import { countReport } from "./count-report.ts";
import { dispersionOf } from "./dispersion.ts";
import { unionArea } from "./union-area.ts";

const PIXEL_UM = 0.5;
const WIDTH = 200;
const HEIGHT = 100;

interface Cell { readonly x: number; readonly y: number; readonly classId?: string }

/** A field of 100 x 50 um at a place of the stage, showing the cells (um on the stage) that lie in it. */
function fieldAt(fieldId: string, x: number, y: number, cells: readonly Cell[], options: { annotations?: Annotation[]; errorUm?: number; errorYUm?: number; sizeUm?: number; placed?: boolean } = {}): FieldView {
  const { annotations = [], errorUm = 0, errorYUm = 0, sizeUm = 7, placed = true } = options;
  const size = sizeUm / PIXEL_UM;
  const detections = cells.flatMap((cell, i) => {
    const px = (cell.x - x + errorUm) / PIXEL_UM + WIDTH / 2;
    const py = (cell.y - y + errorYUm) / PIXEL_UM + HEIGHT / 2;
    const box = { x: px - size / 2, y: py - size / 2, width: size, height: size };
    return px < 0 || py < 0 || px >= WIDTH || py >= HEIGHT ? [] : [{ id: `${fieldId}-${i}`, classId: cell.classId ?? "red-cell", score: 0.9, box }];
  });
  return {
    fieldId, detections, annotations,
    header: {
      frameId: 1, cameraId: "cam", deviceSequence: 1, deviceTimeMs: 0, hostTimeMs: 0, width: WIDTH, height: HEIGHT, pixelFormat: "Mono8",
      settled: true, settingsHash: "s", status: "complete", pixelSizeUm: PIXEL_UM, ...(placed ? { stagePositionUm: { x, y } } : {}),
    },
  };
}

const ONCE = { insetUm: 0, overlaps: "once" } as const;
const cell: Cell = { x: 40, y: 0 };
const n = (fields: readonly FieldView[], classId = "red-cell"): number => countReport(fields, ONCE, ["red-cell", "white-cell"]).classes.find((count) => count.classId === classId)?.n ?? -1;

describe("a cell seen twice", () => {
  it("counts once where fields overlap, also when the stage came back 1.5 um beside", () => {
    const fields = [fieldAt("a", 0, 0, [cell]), fieldAt("b", 60, 0, [cell], { errorUm: 1.5 })];
    const report = countReport(fields, ONCE, ["red-cell"]);
    expect(report).toMatchObject({ total: 1, seenAgain: 1, fields: 2 });
    // 100 x 50 twice, 40 x 50 of it shared.
    expect(report.areaUm2).toBeCloseTo(2 * 5000 - 40 * 50, 6);
    expect(countReport(fields, { insetUm: 0 }, ["red-cell"])).toMatchObject({ total: 2 });
  });

  it("one field of unknown place adds its own area, and the others' is still taken once", () => {
    const fields = [fieldAt("a", 0, 0, []), fieldAt("b", 60, 0, []), fieldAt("c", 0, 0, [], { placed: false })];
    expect(countReport(fields, ONCE, ["red-cell"]).areaUm2).toBeCloseTo(3 * 5000 - 40 * 50, 6);
  });

  it("two touching cells stay two", () => {
    const pair = [cell, { x: 47, y: 0 }];
    expect(n([fieldAt("a", 0, 0, pair), fieldAt("b", 60, 0, pair)])).toBe(2);
  });

  it.each([[49.5, 40, 1], [50.5, 40, -1], [40, 49.5, 1], [40, 50.5, -1]])("counts once wherever on the slide it lies: at %f, %f um", (x, y, errorUm) => {
    // Its second sighting lies in the neighbouring square of the grid that cells are looked up in.
    const place = { x, y };
    const fields = [fieldAt("a", 40, 40, [place]), fieldAt("b", 60, 40, [place], x === 40 ? { errorYUm: errorUm } : { errorUm })];
    expect(n(fields)).toBe(1);
  });

  it("joins each with the nearest, whatever their order", () => {
    const fields = [fieldAt("a", 0, 0, [{ x: 40, y: 0 }, { x: 43, y: 0 }]), fieldAt("b", 60, 0, [{ x: 42, y: 0 }, { x: 40.3, y: 0 }])];
    expect(n(fields)).toBe(2);
  });

  it("takes sightings for one cell up to 0.35 of its size apart, and no further", () => {
    const sightings = (distanceUm: number, sizeUm: number): number => n([fieldAt("a", 0, 0, [cell], { sizeUm }), fieldAt("b", 60, 0, [{ x: cell.x + distanceUm, y: 0 }], { sizeUm })]);
    expect([sightings(2.4, 7), sightings(2.5, 7), sightings(6.9, 20), sightings(7.1, 20)]).toEqual([1, 2, 1, 2]);
    // Small ones too where stages come back no nearer.
    expect([sightings(1.9, 2), sightings(2.1, 2)]).toEqual([1, 2]);
  });

  it("the same field kept twice counts once; fields of unknown place count each", () => {
    const cells = [cell, { x: 0, y: 10 }, { x: -20, y: -15 }];
    expect(n([fieldAt("a", 0, 0, cells), fieldAt("b", 0, 0, cells)])).toBe(3);
    expect(n([fieldAt("a", 0, 0, cells, { placed: false }), fieldAt("b", 0, 0, cells, { placed: false })])).toBe(6);
  });

  it("what a person said in any field stands over what the machine said in another", () => {
    const corrected: Annotation = { kind: "reclassify", id: "1", fieldId: "b", detectionId: "b-0", fromClassId: "red-cell", toClassId: "white-cell" };
    const fields = [fieldAt("a", 0, 0, [cell]), fieldAt("b", 60, 0, [cell], { annotations: [corrected] }), fieldAt("c", 50, 0, [cell])];
    expect([n(fields, "white-cell"), n(fields)]).toEqual([1, 0]);
    const rejected: Annotation = { kind: "reject", id: "1", fieldId: "a", detectionId: "a-0", fromClassId: "red-cell" };
    expect(countReport([fieldAt("a", 0, 0, [cell], { annotations: [rejected] }), fieldAt("b", 60, 0, [cell])], ONCE, []).total).toBe(0);
  });

  it("a person's latest word on a cell stands, in whatever field it was said; in sessions of before, that in the last field", () => {
    const record = (event: SessionEvent, sequence: number): SessionRecord => ({ format: "ocular-session", version: 1, sequence, time: "", actor: { kind: "operator", name: "A" }, previous: "", event });
    const file = { path: "f", bytes: 1, sha256: "" };
    const analyzer = { id: "a", version: "1", sha256: "", runtime: "", settingsHash: "" };
    const kept = [fieldAt("a", 0, 0, [cell]), fieldAt("b", 60, 0, [cell])].flatMap(({ fieldId, header, detections = [] }): SessionEvent[] => [
      { type: "field-kept", fieldId, header, file }, { type: "detections", fieldId, frameId: 1, analyzer, detections, analysisMs: 1 },
    ]);
    const said = ([["b", "platelet"], ["a", "white-cell"]] as const).map(([fieldId, toClassId]): SessionEvent => ({ type: "annotation", annotation: { kind: "reclassify", id: fieldId, fieldId, detectionId: `${fieldId}-0`, fromClassId: "red-cell", toClassId } }));
    const { fields } = foldRecords([...kept, ...said].map(record));
    const only = (frame: CountingFrame) => countReport(fields, frame, []).classes.map(({ classId, n: count }) => [classId, count]);
    expect(only({ ...ONCE, verdict: "latest-word" })).toEqual([["white-cell", 1]]);
    expect(only(ONCE)).toEqual([["platelet", 1]]);
    const back = foldRecords([...kept, ...said, { type: "annotation" as const, annotation: { kind: "retract" as const, id: "r", fieldId: "a", annotationId: "a" } }].map(record));
    expect(countReport(back.fields, { ...ONCE, verdict: "latest-word" }, []).classes[0]?.classId).toBe("platelet");
  });

  it("counts every cell of random overlapping fields once, when cells lie apart", () => {
    const place = fc.record({ x: fc.integer({ min: -12, max: 12 }), y: fc.integer({ min: -6, max: 6 }) });
    const at = fc.record({ x: fc.integer({ min: -60, max: 60 }), y: fc.integer({ min: -30, max: 30 }) });
    fc.assert(
      fc.property(fc.uniqueArray(place, { selector: ({ x, y }) => `${x},${y}`, maxLength: 40 }), fc.array(at, { minLength: 1, maxLength: 5 }), (places, fieldsAt) => {
        const cells = places.map(({ x, y }) => ({ x: x * 8, y: y * 8 }));
        const fields = fieldsAt.map((f, i) => fieldAt(`f${i}`, f.x, f.y, cells));
        const visible = cells.filter((c) => fieldsAt.some((f) => c.x >= f.x - 50 && c.x < f.x + 50 && c.y >= f.y - 25 && c.y < f.y + 25));
        expect(n(fields)).toBe(visible.length);
      }),
    );
  });
});

/** How a camera lies to the stage: turned by so many degrees, and mirrored or not. */
interface Turn { readonly degrees: number; readonly isMirrored: boolean }

/** um on the stage for one px, by the definition of a turn and a mirror. */
function matrixOf({ degrees, isMirrored }: Turn): [number, number, number, number] {
  const [cos, sin] = [PIXEL_UM * Math.cos((degrees * Math.PI) / 180), PIXEL_UM * Math.sin((degrees * Math.PI) / 180)];
  return isMirrored ? [-cos, -sin, -sin, cos] : [cos, -sin, sin, cos];
}

/** As {@link fieldAt}, through a turned camera: where a cell is seen is its way from the picture's middle along the picture's own axes. */
function turnedField(fieldId: string, x: number, y: number, cells: readonly Cell[], turn: Turn): FieldView {
  const [a, b, c, d] = matrixOf(turn);
  const along = ([ux, uy]: [number, number], cell: Cell): number => ((cell.x - x) * ux + (cell.y - y) * uy) / PIXEL_UM ** 2;
  const asSeen = cells.map((cell) => ({ ...cell, x: x + along([a, c], cell) * PIXEL_UM, y: y + along([b, d], cell) * PIXEL_UM }));
  const field = fieldAt(fieldId, x, y, asSeen);
  return { ...field, header: { ...field.header, stageUmFromPx: [a, b, c, d] } };
}

describe("cells of a camera that is turned or mirrored against the stage", () => {
  const turns: Turn[] = [90, 180, -90, 5, 45].flatMap((degrees) => [{ degrees, isMirrored: false }, { degrees, isMirrored: true }]);
  const cells = Array.from({ length: 150 }, (_, i) => ({ x: ((i * 37) % 150) - 75 + (i % 7) / 9, y: ((i * 53) % 150) - 75 + (i % 5) / 7 }));
  const places = [[0, 0], [17, 11], [-21, 9], [8, -19]] as const;

  it.each(turns)("count once in overlapping fields, and the area of the overlap too: %o", (turn) => {
    const fields = places.map(([x, y], i) => turnedField(`f${i}`, x, y, cells, turn));
    const seen = new Set(fields.flatMap((field) => field.detections?.map(({ id }) => id.split("-")[1]) ?? []));
    const sightings = fields.reduce((sum, field) => sum + (field.detections?.length ?? 0), 0);
    const report = countReport(fields, { insetUm: 0, overlaps: "once" }, ["red-cell"]);
    expect(sightings).toBeGreaterThan(1.4 * seen.size);
    expect(report).toMatchObject({ total: seen.size, seenAgain: sightings - seen.size });
    // The same fields by a camera in line with the stage that is moved along its picture: the same picture of the slide, turned.
    const [a, b, c, d] = matrixOf(turn).map((value) => value / PIXEL_UM) as [number, number, number, number];
    const inLine = places.map(([x, y], i) => fieldAt(`f${i}`, a * x + c * y, b * x + d * y, []));
    expect(report.areaUm2).toBeCloseTo(countReport(inLine, { insetUm: 0, overlaps: "once" }, []).areaUm2 ?? NaN, 3);
  });

  it("keep touching neighbours apart at any angle", () => {
    const row = Array.from({ length: 6 }, (_, i) => ({ x: 5.2 * i * Math.SQRT1_2 - 10, y: 5.2 * i * Math.SQRT1_2 - 10 }));
    const fields = [0, 2.6 * Math.SQRT1_2].map((shift, i) => turnedField(`f${i}`, shift, shift, row, { degrees: 45, isMirrored: false }));
    expect(countReport(fields, { insetUm: 0, overlaps: "once" }, ["red-cell"]).total).toBe(6);
  });

  it("measure the area by the pixel size where the stage's um are a little other", () => {
    const field = fieldAt("f", 0, 0, []);
    const report = countReport([{ ...field, header: { ...field.header, stageUmFromPx: [0, 1.1 * PIXEL_UM, 1.1 * PIXEL_UM, 0] } }], { insetUm: 0, overlaps: "once" }, []);
    expect(report.areaUm2).toBeCloseTo(WIDTH * HEIGHT * PIXEL_UM ** 2, 6);
  });
});

const outlineOf = ({ x, y, width, height }: { x: number; y: number; width: number; height: number }) => [{ x, y }, { x: x + width, y }, { x: x + width, y: y + height }, { x, y: y + height }];

describe("unionArea", () => {
  it("knows what shapes at an angle have in common", () => {
    const square = outlineOf({ x: -0.5, y: -0.5, width: 1, height: 1 });
    const onTip = [{ x: Math.SQRT1_2, y: 0 }, { x: 0, y: Math.SQRT1_2 }, { x: -Math.SQRT1_2, y: 0 }, { x: 0, y: -Math.SQRT1_2 }];
    // A square and the same one turned by 45 degrees share a regular octagon of 2 (sqrt 2 - 1).
    expect(unionArea([square, onTip])).toBeCloseTo(2 - 2 * (Math.SQRT2 - 1), 5);
    expect(unionArea([onTip, square, square])).toBeCloseTo(2 - 2 * (Math.SQRT2 - 1), 5);
  });

  it("equals the number of unit squares that any rectangle covers", () => {
    const rect = fc.record({ x: fc.integer({ min: 0, max: 15 }), y: fc.integer({ min: 0, max: 15 }), width: fc.integer({ min: 0, max: 8 }), height: fc.integer({ min: 0, max: 8 }) });
    fc.assert(
      fc.property(fc.array(rect, { maxLength: 8 }), (rects) => {
        const squares = new Set(rects.flatMap((r) => Array.from({ length: r.width * r.height }, (_, i) => `${r.x + (i % r.width)},${r.y + Math.floor(i / r.width)}`)));
        expect(unionArea(rects.map(outlineOf))).toBe(squares.size);
      }),
    );
  });
});

describe("the spread between fields", () => {
  it("is sample deviation over mean, and nothing below two fields", () => {
    expect(dispersionOf([4])).toBeUndefined();
    expect(dispersionOf([0, 0])).toEqual({ mean: 0, sd: 0 });
    const { mean, sd, cv } = dispersionOf([8, 10, 12]) ?? { mean: 0, sd: 0 };
    expect([mean, sd, cv]).toEqual([10, 2, 0.2]);
  });

  it("stands beside each class of a report", () => {
    const fields = [fieldAt("a", 0, 0, [cell, { x: 0, y: 0 }]), fieldAt("b", 500, 0, []), fieldAt("c", 900, 0, [{ x: 900, y: 0 }])];
    expect(countReport(fields, ONCE, ["red-cell"]).classes[0]?.betweenFields).toEqual({ mean: 1, sd: 1, cv: 1 });
  });

  it("is told of fields of one size only: under another objective they have other numbers of cells for that alone", () => {
    const fields = [fieldAt("a", 0, 0, [cell]), fieldAt("b", 500, 0, [])];
    const underPixelsOf = (pixelSizeUm: number | undefined) => {
      const { header: { pixelSizeUm: _, ...header }, ...last } = fieldAt("c", 900, 0, [{ x: 900, y: 0 }]);
      return countReport([...fields, { ...last, header: { ...header, ...(pixelSizeUm === undefined ? {} : { pixelSizeUm }) } }], ONCE, ["red-cell"]).classes[0]?.betweenFields;
    };
    expect(underPixelsOf(0.501)).toBeDefined();
    expect(underPixelsOf(1)).toBeUndefined();
    expect(underPixelsOf(undefined)).toBeUndefined();
  });
});
