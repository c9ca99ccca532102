import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createManualClock, type ManualClock } from "../../../core/testing/manual-clock.ts";
import type { CapturedHeader } from "../../../shared/domain/frame.ts";
import { createFramePool } from "../../acquisition/frame-pool.ts";
import { decodePicture } from "../../images/decode-pictures.ts";
import { toRawColour } from "./mosaic.ts";
import { createReplayCamera, type ReplayCamera, type ReplayCameraOptions } from "./replay-camera.ts";

const fixture = (name: string): string => fileURLToPath(new URL(`../../images/fixtures/${name}`, import.meta.url));

let folder: string;
let clock: ManualClock;
let camera: ReplayCamera;
let pool: ReturnType<typeof createFramePool>;
let frames: { header: CapturedHeader; bytes: Uint8Array }[];
let reports: string[];
let lost: number;
let ends: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ocular-replay-"));
  clock = createManualClock();
  frames = [];
  reports = [];
  lost = 0;
  ends = [];
});

afterEach(async () => {
  await camera.dispose();
  pool?.assertAllFree();
  expect(clock.pendingCount()).toBe(0);
  rmSync(folder, { recursive: true, force: true });
});

function put(from: string, as: string): void {
  copyFileSync(fixture(from), join(folder, as));
}

async function begin(options: Partial<ReplayCameraOptions> = {}): Promise<void> {
  camera = createReplayCamera({ inputs: [folder], clock, frameRate: 10, decoding: "inline", ...options });
  camera.onDidCapture(({ header, buffer }) => {
    frames.push({ header, bytes: Uint8Array.from(buffer.bytes) });
    buffer.release();
  });
  camera.onDidReport(({ message }) => reports.push(message));
  camera.onDidLose(({ count }) => {
    lost += count;
  });
  camera.onDidEnd(({ reason }) => ends.push(reason));
  await camera.connect();
  pool = createFramePool({ slotBytes: camera.maxFrameBytes(), slotCount: 3 });
  await camera.startAcquisition(pool);
}

async function play(periods: number): Promise<void> {
  for (let period = 0; period < periods; period++) {
    await camera.settled();
    await clock.advance(100);
  }
}

describe.each(["stream", "memory"] as const)("the replay camera from a %s", (preload) => {
  it("plays the pictures of a folder in order, pixel for pixel, and loops", async () => {
    put("rgb8.png", "f1.png");
    put("grey16.png", "f2.png");
    put("baseline.jpg", "f10.jpg");
    await begin({ preload });
    await play(5);
    expect(frames.map(({ header }) => header.sourceName)).toEqual(["f1.png", "f2.png", "f10.jpg", "f1.png", "f2.png"]);
    expect(frames.map(({ header }) => header.deviceSequence)).toEqual([0, 1, 2, 3, 4]);
    expect(frames.map(({ header }) => header.pixelFormat)).toEqual(["RGB8", "Mono16", "RGB8", "RGB8", "Mono16"]);
    const expected = await decodePicture(fixture("rgb8.png"));
    expect(frames[3]?.bytes).toEqual(Uint8Array.from(expected.pixels));
    expect(frames.every(({ header }) => header.settled === true && header.pixelSizeUm === undefined)).toBe(true);
    expect(camera.limits().pixelFormats).toEqual(["RGB8", "Mono16"]);
    expect(camera.settings().roi).toEqual({ offsetX: 0, offsetY: 0, width: 37, height: 23 });
  });

  it("ends after the last picture when told not to loop, and plays again from the first", async () => {
    put("stack.tif", "stack.tif");
    await begin({ preload, loop: false });
    await play(6);
    expect(frames.map(({ header }) => header.sourceName)).toEqual(["stack.tif", "stack.tif, page 2", "stack.tif, page 3"]);
    expect(ends).toEqual(["finished"]);
    expect(camera.isAcquiring()).toBe(false);
    await camera.startAcquisition(pool);
    await play(1);
    expect(frames.at(-1)?.header).toMatchObject({ sourceName: "stack.tif", deviceSequence: 3 });
  });

  it("names a broken file once, counts it each time, and plays the rest", async () => {
    put("rgb8.png", "a.png");
    writeFileSync(join(folder, "b.png"), "");
    writeFileSync(join(folder, "c.tif"), "no picture");
    put("grey8.png", "d.png");
    await begin({ preload });
    await play(8);
    expect(frames.map(({ header }) => [header.sourceName, header.deviceSequence])).toEqual([["a.png", 0], ["d.png", 3], ["a.png", 4], ["d.png", 7]]);
    expect(lost).toBe(4);
    expect(reports).toHaveLength(2);
    expect(reports[0]).toMatch(/b\.png cannot be read as a picture \(it is empty\)/u);
    expect(reports[1]).toMatch(/c\.tif .*no PNG, JPEG or TIFF/u);
  });

  it("carries scale and place from file and sidecar, and its own scale where there is none", async () => {
    put("ome.ome.tif", "a.tif");
    put("grey8.png", "b.png");
    writeFileSync(join(folder, "positions.csv"), "file,x_um,y_um\nb.png,70,80\n");
    writeFileSync(join(folder, "b.png.json"), JSON.stringify({ format: "ocular-picture", version: 1, stage_um_from_px: [0, 0.5, 0.5, 0] }));
    await begin({ preload, pixelSizeUm: 0.5 });
    await play(3);
    const places = frames.map(({ header }) => [header.pixelSizeUm, header.stagePositionUm, header.focusPositionUm]);
    expect(places).toEqual([[0.25, { x: 1500.5, y: 2500 }, 12], [0.25, { x: -20, y: 3500 }, 13], [0.5, { x: 70, y: 80 }, undefined]]);
    expect(frames.map(({ header }) => header.stageUmFromPx)).toEqual([undefined, undefined, [0, 0.5, 0.5, 0]]);
  });

  it("plays no picture whose pixels are not square, and says why", async () => {
    const squares = readFileSync(fixture("ome.ome.tif"), "latin1");
    writeFileSync(join(folder, "a.tif"), squares.replace('PhysicalSizeY="250.0"', 'PhysicalSizeY="500.0"'), "latin1");
    put("grey8.png", "b.png");
    await begin({ preload, pixelSizeUm: 0.5 });
    await play(4);
    expect(frames.map(({ header }) => header.sourceName)).toEqual(["b.png", "b.png"]);
    expect(reports).toEqual([expect.stringMatching(/a\.tif has pixels of 0\.25 x 0\.5 um, and only square ones can be measured/u)]);
  });

  it("keeps its frame rate and takes another while it plays", async () => {
    put("grey8.png", "a.png");
    await begin({ preload });
    await play(10);
    expect(frames).toHaveLength(10);
    await camera.applySettings({ frameRate: 20 });
    frames.length = 0;
    await play(10);
    expect(frames.length).toBeGreaterThanOrEqual(18);
    await expect(camera.applySettings({ gainDb: 3 })).rejects.toThrow(expect.objectContaining({ name: "OutOfRange" }));
  });
});

