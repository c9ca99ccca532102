import { describe, expect, it } from "vitest";
import { createFrameLedger } from "../../core/acquisition/frame-ledger.ts";
import { createManualClock } from "../../core/testing/manual-clock.ts";
import type { DetectionSet } from "../../shared/domain/detection.ts";
import type { FrameHeader } from "../../shared/domain/frame.ts";
import { isOcularError } from "../../shared/errors.ts";
import type { RoutedFrame } from "../acquisition/frame-router.ts";
import type { Analyzer } from "../analysis/analyzer.ts";
import { createSecondAnalysis, type LiveComparison } from "./second-analysis.ts";

const identity = { id: "second", version: "1", sha256: "0".repeat(64), runtime: "r", settingsHash: "s" };
const set = (frameId: number): DetectionSet => ({ frameId, analyzer: identity, analysisMs: 10, detections: [{ id: "1", classId: "red-cell", score: 0.9, box: { x: 1, y: 1, width: 9, height: 9 } }] });

/** An analyzer that answers when told to. */
function answering(): { analyzer: Analyzer; answer: () => void; asked: () => number } {
  let asked = 0;
  const waiting: Array<() => void> = [];
  const analyzer: Analyzer = {
    identity: () => identity, classes: () => [{ id: "red-cell", name: "Red cell", plural: "Red cells", letter: "R", colorIndex: 0 }],
    isBusy: () => false, state: () => "ready", onDidChangeState: () => () => undefined, ready: () => Promise.resolve(), pid: () => undefined, dispose: () => Promise.resolve(),
    analyze: ({ header }) => {
      asked += 1;
      return new Promise((resolve) => { waiting.push(() => { resolve(set(header.frameId)); }); });
    },
  };
  return { analyzer, answer: () => { waiting.shift()?.(); }, asked: () => asked };
}

function frame(frameId: number, pixelSizeUm?: number): RoutedFrame {
  const header: FrameHeader = { frameId, cameraId: "c", deviceSequence: frameId, deviceTimeMs: 0, hostTimeMs: 0, width: 20, height: 20, pixelFormat: "Mono8", settled: true, settingsHash: "s", status: "complete", ...(pixelSizeUm === undefined ? {} : { pixelSizeUm }) };
  return { header, buffer: { slot: 0, bytes: new Uint8Array(new SharedArrayBuffer(400)), retain: () => undefined, release: () => undefined }, ledger: createFrameLedger() };
}

function second(assumed: { first: number; second: number } = { first: 0.15, second: 0.15 }) {
  const clock = createManualClock();
  const { analyzer, answer, asked } = answering();
  const compared: LiveComparison[] = [];
  const told: unknown[] = [];
  const analysis = createSecondAnalysis({
    ref: { kind: "rules", id: "second" }, analyzer, clock, firstClassIds: () => ["red-cell"],
    assumed: { first: () => ({ id: "first", pixelSizeUm: assumed.first }), second: () => assumed.second },
    onCompared: (comparison) => { compared.push(comparison); }, onLoss: (error) => { told.push(error); },
  });
  return { analysis, clock, answer, asked, compared, told };
}

const settled = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

describe("a second analyzer", () => {
  it("is compared on the frame that both answered, whoever was first", async () => {
    const { analysis, answer, compared } = second();
    const one = frame(1, 0.1);
    analysis.offer(one);
    analysis.firstAnswered(set(1), one.header);
    await settled();
    expect(compared).toEqual([]);
    answer();
    await settled();
    expect(compared.map(({ header, summary }) => [header.frameId, summary.matched])).toEqual([[1, 1]]);
  });

  it("rests after each analysis for as long as that took", async () => {
    const { analysis, clock, answer, asked } = second();
    analysis.offer(frame(1, 0.1));
    await settled();
    answer();
    await settled();
    analysis.offer(frame(2, 0.1));
    await settled();
    expect(asked()).toBe(1);
    await clock.advance(10);
    analysis.offer(frame(3, 0.1));
    await settled();
    expect(asked()).toBe(2);
  });

  it("does not look where the two would see different scales, and says so once", async () => {
    const { analysis, asked, told } = second({ first: 0.075, second: 0.5 });
    analysis.offer(frame(1));
    analysis.offer(frame(2));
    await settled();
    expect([asked(), told.length]).toEqual([0, 1]);
    expect(isOcularError(told[0], "PixelSizesDiffer")).toBe(true);
    await expect(analysis.analyzeKept(frame(3))).rejects.toMatchObject({ data: { tag: "PixelSizesDiffer", first: "first", second: "second" } });
    analysis.offer(frame(4, 0.1));
    await settled();
    expect(asked()).toBe(1);
  });
});
