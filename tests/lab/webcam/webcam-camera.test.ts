import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createManualClock, type ManualClock } from "../../../src/core/testing/manual-clock.ts";
import { createAcquisitionRunner } from "../../../src/engine/acquisition/acquisition-runner.ts";
import { createFramePool } from "../../../src/engine/acquisition/frame-pool.ts";
import { discoverWebcams, openWebcam } from "../../../src/engine/devices/drivers/webcam/find-webcam.ts";
import { convertInline, convertInThread, type PictureConverter } from "../../../src/engine/devices/drivers/webcam/picture-converter.ts";
import type { WebcamCamera } from "../../../src/engine/devices/drivers/webcam/webcam-camera.ts";
import type { CapturedHeader } from "../../../src/shared/domain/frame.ts";
import { FakeCapture, labWebcam } from "./fake-capture.ts";

let clock: ManualClock;
let capture: FakeCapture;
let camera: WebcamCamera;
let pool: ReturnType<typeof createFramePool>;
let headers: CapturedHeader[];
let pictures: number[][];
let lost: string[];
let ends: string[];
let reports: string[];

function start(options: { readonly name?: string; readonly converter?: () => PictureConverter } = {}): void {
  camera = openWebcam({ host: capture, clock, converter: convertInline, ...options });
  camera.onDidCapture(({ header, buffer }) => {
    headers.push(header);
    pictures.push([...buffer.bytes.subarray(0, 6)]);
    buffer.release();
  });
  camera.onDidLose(({ count, reason }) => lost.push(`${count} ${reason}`));
  camera.onDidEnd(({ reason }) => ends.push(reason));
  camera.onDidReport(({ message }) => reports.push(message));
}

beforeEach(() => {
  clock = createManualClock();
  capture = new FakeCapture(clock);
  pool = createFramePool({ slotBytes: 64 * 48 * 3, slotCount: 4 });
  [headers, pictures, lost, ends, reports] = [[], [], [], [], []];
});

afterEach(async () => {
  await camera.dispose();
  pool.assertAllFree();
  expect(clock.pendingCount()).toBe(0);
  expect(capture.openPages()).toBe(0);
});