describe("the replay camera", () => {
  it("goes on where it was stopped", async () => {
    for (const name of ["a.png", "b.png", "c.png"]) put("grey8.png", name);
    await begin();
    await play(2);
    await camera.stopAcquisition();
    await camera.startAcquisition(pool);
    await play(2);
    expect(frames.map(({ header }) => header.sourceName)).toEqual(["a.png", "b.png", "c.png", "a.png"]);
  });

  it("says at once when there is nothing to play", async () => {
    camera = createReplayCamera({ inputs: [folder], clock, decoding: "inline" });
    await expect(camera.connect()).rejects.toThrow(expect.objectContaining({ name: "NoImages" }));
    writeFileSync(join(folder, "a.png"), "");
    await expect(camera.connect()).rejects.toThrow(/a\.png cannot be read/u);
    expect(camera.status()).toMatchObject({ state: "absent" });
    pool = createFramePool({ slotBytes: 1, slotCount: 1 });
    await camera.dispose();
    camera = createReplayCamera({ inputs: [join(folder, "gone")], clock, decoding: "inline" });
    await expect(camera.connect()).rejects.toThrow(expect.objectContaining({ name: "FileMissing" }));
  });

  it("refuses to take more memory than it may", async () => {
    put("rgb8.png", "a.png");
    camera = createReplayCamera({ inputs: [folder], clock, decoding: "inline", preload: "memory", maxMemoryBytes: 1000 });
    await expect(camera.connect()).rejects.toThrow(/more than 1000 bytes/u);
  });

  it("imitates a raw colour camera", async () => {
    put("rgb8.png", "a.png");
    await begin({ rawColour: true });
    await play(1);
    const rgb = await decodePicture(fixture("rgb8.png"));
    const raw = frames[0]?.bytes ?? new Uint8Array();
    expect(frames[0]?.header.pixelFormat).toBe("BayerRG8");
    const at = (x: number, y: number, channel: number): number | undefined => rgb.pixels[(y * rgb.width + x) * 3 + channel];
    expect([raw[0], raw[1], raw[rgb.width], raw[rgb.width + 1]]).toEqual([at(0, 0, 0), at(1, 0, 1), at(0, 1, 1), at(1, 1, 2)]);
    const grey = await decodePicture(fixture("grey16.png"));
    expect(toRawColour(grey)).toBe(grey);
  });
});
