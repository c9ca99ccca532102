import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createManualClock } from "../../../core/testing/manual-clock.ts";
import type { ManualClock } from "../../../core/testing/manual-clock.ts";
import { um } from "../../../shared/units.ts";
import { createFramePool } from "../../acquisition/frame-pool.ts";
import { systemClock } from "../../runtime/system-clock.ts";
import type { CapturedFrame } from "../api/camera.ts";
import { opticsOf } from "./optics/optics.ts";
import { FrameRenderer } from "./sensor/frame-renderer.ts";
import { createSpecimen } from "./specimen/specimen.ts";
import { createVirtualMicroscope } from "./virtual-microscope.ts";
import type { VirtualMicroscope, VirtualMicroscopeOptions } from "./virtual-microscope.ts";

const SMALL = { offsetX: 480, offsetY: 360, width: 320, height: 240 };

describe("the virtual microscope on a manual clock", () => {
  let clock: ManualClock;
  let microscope: VirtualMicroscope;
  let headers: CapturedFrame["header"][];
  let lastBytes: Uint8Array;

  async function open(options: Partial<VirtualMicroscopeOptions> = {}): Promise<void> {
    microscope = createVirtualMicroscope({ specimen: "blood-smear", seed: 7, clock, rendering: "inline", driftUm: 0, ...options });
    await microscope.connect();
    await microscope.camera.applySettings({ roi: SMALL });
    headers = [];
    microscope.camera.onDidCapture(({ header, buffer }) => {
      headers.push(header);
      lastBytes = buffer.bytes.slice();
      buffer.release();
    });
    await microscope.camera.startAcquisition(createFramePool({ slotBytes: 320 * 240, slotCount: 3 }));
  }

  /** The first frame exposed from now on while nothing moves. */
  async function nextSettled(): Promise<CapturedFrame["header"]> {
    const before = headers.length;
    for (let i = 0; i < 40; i += 1) {
      await clock.advance(34);
      const found = headers.slice(before).find((header) => header.settled === true);
      if (found !== undefined) return found;
    }
    throw new Error("no settled frame came");
  }

  async function moveTo(x: number, y: number): Promise<void> {
    const move = microscope.stage.moveTo({ x: um(x), y: um(y) });
    await clock.advance(500);
    await move;
  }

  beforeEach(() => {
    clock = createManualClock();
  });
  afterEach(async () => {
    await microscope.dispose();
    expect(clock.pendingCount()).toBe(0);
  });

  it("tells scale, place and settings of each frame", async () => {
    await open();
    await moveTo(100, -50);
    const header = await nextSettled();
    expect(header).toMatchObject({ width: 320, height: 240, pixelFormat: "BayerRG8", objectiveId: "40x", lightPercent: 50, exposureMs: 5, status: "complete" });
    expect(header.pixelSizeUm).toBeCloseTo(0.08625, 6);
    expect(header.stagePositionUm).toEqual({ x: 100, y: -50 });
  });

  it("gives the place of the picture's middle when the region of interest is off the axis", async () => {
    await open();
    await microscope.camera.stopAcquisition();
    await microscope.camera.applySettings({ roi: { ...SMALL, offsetX: 0 } });
    await microscope.camera.startAcquisition(createFramePool({ slotBytes: 320 * 240, slotCount: 3 }));
    const header = await nextSettled();
    expect(header.stagePositionUm?.x).toBeCloseTo(-480 * 0.08625, 6);
    expect(microscope.viewRectOfFrame(header.deviceSequence)?.width).toBeCloseTo(320 * 0.08625, 6);
  });

  it("sees another place when it comes from the other side: the backlash, which the motor does not know", async () => {
    await open();
    await moveTo(-100, 0);
    await moveTo(0, 0);
    const fromLeft = await nextSettled();
    await moveTo(100, 0);
    await moveTo(0, 0);
    const fromRight = await nextSettled();
    expect(fromLeft.stagePositionUm).toEqual(fromRight.stagePositionUm);
    const left = microscope.viewRectOfFrame(fromLeft.deviceSequence)?.x ?? Number.NaN;
    const right = microscope.viewRectOfFrame(fromRight.deviceSequence)?.x ?? Number.NaN;
    expect(right - left).toBeCloseTo(0.8, 6);
  });

  it("marks frames taken under way as not settled", async () => {
    await open();
    await nextSettled();
    const before = headers.length;
    const move = microscope.stage.moveTo({ x: um(1500), y: um(0) });
    await clock.advance(200);
    expect(headers.slice(before + 1).map((header) => header.settled)).not.toContain(true);
    await clock.advance(600);
    await move;
    expect((await nextSettled()).settled).toBe(true);
  });

  it("drifts slowly, and knows it", async () => {
    await open({ driftUm: 2 });
    const before = microscope.viewRectUm();
    const told = microscope.stage.position();
    await microscope.camera.stopAcquisition();
    await clock.advance(4 * 60_000);
    const after = microscope.viewRectUm();
    expect(microscope.stage.position()).toEqual(told);
    const moved = Math.hypot((after?.x ?? 0) - (before?.x ?? 0), (after?.y ?? 0) - (before?.y ?? 0));
    expect(moved).toBeGreaterThan(0.01);
    expect(moved).toBeLessThan(6);
  });

  it("is dark and without scale while the turret turns, then at the new scale", async () => {
    await open();
    await nextSettled();
    const turn = microscope.turret.select("20x");
    await clock.advance(100);
    expect(headers.at(-1)?.pixelSizeUm).toBeUndefined();
    expect(Math.max(...lastBytes)).toBeLessThan(10);
    await clock.advance(500);
    await turn;
    expect((await nextSettled()).pixelSizeUm).toBeCloseTo(0.1725, 6);
  });

  it("needs another focus elsewhere: the slide is tilted", async () => {
    await open();
    const here = microscope.sharpFocusUm(0, 0);
    const there = Math.max(...[[2000, 0], [-2000, 0], [0, 2000], [0, -2000]].map(([x = 0, y = 0]) => Math.abs(microscope.sharpFocusUm(x, y) - here)));
    expect(there).toBeGreaterThan(1);
    expect(there).toBeLessThan(5);
  });

  it("freezes when told to stall, loses those frames, and goes on", async () => {
    await open();
    let lost = 0;
    microscope.camera.onDidLose((loss) => {
      lost += loss.count;
    });
    await nextSettled();
    const before = headers.length;
    microscope.camera.faults.next("stall");
    await clock.advance(1900);
    expect(headers.length).toBe(before);
    expect(lost).toBeGreaterThan(50);
    await clock.advance(500);
    const jump = (headers[before]?.deviceSequence ?? 0) - (headers[before - 1]?.deviceSequence ?? 0);
    expect(jump).toBe(lost + 1);
  });
});

