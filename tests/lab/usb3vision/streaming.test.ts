import { describe, expect, it } from "vitest";
import { unpack } from "../../../src/core/kernels/reference/unpack.ts";
import { createFramePool } from "../../../src/engine/acquisition/frame-pool.ts";
import { bytesPerFrame } from "../../../src/engine/acquisition/run-pool.ts";
import type { CameraLoss, CapturedFrame } from "../../../src/engine/devices/api/camera.ts";
import { CAMERA_PIXEL_FORMATS } from "../genicam/camera-xml.ts";
import { CHUNK_EXPOSURE, REG } from "../genicam/sensor-map.ts";
import { createCameraModel } from "./camera-model.ts";
import type { BlockFault } from "./faults.ts";
import { rampSource } from "../genicam/frame-source.ts";
import { valueOf } from "../genicam/settled.ts";
import { type LabCamera, labCamera } from "./lab-camera.ts";

interface Seen {
  readonly pool: ReturnType<typeof createFramePool>;
  readonly frames: { readonly sequence: number; readonly bytes: Uint8Array; readonly format: string; readonly width: number; readonly height: number }[];
  readonly losses: CameraLoss[];
  readonly reports: string[];
  readonly ends: string[];
}

/** Connects, runs and writes down what comes. */
async function running(lab: LabCamera): Promise<Seen> {
  const { camera, clock } = lab;
  await valueOf(clock, camera.connect());
  const pool = createFramePool({ slotBytes: Math.max(64, bytesPerFrame(camera.settings())), slotCount: 4 });
  const seen: Seen = { pool, frames: [], losses: [], reports: [], ends: [] };
  camera.onDidCapture(({ header, buffer }: CapturedFrame) => {
    seen.frames.push({ sequence: header.deviceSequence, bytes: buffer.bytes.slice(), format: header.pixelFormat, width: header.width, height: header.height });
    buffer.release();
  });
  camera.onDidLose((loss) => seen.losses.push(loss));
  camera.onDidReport(({ message }) => seen.reports.push(message));
  camera.onDidEnd(({ reason }) => seen.ends.push(reason));
  await valueOf(clock, camera.startAcquisition(pool));
  return seen;
}

const lost = (seen: Seen): number => seen.losses.reduce((sum, { count }) => sum + count, 0);
const ramp = (length: number, index: number): Uint8Array => new Uint8Array(length).map((_, i) => i + index);