describe("the webcam", () => {
  it("tells settings and limits in the field's units, and what it does not know it leaves out of the frames", async () => {
    start();
    await camera.connect();
    expect(camera.limits()).toMatchObject({ sensorWidth: 64, sensorHeight: 48, exposureMs: { min: 1, max: 100 }, frameRate: { min: 1, max: 30 }, pixelFormats: ["RGB8", "Mono8"], binnings: [1] });
    expect(camera.limits().gainDb.max).toBeCloseTo(24.08, 2);
    await camera.startAcquisition(pool);
    await clock.advance(100);
    // Its automatic is on: nobody knows the exposure of a frame.
    expect(headers[0]).toMatchObject({ width: 64, height: 48, pixelFormat: "RGB8", cameraId: "webcam" });
    expect(headers[0]).not.toHaveProperty("exposureMs");
    expect(pictures[0]).toEqual([0, 0, 0, 9, 9, 9]);
    expect(await camera.applySettings({ exposureMs: 7.34, gainDb: 6 })).toMatchObject({ exposureMs: 7.3, gainDb: expect.closeTo(6.02, 2) as number });
    expect(capture.applied.at(-1)).toMatchObject({ exposureMode: "manual", exposureTime: 73, iso: 200 });
    await clock.advance(100);
    expect(headers.at(-1)).toMatchObject({ exposureMs: 7.3 });
  });

  it("has its automatic exposure again when a run goes on after a replug", async () => {
    start();
    const runner = createAcquisitionRunner({ camera, clock });
    await runner.start();
    await runner.applySettings({ frameRate: 20 });
    const [webcam] = capture.webcams;
    if (webcam === undefined) throw new Error("no webcam is plugged in");
    capture.unplug(webcam);
    await clock.advance(500);
    capture.plug(webcam);
    await clock.advance(2000);
    expect(runner.isRecovering()).toBe(false);
    expect(camera.controls().list().find(({ id }) => id === "exposureMode")).toMatchObject({ value: "continuous" });
    expect(camera.settings().frameRate).toBe(20);
    await runner.dispose();
  });

  it("cuts the region out, of even place and size, and sends luma alone for grey pictures", async () => {
    start();
    await camera.connect();
    expect(await camera.applySettings({ pixelFormat: "Mono8", roi: { offsetX: 3, offsetY: 5, width: 33, height: 21 } })).toMatchObject({ roi: { offsetX: 2, offsetY: 4, width: 32, height: 20 } });
    await camera.startAcquisition(pool);
    await clock.advance(100);
    expect(headers[0]).toMatchObject({ width: 32, height: 20, pixelFormat: "Mono8" });
    expect(pictures[0]).toEqual([0, 9, 19, 28, 37, 47]);
  });

  it("offers the controls the device has, sets them, and turns an automatic off whose value is set", async () => {
    capture.webcams.splice(0, 1, labWebcam("Large", "a1", { width: 1920, height: 1080 }));
    start();
    await camera.connect();
    expect(camera.controls().list().map(({ id }) => id)).toEqual(["resolution", "exposureMode", "whiteBalanceMode", "focusMode", "colorTemperature", "focusDistance", "zoom"]);
    const after = await camera.controls().set("colorTemperature", 5003);
    expect(after.find(({ id }) => id === "colorTemperature")).toMatchObject({ value: 5000, unit: "K", min: 2800, max: 6500 });
    expect(after.find(({ id }) => id === "whiteBalanceMode")).toMatchObject({ value: "manual" });
    await expect(camera.controls().set("zoom", 900)).rejects.toMatchObject({ name: "OutOfRange" });
    await expect(camera.controls().set("focusMode", "clever")).rejects.toMatchObject({ name: "UnsupportedValue" });
    await expect(camera.controls().set("pan", 1)).rejects.toMatchObject({ name: "UnsupportedValue" });
    // Back to automatic: the value that was set by hand is no longer asked for.
    await camera.controls().set("whiteBalanceMode", "continuous");
    expect(capture.applied.at(-1)).toEqual({ whiteBalanceMode: "continuous" });
    expect(camera.controls().list()[0]).toMatchObject({ id: "resolution", choices: ["640x480", "800x600", "1024x768", "1280x720", "1280x960", "1920x1080"], value: "1280x720" });
    await camera.applySettings({ roi: { offsetX: 700, offsetY: 500, width: 500, height: 200 } });
    await camera.controls().set("resolution", "640x480");
    expect(camera.settings().roi).toEqual({ offsetX: 0, offsetY: 0, width: 640, height: 480 });
    await camera.startAcquisition(createFramePool({ slotBytes: 640 * 480 * 3, slotCount: 2 }));
    await expect(camera.controls().set("resolution", "800x600")).rejects.toMatchObject({ name: "WrongState" });
  });

  it("comes back with everything it was set to when it is plugged in again, and takes no other webcam for it", async () => {
    const [webcam] = capture.webcams;
    if (webcam === undefined) throw new Error("the lab has no webcam");
    start({ name: "lab webcam" });
    await camera.connect();
    await camera.applySettings({ exposureMs: 5, frameRate: 20, pixelFormat: "Mono8" });
    await camera.controls().set("zoom", 200);
    capture.unplug(webcam);
    expect(camera.status()).toMatchObject({ state: "absent", reason: expect.stringContaining("unplugged") as string });
    capture.plug(labWebcam("Lab Webcam (1d6b:0102) Pro", "b2"));
    await clock.advance(50);
    expect(camera.status().state).toBe("absent");
    capture.plug(webcam);
    await clock.advance(50);
    expect(camera.status().state).toBe("ready");
    expect(camera.settings()).toMatchObject({ exposureMs: 5, frameRate: 20, pixelFormat: "Mono8" });
    expect(camera.controls().list().find(({ id }) => id === "zoom")).toMatchObject({ value: 200 });
  });

  it("is absent when its page dies, and captures again after the next connect", async () => {
    start();
    await camera.connect();
    await camera.startAcquisition(pool);
    await clock.advance(100);
    capture.killPages();
    expect(ends).toEqual(["disconnected"]);
    expect(camera.status()).toMatchObject({ state: "absent", reason: expect.stringContaining("crashed") as string });
    const before = headers.length;
    await camera.connect();
    await camera.startAcquisition(pool);
    await clock.advance(100);
    expect(headers.length).toBeGreaterThan(before);
    const numbers = headers.map(({ deviceSequence }) => deviceSequence);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  });

  it.each([["nothing", undefined], ["a number", 7], ["a frame without pixels", { kind: "frame" }], ["an unknown kind", { kind: "hello" }]])("closes a page that says %s, and is faulted until connected again", async (_name, message) => {
    start();
    await camera.connect();
    await camera.startAcquisition(pool);
    capture.babble(message);
    expect(camera.status().state).toBe("faulted");
    expect(ends).toEqual(["faulted"]);
    expect(capture.openPages()).toBe(0);
    await camera.connect();
    expect(camera.status().state).toBe("ready");
  });

  it("starts and stops a hundred times and leaves nothing behind", async () => {
    start();
    await camera.connect();
    const resting = { timers: clock.pendingCount(), pages: capture.openPages() };
    for (let n = 0; n < 100; n++) {
      await camera.startAcquisition(pool);
      await clock.advance(60 + (n % 7) * 10);
      await camera.stopAcquisition();
      pool.assertAllFree();
      expect({ timers: clock.pendingCount(), pages: capture.openPages() }).toEqual(resting);
    }
    const numbers = headers.map(({ deviceSequence }) => deviceSequence);
    expect(headers.length).toBeGreaterThan(100);
    expect(numbers).toEqual(numbers.map((_, index) => index));
    expect([lost, ends.length]).toEqual([[], 100]);
  });

  it("opens a track anew that fell silent, when it is stopped and started again", async () => {
    start();
    await camera.connect();
    await camera.controls().set("zoom", 150);
    await camera.startAcquisition(pool);
    await clock.advance(100);
    capture.faults.mute = true;
    const before = headers.length;
    await clock.advance(3000);
    expect(headers.length).toBe(before);
    await camera.stopAcquisition();
    await camera.startAcquisition(pool);
    await clock.advance(100);
    expect(headers.length).toBeGreaterThan(before);
    expect(camera.controls().list().find(({ id }) => id === "zoom")).toMatchObject({ value: 150 });
  });

  it("takes no frame whose planes lie outside its pixels", async () => {
    start();
    await camera.connect();
    await camera.startAcquisition(pool);
    capture.babble({ kind: "frame", skipped: 0, dropped: 0, format: "I420", width: 64, height: 48, planes: [{ offset: 0, stride: 64 }, { offset: 3072, stride: 32 }, { offset: 3840, stride: 32 }], timestampUs: 1, pixels: new ArrayBuffer(3840) });
    expect(camera.status().state).toBe("faulted");
  });

  it("loses a picture of another size than was asked for, says so once, and goes on", async () => {
    start();
    await camera.connect();
    await camera.startAcquisition(pool);
    const small = { kind: "frame", skipped: 0, dropped: 0, format: "luma", width: 8, height: 8, planes: [{ offset: 0, stride: 8 }], timestampUs: 1, pixels: new ArrayBuffer(64) };
    capture.babble(small);
    capture.babble({ ...small, pixels: new ArrayBuffer(64) });
    expect(lost).toEqual(["1 incomplete", "1 incomplete"]);
    expect(reports).toEqual([expect.stringContaining("8 x 8 px")]);
    await clock.advance(100);
    expect(headers.length).toBeGreaterThan(0);
    // When it sends nothing else it is faulted, and opened again by whoever wants it.
    for (let n = 0; n < 10; n++) capture.babble({ ...small, pixels: new ArrayBuffer(64) });
    expect(camera.status()).toMatchObject({ state: "faulted", reason: expect.stringContaining("keeps sending") as string });
    expect(ends).toEqual(["faulted"]);
  });

  it.each([["busy", "PortUnavailable", "another program"], ["denied", "PortUnavailable", "privacy"], ["gone", "DeviceDisconnected", "plug it in"], ["unsupported", "DeviceFaulted", "made up"]] as const)("names what keeps it from opening: %s", async (problem, tag, words) => {
    start();
    capture.faults.refuseOpen = problem;
    await expect(camera.connect()).rejects.toMatchObject({ name: tag, message: expect.stringContaining(words) as string });
    expect(capture.openPages()).toBe(0);
    await camera.connect();
    expect(camera.status().state).toBe("ready");
  });

  it("gives up on a page that does not answer, and opens another", async () => {
    start();
    capture.faults.deafMs = 60_000;
    const opening = camera.connect().catch((error: unknown) => error);
    await clock.advance(10_000);
    expect(await opening).toMatchObject({ name: "DeviceTimeout" });
    expect(capture.openPages()).toBe(0);
    capture.faults.deafMs = 0;
    await camera.connect();
  });

  it("is found by its name or a part of it; equal ones are told apart", async () => {
    capture.webcams.push(labWebcam("Lab Webcam (1d6b:0102)", "a2"), labWebcam("Microscope Eyepiece", "c3"));
    const found = await discoverWebcams(capture, clock);
    expect(found.map(({ name }) => name)).toEqual(["Lab Webcam (1d6b:0102)", "Lab Webcam (1d6b:0102) #2", "Microscope Eyepiece"]);
    expect(found[1]?.identity).toEqual({ id: "webcam:Lab Webcam (1d6b:0102) #2", kind: "camera", vendor: "1d6b:0102", model: "Lab Webcam #2", serial: "" });
    start({ name: "eyepiece" });
    await camera.connect();
    await camera.dispose();
    start({ name: "nobody" });
    await expect(camera.connect()).rejects.toMatchObject({ name: "DeviceDisconnected" });
  });

  it("converts in its thread to the same picture, in pooled memory", async () => {
    start({ converter: convertInThread });
    await camera.connect();
    await camera.startAcquisition(pool);
    await clock.advance(100);
    await expect.poll(() => pictures.length).toBeGreaterThan(1);
    expect(pictures[0]).toEqual([0, 0, 0, 9, 9, 9]);
    await camera.stopAcquisition();
    pool.assertAllFree();
  });
});
