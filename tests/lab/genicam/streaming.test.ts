import { describe, expect, it } from "vitest";
import { unpack } from "../../../src/core/kernels/reference/unpack.ts";
import { CAMERA_PIXEL_FORMATS } from "./camera-xml.ts";
import { type GenicamRig, lostIn, NOTHING_LEFT, ramp, type RigOptions, running, type Seen } from "./rig.ts";
import { CHUNK_EXPOSURE, REG } from "./sensor-map.ts";
import { valueOf } from "./settled.ts";
import { CAMERA_TRANSPORTS, type CameraTransport } from "./transports.ts";

/** A camera set to a region of this size. */
async function sized(open: CameraTransport["open"], width: number, height: number, options: RigOptions = {}): Promise<GenicamRig> {
  const rig = await open(options);
  rig.memory.setU32(REG.width, width);
  rig.memory.setU32(REG.height, height);
  return rig;
}

/** Everything put away: buffers, devices and sockets, timers. */
async function put({ end, remains }: GenicamRig, seen: Seen): Promise<void> {
  await end();
  seen.pool.assertAllFree();
  expect(remains()).toEqual(NOTHING_LEFT);
}

describe.each(CAMERA_TRANSPORTS)("streaming from a $name camera", ({ open, streams, isLittleEndian, losses, disorder, resting, missedWithinMs, missedReason }) => {
  it.each(streams)("brings every byte to its place, whatever the size of picture and transfer ($name)", async (stream) => {
    for (const [width, height] of [[64, 48], [16, 16], [1000, 130], [1024, 1024], [1920, 1200]] as const) {
      const rig = await sized(stream.open, width, height);
      const seen = await running(rig);
      await rig.clock.advance(175);
      expect(seen.frames.length).toBe(3);
      for (const [index, frame] of seen.frames.entries()) expect(Buffer.compare(frame.bytes, ramp(width * height, index))).toBe(0);
      expect(seen.losses).toEqual([]);
      await put(rig, seen);
    }
  });

  it.each([
    ["Mono10p", "mono10p", "Mono12"],
    ["Mono12p", "mono12p", "Mono12"],
    ["BayerRG10p", "mono10p", "BayerRG12"],
    ["BayerRG12p", "mono12p", "BayerRG12"],
  ] as const)("unpacks %s as the kernels do, in whatever order its pieces come", async (name, packing, delivered) => {
    for (const faults of disorder === undefined ? [[]] : [[], [disorder]]) {
      const rig = await sized(open, 1000, 302);
      rig.memory.setU32(REG.pixelFormat, CAMERA_PIXEL_FORMATS[name] ?? 0);
      rig.faults.blocks.push(...faults);
      const seen = await running(rig);
      expect(rig.camera.settings().pixelFormat).toBe(delivered);
      await rig.clock.advance(75);
      const packed = ramp((1000 * 302 * (packing === "mono10p" ? 10 : 12)) / 8, 0);
      const expected = unpack(packed, 1000, 302, packing).data.map((value) => (packing === "mono10p" ? value << 2 : value));
      expect(seen.frames[0]?.format).toBe(delivered);
      expect(Buffer.compare(seen.frames[0]?.bytes ?? new Uint8Array(0), new Uint8Array(expected.buffer))).toBe(0);
      await put(rig, seen);
    }
  });

  it("turns BGR8 and YUV422 into RGB8", async () => {
    const bgr = await open({ source: () => new Uint8Array(64 * 48 * 3).map((_, i) => [10, 20, 30][i % 3] ?? 0) });
    bgr.memory.setU32(REG.pixelFormat, CAMERA_PIXEL_FORMATS["BGR8"] ?? 0);
    const seenBgr = await running(bgr);
    await bgr.clock.advance(75);
    expect([...(seenBgr.frames[0]?.bytes.subarray(0, 4) ?? [])]).toEqual([30, 20, 10, 30]);
    await put(bgr, seenBgr);
    // White, then mid grey with red: Y U Y V.
    const yuv = await open({ source: () => new Uint8Array(64 * 48 * 2).map((_, i) => [255, 128, 100, 228][i % 4] ?? 0) });
    yuv.memory.setU32(REG.pixelFormat, CAMERA_PIXEL_FORMATS["YUV422_8"] ?? 0);
    const seenYuv = await running(yuv);
    await yuv.clock.advance(75);
    expect([...(seenYuv.frames[0]?.bytes.subarray(3, 6) ?? [])]).toEqual([240, 29, 100]);
    await put(yuv, seenYuv);
  });

  it("leaves out the padding of lines", async () => {
    const rig = await open({ linePadding: 5 });
    const seen = await running(rig);
    await rig.clock.advance(75);
    expect(Buffer.compare(seen.frames[0]?.bytes ?? new Uint8Array(0), ramp(64 * 48, 0))).toBe(0);
    await put(rig, seen);
  });

  it.each([false, true])("reads chunks behind the picture (footers with the high byte first: %s)", async (bigEndianChunks) => {
    const rig = await open({ bigEndianChunks });
    rig.memory.setU32(REG.chunkMode, 1);
    const exposures: number[] = [];
    rig.camera.onDidReadChunks(({ chunks }) => {
      const bytes = chunks.get(BigInt(CHUNK_EXPOSURE)) ?? new Uint8Array(8);
      exposures.push(new DataView(bytes.buffer).getFloat64(0, isLittleEndian));
      rig.camera.nodeMap()?.attachChunks(chunks);
    });
    const seen = await running(rig);
    await rig.clock.advance(125);
    expect(exposures).toEqual([10_000, 10_000]);
    expect(Buffer.compare(seen.frames[1]?.bytes ?? new Uint8Array(0), ramp(64 * 48, 1))).toBe(0);
    const map = rig.camera.nodeMap();
    expect(await valueOf(rig.clock, map?.readFloat("ChunkExposureTime") ?? Promise.reject(new Error("no map")))).toBe(10_000);
    await put(rig, seen);
  });

  it.each(losses)("loses one frame to %s and no other, and counts it as %s", async (fault, reason) => {
    for (const [width, height] of [[64, 48], [1000, 300]] as const) {
      const rig = await sized(open, width, height);
      const seen = await running(rig);
      await rig.clock.advance(75);
      rig.faults.blocks.push(fault);
      await rig.clock.advance(400);
      expect(seen.frames.map(({ sequence }) => sequence)).toEqual([0, 2, 3, 4, 5, 6, 7, 8]);
      expect(seen.losses).toEqual([{ count: 1, reason }]);
      for (const frame of seen.frames) expect(Buffer.compare(frame.bytes, ramp(width * height, frame.sequence))).toBe(0);
      await valueOf(rig.clock, rig.camera.stopAcquisition());
      await put(rig, seen);
    }
  });

  it("accounts for every frame of a thousand with faults in between", async () => {
    const kinds = losses.map(([fault]) => fault).filter((fault) => fault !== "stall");
    const rig = await open();
    const seen = await running(rig);
    // What is lost before the first picture of a run nobody can know of: the first number may be any.
    await rig.clock.advance(60);
    for (let i = 0; i < 100; i++) {
      rig.faults.blocks.push(kinds[(i * 7) % kinds.length] ?? "skip", kinds[(i * 5) % kinds.length] ?? "skip");
      await rig.clock.advance(500);
    }
    // A loss at the very end shows with the next picture only.
    await rig.clock.advance(100);
    expect(rig.exposedCount()).toBeGreaterThanOrEqual(1000);
    expect(seen.frames.length + lostIn(seen)).toBe(rig.exposedCount());
    expect(lostIn(seen)).toBe(200);
    await put(rig, seen);
  });

  it("starts and stops a hundred times and leaves nothing behind", async () => {
    const rig = await open();
    await valueOf(rig.clock, rig.camera.connect());
    expect(rig.remains()).toEqual(resting);
    const seen = await running(rig);
    for (let i = 0; i < 100; i++) {
      await rig.clock.advance(60 + (i % 7) * 10);
      await valueOf(rig.clock, rig.camera.stopAcquisition());
      // As it was when it was only connected: what the pictures came by is gone.
      expect(rig.remains()).toEqual(resting);
      seen.pool.assertAllFree();
      await valueOf(rig.clock, rig.camera.startAcquisition(seen.pool));
    }
    await rig.clock.advance(60);
    const numbers = seen.frames.map(({ sequence }) => sequence);
    expect(seen.frames.length).toBeGreaterThan(100);
    expect(numbers).toEqual(numbers.map((_, index) => index));
    expect(lostIn(seen)).toBe(0);
    await put(rig, seen);
  });

  it("is unplugged while streaming, comes back by itself within 2 s, and has its settings again", async () => {
    const rig = await open();
    const { camera, clock } = rig;
    await valueOf(clock, camera.connect());
    await valueOf(clock, camera.applySettings({ exposureMs: 3, gainDb: 6, frameRate: 50, pixelFormat: "Mono12", roi: { offsetX: 8, offsetY: 4, width: 128, height: 32 } }));
    const before = camera.settings();
    const seen = await running(rig);
    await clock.advance(100);
    const unpluggedMs = clock.nowMs();
    rig.unplug();
    for (await clock.advance(0); camera.status().state !== "absent" && clock.nowMs() - unpluggedMs < 10_000; ) await clock.advance(10);
    expect(clock.nowMs() - unpluggedMs).toBeLessThanOrEqual(missedWithinMs);
    expect(camera.status()).toMatchObject({ state: "absent", reason: missedReason });
    expect(seen.ends).toEqual(["disconnected"]);
    seen.pool.assertAllFree();
    const memory = rig.plugAnother();
    const pluggedMs = clock.nowMs();
    while (camera.status().state !== "ready" && clock.nowMs() - pluggedMs < 10_000) await clock.advance(10);
    expect(clock.nowMs() - pluggedMs).toBeLessThanOrEqual(2000);
    expect(camera.settings()).toEqual(before);
    expect(memory.f64(REG.exposure)).toBe(3000);
    await valueOf(clock, camera.startAcquisition(seen.pool));
    const count = seen.frames.length;
    await clock.advance(100);
    expect(seen.frames.length).toBeGreaterThan(count);
    const numbers = seen.frames.map(({ sequence }) => sequence);
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
    await put(rig, seen);
  });
});
