import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFakeCamera, type FakeCamera } from "../../../tests/contract/fakes/fake-camera.ts";
import { createFrameLedger, type FrameLedger } from "../../core/acquisition/frame-ledger.ts";
import { createManualClock, type ManualClock } from "../../core/testing/manual-clock.ts";
import type { FrameHeader } from "../../shared/domain/frame.ts";
import { isOcularError } from "../../shared/errors.ts";
import { createFramePool } from "./frame-pool.ts";
import { createFrameRouter, type FrameConsumer, type FrameRouter, type RoutedFrame, type RouterFault } from "./frame-router.ts";

/** One frame of the fake camera lasts this long. */
const PERIOD_MS = 50;

let clock: ManualClock;
let camera: FakeCamera;
let ledger: FrameLedger;
let router: FrameRouter;
let pool: ReturnType<typeof createFramePool>;
let recorded: FrameHeader[];
let recordFault: Error | undefined;
let faults: RouterFault[];
let analysis: (frame: RoutedFrame) => ReturnType<FrameConsumer["offer"]>;
let preview: (frame: RoutedFrame) => ReturnType<FrameConsumer["offer"]>;

beforeEach(async () => {
  clock = createManualClock();
  camera = createFakeCamera({ clock });
  ledger = createFrameLedger();
  pool = createFramePool({ slotBytes: 64 * 48, slotCount: 4 });
  recorded = [];
  recordFault = undefined;
  faults = [];
  analysis = (frame) => {
    frame.ledger.analysed(frame.header.frameId);
    return "taken";
  };
  preview = (frame) => {
    frame.ledger.shown(frame.header.frameId);
    return "taken";
  };
  router = createFrameRouter({
    camera, clock, ledger,
    stamp: (captured) => ({ ...captured, settled: captured.settled ?? true, settingsHash: "abc" }),
    record: (header) => {
      if (recordFault !== undefined) throw recordFault;
      recorded.push(header);
    },
    analysis: { offer: (frame) => analysis(frame) },
    preview: { offer: (frame) => preview(frame) },
  });
  router.onDidFault((fault) => faults.push(fault));
  await camera.connect();
  await camera.startAcquisition(pool);
});

afterEach(async () => {
  router.dispose();
  await camera.dispose();
  pool.assertAllFree();
  expect(camera.listenerCount()).toBe(0);
});

const frames = (count: number): Promise<void> => clock.advance(count * PERIOD_MS);

describe("the frame router", () => {
  it("numbers frames from 0, records before it offers, and gives every buffer back", async () => {
    const order: string[] = [];
    analysis = (frame) => {
      order.push(`analysis ${frame.header.frameId} after ${recorded.length} records`);
      return "skipped";
    };
    preview = (frame) => {
      order.push(`preview ${frame.header.frameId}`);
      return "skipped";
    };
    await frames(2);
    expect(recorded.map((header) => header.frameId)).toEqual([0, 1]);
    expect(order).toEqual(["analysis 0 after 1 records", "preview 0", "analysis 1 after 2 records", "preview 1"]);
    expect(ledger.report()).toMatchObject({ produced: 2, recorded: 2, analysisSkipped: 2, displaySkipped: 2, balanced: true });
    expect(pool.freeCount()).toBe(4);
    expect(router.latest()?.frameId).toBe(1);
  });

  it("leaves out the numbers of lost frames", async () => {
    await frames(1);
    camera.fail("dropFrames");
    await frames(5);
    expect(recorded.map((header) => header.frameId)).toEqual([0, 4, 5]);
    expect(ledger.report()).toMatchObject({ produced: 6, lost: { "camera-gap": 3 }, balanced: true });
  });

  it("counts a gap the camera did not own up to", async () => {
    const dishonest = createFakeCamera({ clock, sins: ["hides losses"] });
    const account = createFrameLedger();
    const own = createFrameRouter({
      camera: dishonest, clock, ledger: account, stamp: (captured) => ({ ...captured, settled: true, settingsHash: "abc" }),
      record: () => undefined, analysis: { offer: () => "skipped" }, preview: { offer: () => "skipped" },
    });
    await dishonest.connect();
    await dishonest.startAcquisition(pool);
    await frames(1);
    dishonest.fail("dropFrames");
    await frames(4);
    expect(account.report()).toMatchObject({ produced: 5, recorded: 2, lost: { "camera-gap": 3 }, balanced: true });
    own.dispose();
    await dishonest.dispose();
  });

  it("loses a frame that cannot be recorded, shows it to nobody, and goes on", async () => {
    recordFault = new Error("disk gone");
    await frames(2);
    recordFault = undefined;
    await frames(1);
    expect(recorded.map((header) => header.frameId)).toEqual([2]);
    expect(faults.map((fault) => [fault.stage, fault.frameId, fault.error.tag])).toEqual([["record", 0, "Internal"], ["record", 1, "Internal"]]);
    expect(ledger.report()).toMatchObject({ produced: 3, lost: { "record-failed": 2 }, analysed: 1, shown: 1, balanced: true });
  });

  it("keeps a failing analyzer from the screen and a failing screen from the record", async () => {
    analysis = () => {
      throw new Error("analyzer bug");
    };
    preview = () => {
      throw new Error("screen bug");
    };
    await frames(2);
    expect(recorded).toHaveLength(2);
    expect(faults.map((fault) => fault.stage)).toEqual(["analysis", "preview", "analysis", "preview"]);
    expect(ledger.report()).toMatchObject({ recorded: 2, analysisLost: { failed: 2 }, displaySkipped: 2, balanced: true });
  });

  it("counts frames for which the pool had no buffer, while the holder keeps the pixels it retained", async () => {
    const held: RoutedFrame[] = [];
    analysis = (frame) => {
      frame.buffer.retain();
      held.push(frame);
      return "taken";
    };
    await frames(6);
    expect(ledger.report()).toMatchObject({ produced: 6, recorded: 4, lost: { "no-buffer": 2 } });
    expect(held.map((frame) => frame.buffer.bytes[0])).toEqual([0, 1, 2, 3]);
    for (const frame of held) {
      frame.buffer.release();
      frame.ledger.analysed(frame.header.frameId);
    }
    expect(ledger.report()).toMatchObject({ analysed: 4, balanced: true });
  });

  it("records and shows half a frame but does not analyse it", async () => {
    camera.say({ status: "incomplete" });
    await frames(1);
    expect(ledger.report()).toMatchObject({ recorded: 1, analysisSkipped: 1, shown: 1 });
  });

  it("tells frames under way to the ledger they began in", async () => {
    const under: RoutedFrame[] = [];
    analysis = (frame) => {
      under.push(frame);
      return "taken";
    };
    await frames(1);
    const session = createFrameLedger();
    router.switchLedger(session);
    await frames(1);
    for (const frame of under) frame.ledger.analysed(frame.header.frameId);
    expect(ledger.report()).toMatchObject({ produced: 1, analysed: 1, balanced: true });
    expect(session.report()).toMatchObject({ produced: 1, analysed: 1, balanced: true });
    expect(recorded.map((header) => header.frameId)).toEqual([0, 1]);
  });
});

