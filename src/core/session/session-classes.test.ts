import { describe, expect, it } from "vitest";
import type { FieldView } from "../../shared/domain/snapshot.ts";
import { classesOfSession } from "./session-classes.ts";

const info = (id: string, colorIndex: number) => ({ id, name: `The ${id}`, plural: `${id}s`, letter: id.slice(0, 1).toUpperCase(), colorIndex });
const [red, white] = [info("red", 0), info("white", 1)];
const field: FieldView = {
  fieldId: "f1",
  header: { frameId: 1, cameraId: "c", deviceSequence: 1, deviceTimeMs: 0, hostTimeMs: 0, width: 100, height: 80, pixelFormat: "Mono8", settled: true, exposureMs: 1, gainDb: 0, lightPercent: 50, settingsHash: "x", status: "complete" },
  detections: [{ id: "a", classId: "red", score: 0.5, box: { x: 1, y: 2, width: 3, height: 4 } }],
  annotations: [{ kind: "reclassify", id: "n", fieldId: "f1", detectionId: "a", fromClassId: "red", toClassId: "white" }],
};

describe("classes of a saved session", () => {
  it("are those it names, then those it holds, as they look everywhere here", () => {
    const classes = classesOfSession({ classes: [{ id: "red", name: "Red" }], fields: [field] }, [], [white, red]);
    expect(classes).toEqual([red, white]);
  });

  it("need no running analyzer: unknown ones keep their recorded name and a colour of their own", () => {
    const classes = classesOfSession({ classes: [{ id: "blast", name: "Blast" }], fields: [field] }, [], [white]);
    expect(classes.map(({ id, name }) => [id, name])).toEqual([["blast", "Blast"], ["white", "The white"]]);
    expect(new Set(classes.map(({ colorIndex }) => colorIndex)).size).toBe(2);
    expect(classes[0]?.letter).toBe("B");
  });

  it("of a session that says nothing are those of the running analyzer, and no others", () => {
    expect(classesOfSession({ classes: [], fields: [] }, [red], [red, white])).toEqual([red]);
  });
});