describe("the rendering thread", () => {
  it("delivers the very pixels that rendering in place gives", async () => {
    const microscope = createVirtualMicroscope({ specimen: "blood-smear", seed: 7, clock: systemClock, objectiveId: "100x", driftUm: 0 });
    try {
      await microscope.connect();
      const pool = createFramePool({ slotBytes: 1280 * 960, slotCount: 2 });
      const frame = await new Promise<CapturedFrame>((resolve, reject) => {
        microscope.camera.onDidCapture(resolve);
        microscope.camera.onDidEnd(({ reason }) => reject(new Error(reason)));
        microscope.camera.startAcquisition(pool).catch(reject);
      });
      const view = microscope.viewRectOfFrame(frame.header.deviceSequence);
      const objective = microscope.turret.current();
      if (view === undefined) throw new Error("the frame's view is not known");
      const expected = new Uint8Array(1280 * 960);
      new FrameRenderer(createSpecimen("blood-smear", 7), opticsOf(7)).render(
        {
          axisUm: { x: view.x + view.width / 2, y: view.y + view.height / 2 },
          focusUm: microscope.focus.heightAt(systemClock.nowMs()),
          objective,
          lightPercent: 50,
          settings: microscope.camera.settings(),
          noiseSeed: frame.header.deviceSequence,
        },
        expected,
      );
      expect(Buffer.compare(frame.buffer.bytes, expected)).toBe(0);
    } finally {
      await microscope.dispose();
    }
  });
});
