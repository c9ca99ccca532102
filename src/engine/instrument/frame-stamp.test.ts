import { describe, expect, it } from "vitest";
import { createManualClock } from "../../core/testing/manual-clock.ts";
import type { DeviceStatus } from "../../shared/domain/devices.ts";
import type { CapturedHeader } from "../../shared/domain/frame.ts";
import { um } from "../../shared/units.ts";
import { VirtualStage } from "../devices/virtual/devices/virtual-stage.ts";
import { STAGE_AXIS } from "../devices/virtual/mechanics/default-axes.ts";
import { createVirtualMicroscope } from "../devices/virtual/virtual-microscope.ts";
import { createFrameStamp } from "./frame-stamp.ts";

/** What a camera says that knows nothing of what is beside it. */
const CAPTURED: CapturedHeader = { cameraId: "c", deviceSequence: 1, deviceTimeMs: 0, hostTimeMs: 0, width: 4, height: 3, pixelFormat: "Mono8", exposureMs: 5, status: "complete" };

class FaultedStage extends VirtualStage {
  override status(): DeviceStatus {
    return { ...super.status(), state: "faulted" };
  }
}

describe("the stamp on frames of a camera that knows nothing of what is beside it", () => {
  it("tells where the devices stand that are at work, and nothing of those that are unplugged", async () => {
    const clock = createManualClock();
    const microscope = createVirtualMicroscope({ specimen: "nuclei", clock, rendering: "inline" });
    const stamp = createFrameStamp(microscope, clock);
    const now = () => stamp.stamp({ ...CAPTURED, hostTimeMs: clock.nowMs() });

    const before = now();
    for (const key of ["stagePositionUm", "focusPositionUm", "objectiveId", "lightPercent"]) expect(before).not.toHaveProperty(key);

    await microscope.connect();
    const move = microscope.stage.moveTo({ x: um(300), y: um(40) });
    await clock.advance(20);
    expect(now().settled).toBe(false);
    await clock.advance(1000);
    await move;
    const settings = stamp.settings();
    expect(settings).toMatchObject({ objective: { id: "40x" }, lightPercent: 50 });
    expect(now()).toMatchObject({ settled: true, stagePositionUm: { x: 300, y: 40 }, focusPositionUm: 0, objectiveId: "40x", lightPercent: 50, settingsHash: settings.settingsHash });

    for (const device of [microscope.stage, microscope.focus, microscope.light, microscope.turret]) device.faults.next("disconnect");
    const after = now();
    for (const key of ["stagePositionUm", "focusPositionUm", "objectiveId", "lightPercent"]) expect(after).not.toHaveProperty(key);
    expect(after.settingsHash).not.toBe(settings.settingsHash);
    expect(stamp.settings()).not.toHaveProperty("lightPercent");

    stamp.dispose();
    await microscope.dispose();
  });

  it("takes no frame for settled that was exposed on the way and came after it: cameras read out and send for up to a period", async () => {
    const clock = createManualClock();
    const microscope = createVirtualMicroscope({ specimen: "nuclei", clock, rendering: "inline" });
    await microscope.connect();
    const stamp = createFrameStamp(microscope, clock);
    const move = microscope.stage.moveTo({ x: um(300), y: um(40) });
    await clock.advance(1000);
    await move;
    const arrivesMs = stamp.lastMotionMs() + 30;
    const settled = (latencyMs?: number): boolean => stamp.stamp({ ...CAPTURED, hostTimeMs: arrivesMs, ...(latencyMs === undefined ? {} : { latencyMs }) }).settled;
    expect([settled(), settled(20), settled(33)]).toEqual([true, true, false]);
    stamp.dispose();
    await microscope.dispose();
  });

  it("takes axes that are faulted for moving: nobody knows whether they stand", async () => {
    const clock = createManualClock();
    const microscope = createVirtualMicroscope({ specimen: "nuclei", clock, rendering: "inline" });
    const stage = new FaultedStage(clock, STAGE_AXIS, microscope.stage.softLimits());
    const stamp = createFrameStamp({ ...microscope, stage }, clock);
    await clock.advance(100);
    const header = stamp.stamp({ ...CAPTURED, hostTimeMs: clock.nowMs() });
    expect(stage.isMoving()).toBe(false);
    expect(header.settled).toBe(false);
    expect(header).not.toHaveProperty("stagePositionUm");
    stamp.dispose();
    await stage.dispose();
    await microscope.dispose();
  });

  it("tells the place of the picture's middle, not of the sensor's, where the region of interest lies off it", async () => {
    const clock = createManualClock();
    const microscope = createVirtualMicroscope({ specimen: "nuclei", clock, rendering: "inline" });
    await microscope.connect();
    const { sensorWidth, sensorHeight } = microscope.camera.limits();
    const place = (pixelUm: number | undefined) => createFrameStamp({ ...microscope, scaleOf: () => ({ pixelSizeUm: pixelUm }) }, clock).stamp({ ...CAPTURED, hostTimeMs: clock.nowMs() }).stagePositionUm;
    expect(place(0.2)).toEqual({ x: 0, y: 0 });

    await microscope.camera.applySettings({ binning: 2, roi: { offsetX: 0, offsetY: sensorHeight - 200, width: 400, height: 200 } });
    const shifted = place(0.2);
    expect(shifted?.x).toBeCloseTo((200 - sensorWidth / 2) * 0.2, 9);
    expect(shifted?.y).toBeCloseTo((sensorHeight / 2 - 100) * 0.2, 9);
    // A camera turned by a quarter and mirrored: right in the picture is +y, down is +x.
    const turned = createFrameStamp({ ...microscope, scaleOf: () => ({ pixelSizeUm: 0.2, stageUmFromPx: [0, 0.2, 0.2, 0] }) }, clock).stamp({ ...CAPTURED, hostTimeMs: clock.nowMs() });
    expect(turned).toMatchObject({ pixelSizeUm: 0.4, stageUmFromPx: [0, 0.4, 0.4, 0] });
    expect(turned.stagePositionUm?.x).toBeCloseTo((sensorHeight / 2 - 100) * 0.2, 9);
    expect(turned.stagePositionUm?.y).toBeCloseTo((200 - sensorWidth / 2) * 0.2, 9);
    // A camera that knows its scale knows how it lies: what is set up is another's.
    const own = createFrameStamp({ ...microscope, scaleOf: () => ({ pixelSizeUm: 0.2, stageUmFromPx: [0, 0.2, 0.2, 0] }) }, clock).stamp({ ...CAPTURED, pixelSizeUm: 0.3, hostTimeMs: clock.nowMs() });
    expect(own).not.toHaveProperty("stageUmFromPx");
    // Nobody knows how far that is: the stage's own word.
    expect(place(undefined)).toEqual({ x: 0, y: 0 });
    await microscope.dispose();
  });
});