describe("streaming from the virtual camera", () => {
  it("brings every byte to its place, whatever the size of picture and transfer", async () => {
    for (const [width, height] of [[64, 48], [16, 16], [1000, 130], [1024, 1024], [1920, 1200]] as const) {
      const lab = await labCamera();
      lab.model.memory.setU32(REG.width, width);
      lab.model.memory.setU32(REG.height, height);
      const seen = await running(lab);
      await lab.clock.advance(175);
      expect(seen.frames.length).toBe(3);
      for (const [index, frame] of seen.frames.entries()) expect(Buffer.compare(frame.bytes, ramp(width * height, index))).toBe(0);
      expect(seen.losses).toEqual([]);
      await lab.camera.dispose();
      seen.pool.assertAllFree();
    }
  });

  it.each([
    ["Mono10p", "mono10p", "Mono12"],
    ["Mono12p", "mono12p", "Mono12"],
    ["BayerRG10p", "mono10p", "BayerRG12"],
    ["BayerRG12p", "mono12p", "BayerRG12"],
  ] as const)("unpacks %s as the kernels do", async (name, packing, delivered) => {
    const lab = await labCamera();
    lab.model.memory.setU32(REG.pixelFormat, CAMERA_PIXEL_FORMATS[name] ?? 0);
    lab.model.memory.setU32(REG.width, 1000);
    lab.model.memory.setU32(REG.height, 302);
    const seen = await running(lab);
    expect(lab.camera.settings().pixelFormat).toBe(delivered);
    await lab.clock.advance(75);
    const [frame] = seen.frames;
    const packed = ramp(packing === "mono10p" ? (1000 * 302 * 10) / 8 : (1000 * 302 * 12) / 8, 0);
    const expected = unpack(packed, 1000, 302, packing).data.map((value) => (packing === "mono10p" ? value << 2 : value));
    expect(frame?.format).toBe(delivered);
    expect(Buffer.compare(frame?.bytes ?? new Uint8Array(0), new Uint8Array(expected.buffer))).toBe(0);
    await lab.camera.dispose();
  });

  it("turns BGR8 and YUV422 into RGB8", async () => {
    const bgr = await labCamera({ source: () => new Uint8Array(64 * 48 * 3).map((_, i) => [10, 20, 30][i % 3] ?? 0) });
    bgr.model.memory.setU32(REG.pixelFormat, CAMERA_PIXEL_FORMATS["BGR8"] ?? 0);
    const seenBgr = await running(bgr);
    await bgr.clock.advance(75);
    expect([...(seenBgr.frames[0]?.bytes.subarray(0, 4) ?? [])]).toEqual([30, 20, 10, 30]);
    await bgr.camera.dispose();
    // White, then mid grey with red: Y U Y V.
    const yuv = await labCamera({ source: () => new Uint8Array(64 * 48 * 2).map((_, i) => [255, 128, 100, 228][i % 4] ?? 0) });
    yuv.model.memory.setU32(REG.pixelFormat, CAMERA_PIXEL_FORMATS["YUV422_8"] ?? 0);
    const seenYuv = await running(yuv);
    await yuv.clock.advance(75);
    expect([...(seenYuv.frames[0]?.bytes.subarray(3, 6) ?? [])]).toEqual([240, 29, 100]);
    await yuv.camera.dispose();
  });

  it("leaves out the padding of lines", async () => {
    const lab = await labCamera({ linePadding: 5 });
    const seen = await running(lab);
    await lab.clock.advance(75);
    expect(Buffer.compare(seen.frames[0]?.bytes ?? new Uint8Array(0), ramp(64 * 48, 0))).toBe(0);
    await lab.camera.dispose();
  });

  it.each([false, true])("reads chunks behind the picture (high byte first: %s)", async (bigEndianChunks) => {
    const lab = await labCamera({ bigEndianChunks });
    lab.model.memory.setU32(REG.chunkMode, 1);
    const exposures: number[] = [];
    lab.camera.onDidReadChunks(({ chunks }) => {
      const bytes = chunks.get(BigInt(CHUNK_EXPOSURE)) ?? new Uint8Array(8);
      exposures.push(new DataView(bytes.buffer).getFloat64(0, true));
      lab.camera.nodeMap()?.attachChunks(chunks);
    });
    const seen = await running(lab);
    await lab.clock.advance(125);
    expect(exposures).toEqual([10_000, 10_000]);
    expect(Buffer.compare(seen.frames[1]?.bytes ?? new Uint8Array(0), ramp(64 * 48, 1))).toBe(0);
    const map = lab.camera.nodeMap();
    expect(await valueOf(lab.clock, map?.readFloat("ChunkExposureTime") ?? Promise.reject(new Error("no map")))).toBe(10_000);
    await lab.camera.dispose();
  });

  it.each<[BlockFault, CameraLoss["reason"]]>([
    ["skip", "camera-gap"], ["leaderMagic", "camera-gap"], ["noLeader", "incomplete"], ["trailerMagic", "incomplete"], ["noTrailer", "incomplete"],
    ["short", "incomplete"], ["oversized", "incomplete"], ["discarded", "incomplete"], ["hugePicture", "incomplete"], ["unknownFormat", "incomplete"], ["noImage", "incomplete"],
    ["stall", "camera-gap"],
  ])("loses one frame to %s and no other, and counts it", async (fault) => {
    for (const [width, height] of [[64, 48], [1000, 300]] as const) {
      const lab = await labCamera();
      lab.model.memory.setU32(REG.width, width);
      lab.model.memory.setU32(REG.height, height);
      const seen = await running(lab);
      await lab.clock.advance(75);
      lab.model.faults.blocks.push(fault);
      await lab.clock.advance(200);
      expect(seen.frames.map(({ sequence }) => sequence)).toEqual([0, 2, 3, 4]);
      expect(lost(seen)).toBe(1);
      for (const frame of seen.frames) expect(Buffer.compare(frame.bytes, ramp(width * height, frame.sequence))).toBe(0);
      await valueOf(lab.clock, lab.camera.stopAcquisition());
      seen.pool.assertAllFree();
      await lab.camera.dispose();
      expect(lab.usb.openCount() + lab.usb.waitingCount() + lab.clock.pendingCount()).toBe(0);
    }
  });

  it("accounts for every frame of a thousand with faults in between", async () => {
    const lab = await labCamera();
    const kinds: readonly BlockFault[] = ["skip", "leaderMagic", "noLeader", "trailerMagic", "noTrailer", "short", "oversized", "discarded", "unknownFormat"];
    const seen = await running(lab);
    // What is lost before the first picture of a run nobody can know of: the first number may be any.
    await lab.clock.advance(60);
    for (let i = 0; i < 100; i++) {
      lab.model.faults.blocks.push(kinds[(i * 7) % kinds.length] ?? "skip", kinds[(i * 5) % kinds.length] ?? "skip");
      await lab.clock.advance(500);
    }
    // A loss at the very end shows with the next picture only.
    await lab.clock.advance(100);
    expect(lab.model.stream.exposedCount()).toBeGreaterThanOrEqual(1000);
    expect(seen.frames.length + lost(seen)).toBe(lab.model.stream.exposedCount());
    expect(lost(seen)).toBe(200);
    await lab.camera.dispose();
    seen.pool.assertAllFree();
  });

  it("starts and stops a hundred times and leaves nothing behind", async () => {
    const lab = await labCamera();
    const seen = await running(lab);
    for (let i = 0; i < 100; i++) {
      await lab.clock.advance(60 + (i % 7) * 10);
      await valueOf(lab.clock, lab.camera.stopAcquisition());
      expect(lab.usb.waitingCount()).toBe(0);
      expect(lab.clock.pendingCount()).toBe(0);
      seen.pool.assertAllFree();
      await valueOf(lab.clock, lab.camera.startAcquisition(seen.pool));
    }
    await lab.clock.advance(60);
    const numbers = seen.frames.map(({ sequence }) => sequence);
    expect(seen.frames.length).toBeGreaterThan(100);
    expect(numbers).toEqual(numbers.map((_, index) => index));
    expect(lost(seen)).toBe(0);
    await lab.camera.dispose();
    seen.pool.assertAllFree();
    expect(lab.usb.openCount()).toBe(0);
  });

  it("is unplugged in the middle of a picture, comes back by itself, and has its settings again", async () => {
    const lab = await labCamera();
    const { camera, clock, usb, model } = lab;
    await valueOf(clock, camera.connect());
    await valueOf(clock, camera.applySettings({ exposureMs: 3, gainDb: 6, frameRate: 50, pixelFormat: "Mono12", roi: { offsetX: 8, offsetY: 4, width: 128, height: 32 } }));
    const before = camera.settings();
    const seen = await running(lab);
    await clock.advance(100);
    usb.unplug(model);
    await clock.advance(0);
    expect(camera.status()).toMatchObject({ state: "absent", reason: "the cable came out" });
    expect(seen.ends).toEqual(["disconnected"]);
    seen.pool.assertAllFree();
    // Another device of the same kind, fresh from the factory, with the same serial number.
    const again = createCameraModel({ clock, source: rampSource });
    usb.plug(again);
    for (let i = 0; i < 200; i++) await clock.advance(10);
    expect(camera.status().state).toBe("ready");
    expect(camera.settings()).toEqual(before);
    expect(again.memory.f64(REG.exposure)).toBe(3000);
    await valueOf(clock, camera.startAcquisition(seen.pool));
    const count = seen.frames.length;
    await clock.advance(100);
    expect(seen.frames.length).toBeGreaterThan(count);
    const numbers = seen.frames.map(({ sequence }) => sequence);
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
    await camera.dispose();
    expect(usb.openCount()).toBe(0);
  });

  it("becomes faulted when the pipe breaks again and again, and can be connected anew", async () => {
    const lab = await labCamera();
    const seen = await running(lab);
    for (let i = 0; i < 20; i++) lab.model.faults.blocks.push("stall");
    await lab.clock.advance(2000);
    expect(lab.camera.status().state).toBe("faulted");
    expect(seen.ends).toEqual(["faulted"]);
    lab.model.faults.blocks.length = 0;
    await valueOf(lab.clock, lab.camera.connect());
    expect(lab.camera.status().state).toBe("ready");
    await lab.camera.dispose();
    seen.pool.assertAllFree();
  });
});
