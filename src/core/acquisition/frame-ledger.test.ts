import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LedgerReport } from "../../shared/domain/ledger.ts";
import { createFrameLedger, type FrameLedger, isBalanced } from "./frame-ledger.ts";

describe("createFrameLedger", () => {
  it("is balanced when empty", () => {
    expect(createFrameLedger().report()).toMatchObject({ produced: 0, balanced: true });
  });

  it("accounts for one frame of each fate", () => {
    const ledger = createFrameLedger();
    for (let id = 0; id < 5; id++) ledger.recorded(id);
    ledger.stored(1);
    ledger.lost("camera-gap", 2);
    ledger.lost("record-failed");
    ledger.analysed(0);
    ledger.analysisSkipped(1);
    ledger.analysisLost(2, "died");
    ledger.analysisLost(3, "hung");
    expect(ledger.inFlight()).toEqual({ analysis: 1, display: 5 });
    expect(ledger.report().balanced).toBe(false);
    ledger.analysed(4);
    ledger.shown(0);
    ledger.shown(4);
    ledger.settle();
    expect(ledger.report()).toEqual({
      produced: 8, stored: 1, recorded: 4, lost: { "camera-gap": 2, "record-failed": 1 },
      analysed: 2, analysisSkipped: 1, analysisLost: { died: 1, hung: 1 }, shown: 2, displaySkipped: 3, balanced: true,
    });
  });

  it("lets the first fate stand", () => {
    const ledger = createFrameLedger();
    ledger.recorded(7);
    ledger.analysisLost(7, "hung");
    ledger.analysed(7);
    ledger.analysisLost(7, "died");
    ledger.shown(7);
    ledger.displaySkipped(7);
    ledger.stored(7);
    ledger.stored(7);
    expect(ledger.report()).toMatchObject({ analysed: 0, analysisLost: { hung: 1 }, shown: 1, displaySkipped: 0, stored: 1, recorded: 0, balanced: true });
  });

  it("ignores frames of another ledger and whatever comes after the end", () => {
    const ledger = createFrameLedger();
    ledger.recorded(10);
    ledger.analysed(9);
    ledger.stored(9);
    ledger.stored(11);
    ledger.settle();
    const sealed = ledger.report();
    ledger.analysed(10);
    ledger.stored(10);
    ledger.lost("no-buffer");
    ledger.recorded(11);
    expect(ledger.report()).toEqual(sealed);
    expect(sealed).toMatchObject({ produced: 1, recorded: 1, analysisSkipped: 1, displaySkipped: 1, balanced: true });
  });

  it("refuses ids that do not rise", () => {
    const ledger = createFrameLedger();
    ledger.recorded(3);
    expect(() => ledger.recorded(3)).toThrow(RangeError);
  });

  it("balances once settled, whatever happened in whatever order", () => {
    const fate = fc.constantFrom("analysed", "skipped", "died", "hung", "failed", "shown", "displaySkipped", "stored");
    const event = fc.oneof(
      { weight: 3, arbitrary: fc.constant({ kind: "frame" as const }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("lost" as const), reason: fc.constantFrom("camera-gap" as const, "no-buffer" as const, "incomplete" as const, "record-failed" as const), count: fc.nat(4) }) },
      { weight: 6, arbitrary: fc.record({ kind: fc.constant("fate" as const), fate, frameId: fc.nat(40) }) },
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 200 }), (events) => {
        const ledger = createFrameLedger();
        let frames = 0;
        let lost = 0;
        for (const each of events) {
          if (each.kind === "frame") ledger.recorded(frames++);
          else if (each.kind === "lost") {
            ledger.lost(each.reason, each.count);
            lost += each.count;
          } else tell(ledger, each.fate, each.frameId);
          const open = ledger.report();
          const { analysis, display } = ledger.inFlight();
          expect(open.balanced).toBe(analysis === 0 && display === 0);
        }
        ledger.settle();
        const report = LedgerReport.parse(ledger.report());
        expect(report.produced).toBe(frames + lost);
        expect(report.balanced).toBe(true);
        expect(isBalanced({ ...report, produced: report.produced + 1 })).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});

function tell(ledger: FrameLedger, fate: string, frameId: number): void {
  if (fate === "analysed") ledger.analysed(frameId);
  else if (fate === "skipped") ledger.analysisSkipped(frameId);
  else if (fate === "shown") ledger.shown(frameId);
  else if (fate === "displaySkipped") ledger.displaySkipped(frameId);
  else if (fate === "stored") ledger.stored(frameId);
  else if (fate === "died" || fate === "hung" || fate === "failed") ledger.analysisLost(frameId, fate);
}
