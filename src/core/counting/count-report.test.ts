import { describe, expect, it } from "vitest";
import { CountReport } from "../../shared/domain/counting.ts";
import type { Annotation, Detection } from "../../shared/domain/detection.ts";
import type { FieldView } from "../../shared/domain/snapshot.ts";
import { countReport } from "./count-report.ts";

const CLASSES = ["red-cell", "white-cell", "platelet"];

function detection(id: string, classId: string, centreX: number, centreY: number): Detection {
  return { id, classId, score: 0.9, box: { x: centreX - 5, y: centreY - 5, width: 10, height: 10 } };
}

function field(detections: Detection[] | undefined, annotations: Annotation[] = [], pixelSizeUm: number | undefined = 0.5): FieldView {
  return {
    fieldId: "field-1",
    header: {
      frameId: 1, cameraId: "cam", deviceSequence: 1, deviceTimeMs: 0, hostTimeMs: 0, width: 200, height: 100, pixelFormat: "Mono8",
      settled: true, settingsHash: "s", status: "complete", ...(pixelSizeUm === undefined ? {} : { pixelSizeUm }),
    },
    ...(detections === undefined ? {} : { detections }),
    annotations,
  };
}

describe("countReport", () => {
  it("counts per class inside the frame, with area, intervals and shares", () => {
    const fields = [
      field([detection("a", "red-cell", 100, 50), detection("b", "red-cell", 60, 50), detection("c", "platelet", 3, 50)]),
      field([detection("d", "white-cell", 100, 50)]),
    ];
    const report = CountReport.parse(countReport(fields, { insetUm: 5 }, CLASSES));
    expect(report.fields).toBe(2);
    expect(report.areaUm2).toBeCloseTo(2 * (200 - 20) * (100 - 20) * 0.25);
    expect(report.total).toBe(3);
    expect(report.outsideFrame).toBe(1);
    expect(report.classes.map(({ classId, n }) => [classId, n])).toEqual([["red-cell", 2], ["white-cell", 1], ["platelet", 0]]);
    const red = report.classes[0];
    expect(red?.low).toBeCloseTo(0.2422, 4);
    expect(red?.high).toBeCloseTo(7.2247, 4);
    expect(red?.share?.value).toBeCloseTo(2 / 3);
  });

  it("applies corrections: another class, rejected, outside stays outside", () => {
    const detections = [detection("a", "red-cell", 100, 50), detection("b", "red-cell", 60, 50), detection("c", "red-cell", 3, 50)];
    const annotations: Annotation[] = [
      { kind: "reclassify", id: "n1", fieldId: "field-1", detectionId: "a", fromClassId: "red-cell", toClassId: "white-cell" },
      { kind: "reject", id: "n2", fieldId: "field-1", detectionId: "b", fromClassId: "red-cell" },
      { kind: "reject", id: "n3", fieldId: "field-1", detectionId: "c", fromClassId: "red-cell" },
    ];
    const report = countReport([field(detections, annotations)], { insetUm: 5 }, CLASSES);
    expect(report.classes.map(({ n }) => n)).toEqual([0, 1, 0]);
    expect(report).toMatchObject({ total: 1, outsideFrame: 0 });
  });

  it("leaves fields without an answer out of the denominator", () => {
    const report = countReport([field(undefined), field([])], { insetUm: 0 }, CLASSES);
    expect(report).toMatchObject({ fields: 1, areaUm2: 200 * 100 * 0.25, total: 0 });
    expect(report.classes.every((each) => each.n === 0 && each.low === 0 && each.share === undefined)).toBe(true);
  });

  it("gives no area when one field's scale is unknown, and area 0 for no fields", () => {
    const unscaled = { ...field([]), header: { ...field([]).header } };
    delete unscaled.header.pixelSizeUm;
    expect(countReport([field([]), unscaled], { insetUm: 0 }, CLASSES).areaUm2).toBeUndefined();
    expect(countReport([], { insetUm: 0 }, CLASSES)).toMatchObject({ fields: 0, areaUm2: 0, total: 0 });
  });

  it("lists classes nobody asked for after those asked for", () => {
    const report = countReport([field([detection("a", "artefact", 100, 50)])], { insetUm: 0 }, CLASSES);
    expect(report.classes.at(-1)).toMatchObject({ classId: "artefact", n: 1 });
    expect(report.total).toBe(1);
  });
});
