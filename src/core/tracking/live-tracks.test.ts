import { describe, expect, it } from "vitest";
import type { Detection } from "../../shared/domain/detection.ts";
import { commonShift } from "./common-shift.ts";
import { createLiveTracks, type LiveTracks, type TrackedFrame } from "./live-tracks.ts";

const WHOLE = { insetUm: 0 };
const CELLS = [{ x: 40, y: 40 }, { x: 90, y: 60 }, { x: 140, y: 30 }, { x: 260, y: 50 }, { x: 300, y: 80 }];

/** What a view of 200 x 100 px with its left top corner at (x, y) shows of the slide, 1 px = 1 um. */
function view(frameId: number, x: number, y: number, options: { stage?: boolean; settled?: boolean; without?: number } = {}): { set: { detections: Detection[] }; frame: TrackedFrame } {
  const detections = CELLS.flatMap((cell, i) => {
    const inView = cell.x - x >= 5 && cell.x - x < 195 && cell.y - y >= 5 && cell.y - y < 95 && i !== options.without;
    return inView ? [{ id: `${frameId}-${i}`, classId: i === 0 ? "white-cell" : "red-cell", score: 0.9, box: { x: cell.x - x - 5, y: cell.y - y - 5, width: 10, height: 10 } }] : [];
  });
  const place = options.stage === false ? {} : { stagePositionUm: { x: x + 100, y: y + 50 } };
  return { set: { detections }, frame: { frameId, width: 200, height: 100, pixelSizeUm: 1, settled: options.settled ?? true, ...place } };
}

function run(tracks: LiveTracks, views: ReadonlyArray<ReturnType<typeof view>>): Readonly<Record<string, number>> {
  for (const { set, frame } of views) tracks.add(set, frame, WHOLE);
  return tracks.counts();
}

describe("live tracks", () => {
  it("count a cell once however long it stays in view, and not before it was found twice", () => {
    const tracks = createLiveTracks();
    expect(run(tracks, [view(1, 0, 0)])).toEqual({});
    expect(run(tracks, [2, 3, 4, 5].map((id) => view(id, 0, 0)))).toEqual({ "white-cell": 1, "red-cell": 2 });
    expect(tracks.frames()).toBe(5);
  });

  it("know cells again when the stage comes back", () => {
    const tracks = createLiveTracks();
    const there = [1, 2].map((id) => view(id, 0, 0));
    const away = [3, 4].map((id) => view(id, 150, 0));
    expect(run(tracks, [...there, ...away, ...there, ...away])).toEqual({ "white-cell": 1, "red-cell": 4 });
  });

  it("count nothing again while the stage is unplugged for a moment, nor when it is back", () => {
    const tracks = createLiveTracks();
    const there = [1, 2].map((id) => view(id, 0, 0));
    const away = [3, 4].map((id) => view(id, 150, 0));
    expect(run(tracks, [...there, ...away])).toEqual({ "white-cell": 1, "red-cell": 4 });
    const unplugged = [5, 6, 7].map((id) => view(id, 150, 0, { stage: false }));
    expect(run(tracks, unplugged)).toEqual({ "white-cell": 1, "red-cell": 4 });
    expect(run(tracks, [8, 9].map((id) => view(id, 150, 0)))).toEqual({ "white-cell": 1, "red-cell": 4 });
    expect(run(tracks, there)).toEqual({ "white-cell": 1, "red-cell": 4 });
  });

  it("take back what was counted anew where the unplugged stage was pushed to cells that are known", () => {
    const tracks = createLiveTracks();
    const there = [1, 2].map((id) => view(id, 0, 0));
    const away = [3, 4].map((id) => view(id, 150, 0));
    expect(run(tracks, [...there, ...away])).toEqual({ "white-cell": 1, "red-cell": 4 });
    const pushed = [5, 6, 7].map((id) => view(id, 0, 0, { stage: false }));
    // One of the three lies where a cell of the last picture could have moved to.
    expect(run(tracks, pushed)).toEqual({ "white-cell": 2, "red-cell": 5 });
    expect(run(tracks, [8, 9].map((id) => view(id, 0, 0)))).toEqual({ "white-cell": 1, "red-cell": 4 });
  });

  it("go on with a cell that came into view while the stage was unplugged", () => {
    const tracks = createLiveTracks();
    const moves = [0, 6, 12, 18, 24, 30, 36, 42, 48, 54, 60, 66, 72].map((x, id) => view(id, x, 0, { stage: id < 2 || id > 10 }));
    const seen = run(tracks, moves);
    expect(run(tracks, [20, 21, 22].map((id) => view(id, 72, 0)))).toEqual(seen);
    expect(seen).toEqual({ "white-cell": 1, "red-cell": 3 });
  });

  it("know cells again through a camera that sees by a mirror", () => {
    const mirrored = [0, 0, 60, 60, 120, 120].map((x, id) => {
      const { set, frame } = view(id, x, 0);
      const detections = set.detections.map((each) => ({ ...each, box: { ...each.box, x: 200 - each.box.x - each.box.width } }));
      return { set: { detections }, frame: { ...frame, stageUmFromPx: [-1, 0, 0, 1] as [number, number, number, number] } };
    });
    expect(run(createLiveTracks(), mirrored)).toEqual({ "white-cell": 1, "red-cell": 4 });
  });

  it("leave out frames of a moving stage", () => {
    expect(run(createLiveTracks(), [1, 2, 3].map((id) => view(id, id * 3, 0, { settled: false })))).toEqual({});
  });

  it("without a stage follow a picture that a hand moves, a miss now and then included", () => {
    const moves = Array.from({ length: 30 }, (_, i) => view(i, i * 6, 0, { stage: false, ...(i % 7 === 3 ? { without: 2 } : {}) }));
    expect(run(createLiveTracks(), moves)).toEqual({ "white-cell": 1, "red-cell": 4 });
  });

  it("settle a wavering class by majority", () => {
    const tracks = createLiveTracks();
    const wavering = [1, 2, 3].map((id) => {
      const { set, frame } = view(id, 0, 0);
      return { frame, set: { detections: set.detections.slice(0, 1).map((d) => ({ ...d, classId: id === 2 ? "platelet" : "white-cell" })) } };
    });
    expect(run(tracks, wavering)).toEqual({ "white-cell": 1 });
    tracks.restart();
    expect([tracks.counts(), tracks.frames()]).toEqual([{}, 0]);
  });

  it("count only what was inside the counting frame", () => {
    const tracks = createLiveTracks();
    for (const id of [1, 2]) {
      const { set, frame } = view(id, 0, 0);
      tracks.add(set, frame, { insetUm: 45 });
    }
    expect(tracks.counts()).toEqual({});
  });
});

describe("commonShift", () => {
  const points = CELLS.map((cell) => ({ ...cell, size: 10 }));

  it("finds the shift that most points share", () => {
    const after = [...points.slice(1).map((p) => ({ ...p, x: p.x - 31, y: p.y + 12 })), { x: 7, y: 7, size: 10 }];
    expect(commonShift(points, after)).toEqual({ x: -31, y: 12 });
  });

  it("is none where points share nothing, or nothing is there", () => {
    expect(commonShift(points, [{ x: 11, y: 91, size: 10 }, { x: 170, y: 5, size: 10 }, { x: 55, y: 5, size: 10 }])).toEqual({ x: 0, y: 0 });
    expect(commonShift([], points)).toEqual({ x: 0, y: 0 });
  });
});