describe("keepNext", () => {
  it("waits for a complete, settled frame exposed after the call, and hands it over retained", async () => {
    await frames(1);
    const keeping = router.keepNext({ afterHostTimeMs: clock.nowMs() + PERIOD_MS });
    camera.say({ settled: false });
    await frames(1); // Exposed too early and not settled.
    camera.say({ settled: false });
    await frames(1);
    camera.say({ status: "incomplete" });
    await frames(1);
    await frames(2);
    const frame = await keeping;
    expect(frame.header.frameId).toBe(4);
    expect(frame.buffer.bytes[0]).toBe(4);
    expect(pool.freeCount()).toBe(3);
    router.markStored(frame);
    frame.buffer.release();
    expect(ledger.report()).toMatchObject({ stored: 1, recorded: 5 });
  });

  it("takes an unsettled frame when told so", async () => {
    const keeping = router.keepNext({ afterHostTimeMs: 0, settledOnly: false });
    camera.say({ settled: false });
    await frames(1);
    const frame = await keeping;
    expect(frame.header.settled).toBe(false);
    frame.buffer.release();
  });

  it("serves two who wait with one frame, each an owner", async () => {
    const both = [router.keepNext({ afterHostTimeMs: 0 }), router.keepNext({ afterHostTimeMs: 0 })];
    await frames(1);
    const [one, two] = await Promise.all(both);
    expect(one?.buffer.slot).toBe(two?.buffer.slot);
    one?.buffer.release();
    expect(pool.freeCount()).toBe(3);
    two?.buffer.release();
    expect(pool.freeCount()).toBe(4);
  });

  it("gives up in time, when canceled and when disposed, and then holds nothing", async () => {
    const caught = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);
    camera.fallSilent();
    const late = caught(router.keepNext({ afterHostTimeMs: 0, timeoutMs: 200 }));
    await clock.advance(200);
    expect(isOcularError(await late, "DeviceTimeout")).toBe(true);

    const abort = new AbortController();
    const canceled = caught(router.keepNext({ afterHostTimeMs: 0, signal: abort.signal }));
    abort.abort();
    expect(isOcularError(await canceled, "Canceled")).toBe(true);
    expect(isOcularError(await caught(router.keepNext({ afterHostTimeMs: 0, signal: abort.signal })), "Canceled")).toBe(true);

    const orphan = caught(router.keepNext({ afterHostTimeMs: 0 }));
    router.dispose();
    expect(isOcularError(await orphan, "Canceled")).toBe(true);
  });
});
