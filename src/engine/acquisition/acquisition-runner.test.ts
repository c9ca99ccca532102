import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFakeCamera, type FakeCamera } from "../../../tests/contract/fakes/fake-camera.ts";
import { createManualClock, type ManualClock } from "../../core/testing/manual-clock.ts";
import { isOcularError } from "../../shared/errors.ts";
import { type AcquisitionRunner, createAcquisitionRunner, type RunnerEvent } from "./acquisition-runner.ts";

let clock: ManualClock;
let camera: FakeCamera;
let runner: AcquisitionRunner;
let events: RunnerEvent[];
let frames: number;

beforeEach(() => {
  clock = createManualClock();
  camera = createFakeCamera({ clock });
  runner = createAcquisitionRunner({ camera, clock });
  events = [];
  frames = 0;
  runner.onDidEvent((event) => events.push(event));
  camera.onDidCapture((frame) => {
    frames += 1;
    frame.buffer.release();
  });
});

afterEach(async () => {
  await runner.dispose();
  await camera.dispose();
  await clock.advance(0);
  expect(clock.pendingCount()).toBe(0);
});

const states = (): string[] => events.flatMap((event) => (event.type === "state" ? [event.state] : []));
const told = (type: RunnerEvent["type"]): RunnerEvent[] => events.filter((event) => event.type === type);

describe("the acquisition runner", () => {
  it("starts an unconnected camera, pauses, goes on and stops", async () => {
    await runner.start();
    await clock.advance(200);
    expect(frames).toBe(4);
    await runner.pause();
    await clock.advance(5000);
    expect(frames).toBe(4);
    await runner.resume();
    await clock.advance(100);
    await runner.stop();
    await clock.advance(1000);
    expect(frames).toBe(6);
    expect(states()).toEqual(["preparing", "running", "pausing", "paused", "preparing", "running", "finishing", "idle"]);
    expect(runner.lastOutcome()).toEqual({ outcome: "canceled" });
    expect(runner.pool()?.freeCount()).toBe(12);
  });

  it("refuses what its state does not allow, and stops harmlessly when idle", async () => {
    await expect(runner.pause()).rejects.toThrow(expect.objectContaining({ name: "WrongState" }));
    await runner.start();
    await expect(runner.start()).rejects.toThrow(expect.objectContaining({ name: "WrongState" }));
    expect(runner.can("pause")).toBe(true);
    await runner.stop({ outcome: "completed" });
    await runner.stop();
    expect(told("ended")).toEqual([{ type: "ended", outcome: { outcome: "completed" } }]);
  });

  it("is idle again, with the reason, when the camera cannot be started", async () => {
    camera.fail("disconnect");
    await expect(runner.start()).rejects.toThrow(expect.objectContaining({ name: "DeviceDisconnected" }));
    expect(runner.state()).toBe("idle");
    expect(runner.lastOutcome()).toMatchObject({ outcome: "errored" });
  });

  it("stops a start under way", async () => {
    camera.fail("timeout");
    const starting = runner.start().catch((error: unknown) => error);
    await clock.advance(100);
    await runner.stop();
    expect(isOcularError(await starting, "Canceled")).toBe(true);
    expect(runner.state()).toBe("idle");
    expect(camera.isAcquiring()).toBe(false);
  });

  it("completes when the camera ends by itself", async () => {
    await runner.start();
    camera.finish();
    await clock.advance(0);
    expect(runner.state()).toBe("idle");
    expect(runner.lastOutcome()).toEqual({ outcome: "completed" });
  });

  it("goes on after the camera was unplugged for a while, and leaves to it what it was set to", async () => {
    await runner.start();
    await runner.applySettings({ exposureMs: 33 });
    camera.fail("disconnect");
    await clock.advance(4000);
    expect(runner.state()).toBe("running");
    expect(runner.isRecovering()).toBe(true);
    expect(runner.cameraFps()).toBe(0);
    const before = frames;
    camera.fail("reconnect");
    await clock.advance(500);
    expect(frames).toBeGreaterThan(before);
    expect(camera.settings().exposureMs).toBe(33);
    expect(told("camera-lost")).toEqual([{ type: "camera-lost", reason: "disconnected" }]);
    expect(told("camera-back")).toHaveLength(1);
    expect(runner.isRecovering()).toBe(false);
  });

  it("comes back at once when the device reports back, however long it was away", async () => {
    await runner.start();
    camera.fail("disconnect");
    await clock.advance(600_000);
    const before = frames;
    camera.fail("reconnect");
    await clock.advance(60);
    expect(frames).toBe(before + 1);
  });

  it("starts a silent camera anew after three seconds without a frame", async () => {
    await runner.start();
    await clock.advance(200);
    camera.fallSilent();
    const before = frames;
    await clock.advance(2900);
    expect(told("stale")).toHaveLength(0);
    await clock.advance(400);
    expect(told("stale")).toEqual([{ type: "stale", silentMs: 3000 }]);
    expect(told("camera-lost")).toEqual([{ type: "camera-lost", reason: "silent" }]);
    expect(frames).toBeGreaterThan(before);
  });

  it("gives a slow camera five periods", async () => {
    await runner.start();
    await runner.applySettings({ frameRate: 1, exposureMs: 500 });
    await clock.advance(3900);
    expect(told("stale")).toHaveLength(0);
    camera.fallSilent();
    await clock.advance(6000);
    expect(told("stale")).toHaveLength(1);
  });

  it("stops while it recovers", async () => {
    await runner.start();
    camera.fail("disconnect");
    await clock.advance(10_000);
    await runner.stop();
    camera.fail("reconnect");
    await clock.advance(10_000);
    expect(runner.state()).toBe("idle");
    expect(camera.isAcquiring()).toBe(false);
    expect(told("ended")).toHaveLength(1);
  });

  it("changes geometry around a short stop, and makes room for larger frames", async () => {
    await runner.start();
    const small = runner.pool()?.slotBytes ?? 0;
    await runner.applySettings({ pixelFormat: "Mono12" });
    await clock.advance(100);
    expect(runner.pool()?.slotBytes).toBeGreaterThan(small);
    expect(camera.isAcquiring()).toBe(true);
    await runner.applySettings({ binning: 2 });
    await clock.advance(100);
    expect(frames).toBeGreaterThanOrEqual(4);
    await expect(runner.applySettings({ exposureMs: 1e6 })).rejects.toThrow(expect.objectContaining({ name: "OutOfRange" }));
    expect(camera.isAcquiring()).toBe(true);
  });

  it("measures the camera's rate", async () => {
    await runner.start();
    await clock.advance(3000);
    expect(runner.cameraFps()).toBeCloseTo(20, 0);
  });
});
