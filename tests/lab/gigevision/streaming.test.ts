import { describe, expect, it } from "vitest";
import { unpack } from "../../../src/core/kernels/reference/unpack.ts";
import { createFramePool } from "../../../src/engine/acquisition/frame-pool.ts";
import { bytesPerFrame } from "../../../src/engine/acquisition/run-pool.ts";
import type { CameraLoss, CapturedFrame } from "../../../src/engine/devices/api/camera.ts";
import { CAMERA_PIXEL_FORMATS } from "../genicam/camera-xml.ts";
import { rampSource } from "../genicam/frame-source.ts";
import { CHUNK_EXPOSURE, REG } from "../genicam/sensor-map.ts";
import { valueOf } from "../genicam/settled.ts";
import { createGigeModel } from "./camera-model.ts";
import type { BlockFault } from "./faults.ts";
import { type GigeLabCamera, gigeLabCamera } from "./lab-camera.ts";

interface Seen {
  readonly pool: ReturnType<typeof createFramePool>;
  readonly frames: { readonly sequence: number; readonly bytes: Uint8Array; readonly format: string }[];
  readonly losses: CameraLoss[];
  readonly ends: string[];
}

/** Connects, runs and writes down what comes. */
async function running(lab: GigeLabCamera): Promise<Seen> {
  const { camera, clock } = lab;
  await valueOf(clock, camera.connect());
  const pool = createFramePool({ slotBytes: Math.max(64, bytesPerFrame(camera.settings())), slotCount: 5 });
  const seen: Seen = { pool, frames: [], losses: [], ends: [] };
  camera.onDidCapture(({ header, buffer }: CapturedFrame) => {
    seen.frames.push({ sequence: header.deviceSequence, bytes: buffer.bytes.slice(), format: header.pixelFormat });
    buffer.release();
  });
  camera.onDidLose((loss) => seen.losses.push(loss));
  camera.onDidEnd(({ reason }) => seen.ends.push(reason));
  await valueOf(clock, camera.startAcquisition(pool));
  return seen;
}

const lost = (seen: Seen): number => seen.losses.reduce((sum, { count }) => sum + count, 0);
const ramp = (length: number, index: number): Uint8Array => new Uint8Array(length).map((_, i) => i + index);

/** Everything put away: buffers, sockets, timers. */
async function end(lab: GigeLabCamera, seen: Seen): Promise<void> {
  await lab.camera.dispose();
  lab.model.powerOff();
  seen.pool.assertAllFree();
  await lab.clock.advance(0);
  expect(lab.net.openCount()).toBe(0);
  expect(lab.clock.pendingCount()).toBe(0);
}

describe("streaming from the virtual camera over datagrams", () => {
  it.each([{ isExtended: false, mostPacketBytes: 1500 }, { isExtended: true, mostPacketBytes: 9000 }, { isExtended: false, mostPacketBytes: 0 }])(
    "brings every byte to its place, whatever the size of picture and packet: %j",
    async (options) => {
      for (const [width, height] of [[64, 48], [16, 16], [1000, 130], [1920, 1200]] as const) {
        const lab = await gigeLabCamera(options);
        lab.model.memory.setU32(REG.width, width);
        lab.model.memory.setU32(REG.height, height);
        const seen = await running(lab);
        await lab.clock.advance(175);
        expect(seen.frames.length).toBe(3);
        for (const [index, frame] of seen.frames.entries()) expect(Buffer.compare(frame.bytes, ramp(width * height, index))).toBe(0);
        expect(seen.losses).toEqual([]);
        await end(lab, seen);
      }
    },
  );

  it.each([[1500, 1500], [4000, 4000], [9000, 9000], [0, 1500]])("agrees on packets for a network that lets %d bytes pass", async (mostPacketBytes, agreed) => {
    const lab = await gigeLabCamera({ mostPacketBytes });
    const seen = await running(lab);
    expect(lab.model.memory.u32(0xd04) & 0xffff).toBe(agreed);
    await end(lab, seen);
  });

  it.each([["Mono10p", "mono10p", "Mono12"], ["BayerRG12p", "mono12p", "BayerRG12"]] as const)("unpacks %s as the kernels do, also when packets overtake each other", async (name, packing, delivered) => {
    const lab = await gigeLabCamera();
    lab.model.memory.setU32(REG.pixelFormat, CAMERA_PIXEL_FORMATS[name] ?? 0);
    lab.model.memory.setU32(REG.width, 1000);
    lab.model.memory.setU32(REG.height, 302);
    lab.model.faults.blocks.push("reordered");
    const seen = await running(lab);
    await lab.clock.advance(75);
    const packed = ramp((1000 * 302 * (packing === "mono10p" ? 10 : 12)) / 8, 0);
    const expected = unpack(packed, 1000, 302, packing).data.map((value) => (packing === "mono10p" ? value << 2 : value));
    expect(seen.frames[0]?.format).toBe(delivered);
    expect(Buffer.compare(seen.frames[0]?.bytes ?? new Uint8Array(0), new Uint8Array(expected.buffer))).toBe(0);
    await end(lab, seen);
  });

  it("leaves out the padding of lines", async () => {
    const lab = await gigeLabCamera({ linePadding: 5 });
    const seen = await running(lab);
    await lab.clock.advance(75);
    expect(Buffer.compare(seen.frames[0]?.bytes ?? new Uint8Array(0), ramp(64 * 48, 0))).toBe(0);
    await end(lab, seen);
  });

  it.each([false, true])("reads chunks behind the picture (high byte first: %s)", async (bigEndianChunks) => {
    const lab = await gigeLabCamera({ bigEndianChunks });
    lab.model.memory.setU32(REG.chunkMode, 1);
    const exposures: number[] = [];
    lab.camera.onDidReadChunks(({ chunks }) => {
      const bytes = chunks.get(BigInt(CHUNK_EXPOSURE)) ?? new Uint8Array(8);
      exposures.push(new DataView(bytes.buffer).getFloat64(0));
    });
    const seen = await running(lab);
    await lab.clock.advance(125);
    expect(exposures).toEqual([10_000, 10_000]);
    expect(Buffer.compare(seen.frames[1]?.bytes ?? new Uint8Array(0), ramp(64 * 48, 1))).toBe(0);
    await end(lab, seen);
  });

  it.each<BlockFault>(["leader", "trailer", "data", "burst", "everything", "reordered", "leaderLast", "duplicated"])(
    "loses nothing to %s: what is missing comes when it is asked for",
    async (fault) => {
      for (const [width, height] of [[64, 48], [1000, 300]] as const) {
        for (const isExtended of [false, true]) {
          const lab = await gigeLabCamera({ isExtended });
          lab.model.memory.setU32(REG.width, width);
          lab.model.memory.setU32(REG.height, height);
          const seen = await running(lab);
          await lab.clock.advance(75);
          lab.model.faults.blocks.push(fault);
          await lab.clock.advance(200);
          expect(seen.frames.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3, 4]);
          expect(seen.losses).toEqual([]);
          for (const frame of seen.frames) expect(Buffer.compare(frame.bytes, ramp(width * height, frame.sequence))).toBe(0);
          await end(lab, seen);
        }
      }
    },
  );

  it.each<[BlockFault, CameraLoss["reason"]]>([
    ["skip", "camera-gap"], ["gone", "incomplete"], ["deaf", "incomplete"], ["short", "incomplete"], ["hugePicture", "incomplete"], ["unknownFormat", "incomplete"], ["noImage", "incomplete"],
  ])("loses one frame to %s and no other, and counts it as %s", async (fault, reason) => {
    const lab = await gigeLabCamera();
    const seen = await running(lab);
    await lab.clock.advance(75);
    lab.model.faults.blocks.push(fault);
    await lab.clock.advance(400);
    expect(seen.frames.map(({ sequence }) => sequence)).toEqual([0, 2, 3, 4, 5, 6, 7, 8]);
    expect(seen.losses).toEqual([{ count: 1, reason }]);
    for (const frame of seen.frames) expect(Buffer.compare(frame.bytes, ramp(64 * 48, frame.sequence))).toBe(0);
    await end(lab, seen);
  });

  it("does not ask a camera that cannot send again, and counts what is missing", async () => {
    const lab = await gigeLabCamera({ canResend: false });
    const seen = await running(lab);
    await lab.clock.advance(75);
    lab.model.faults.blocks.push("data", "leader");
    await lab.clock.advance(300);
    expect(lab.model.stream.resentCount()).toBe(0);
    expect(seen.frames.map(({ sequence }) => sequence)).toEqual([0, 3, 4, 5, 6]);
    expect(seen.losses).toEqual([{ count: 1, reason: "incomplete" }, { count: 1, reason: "incomplete" }]);
    await end(lab, seen);
  });

  it("takes a picture that lacks its trailer alone from a camera that cannot send again", async () => {
    const lab = await gigeLabCamera({ canResend: false });
    const seen = await running(lab);
    lab.model.faults.blocks.push("trailer");
    await lab.clock.advance(275);
    expect(seen.frames.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3, 4]);
    expect(seen.losses).toEqual([]);
    await end(lab, seen);
  });

  it("counts on when the block number goes round", async () => {
    const lab = await gigeLabCamera({ firstBlockId: 65_533 });
    const seen = await running(lab);
    await lab.clock.advance(75);
    // 65535 is left out; 0 never was.
    lab.model.faults.blocks.push("duplicated", "skip");
    await lab.clock.advance(250);
    expect(seen.frames.map(({ sequence }) => sequence)).toEqual([0, 1, 3, 4, 5]);
    expect(seen.losses).toEqual([{ count: 1, reason: "camera-gap" }]);
    await end(lab, seen);
  });

  it("accounts for every frame of a thousand on a network that loses two packets in a hundred, and loses next to none", async () => {
    let state = 1;
    const random = (): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    const lab = await gigeLabCamera({ lossRatio: 0.02, random });
    lab.model.memory.setU32(REG.width, 320);
    lab.model.memory.setU32(REG.height, 200);
    const seen = await running(lab);
    await lab.clock.advance(50_000);
    // What is under way when it is looked at is neither: let it end.
    lab.model.stream.stop();
    await lab.clock.advance(500);
    expect(lab.model.stream.exposedCount()).toBeGreaterThanOrEqual(999);
    expect(lab.model.stream.lostCount()).toBeGreaterThan(500);
    expect(seen.frames.length + lost(seen)).toBe(lab.model.stream.exposedCount());
    expect(lost(seen)).toBeLessThan(5);
    for (const frame of seen.frames) expect(Buffer.compare(frame.bytes, ramp(320 * 200, frame.sequence))).toBe(0);
    await end(lab, seen);
  });

  it("starts and stops a hundred times and leaves nothing behind", async () => {
    const lab = await gigeLabCamera();
    const seen = await running(lab);
    for (let i = 0; i < 100; i++) {
      await lab.clock.advance(60 + (i % 7) * 10);
      await valueOf(lab.clock, lab.camera.stopAcquisition());
      // Control is left: the socket of the pictures is gone.
      expect(lab.net.openCount()).toBe(1);
      seen.pool.assertAllFree();
      await valueOf(lab.clock, lab.camera.startAcquisition(seen.pool));
    }
    await lab.clock.advance(60);
    const numbers = seen.frames.map(({ sequence }) => sequence);
    expect(seen.frames.length).toBeGreaterThan(100);
    expect(numbers).toEqual(numbers.map((_, index) => index));
    expect(lost(seen)).toBe(0);
    await end(lab, seen);
  });

  it("is unplugged while streaming, comes back by itself within 2 s, and has its settings again", async () => {
    const lab = await gigeLabCamera();
    const { camera, clock, net, model } = lab;
    await valueOf(clock, camera.connect());
    await valueOf(clock, camera.applySettings({ exposureMs: 3, gainDb: 6, frameRate: 50, pixelFormat: "Mono12", roi: { offsetX: 8, offsetY: 4, width: 128, height: 32 } }));
    const before = camera.settings();
    const seen = await running(lab);
    await clock.advance(100);
    const unpluggedMs = clock.nowMs();
    net.unplug(model);
    while (camera.status().state !== "absent" && clock.nowMs() - unpluggedMs < 10_000) await clock.advance(10);
    expect(clock.nowMs() - unpluggedMs).toBeLessThanOrEqual(2600);
    expect(camera.status()).toMatchObject({ state: "absent", reason: "it does not answer any more" });
    expect(seen.ends).toEqual(["disconnected"]);
    seen.pool.assertAllFree();
    // Another address, fresh from the mains, with the same serial number.
    const again = createGigeModel({ clock, source: rampSource, address: "10.0.0.9" });
    net.plug(again);
    const pluggedMs = clock.nowMs();
    while (camera.status().state !== "ready" && clock.nowMs() - pluggedMs < 10_000) await clock.advance(10);
    expect(clock.nowMs() - pluggedMs).toBeLessThanOrEqual(2000);
    expect(camera.settings()).toEqual(before);
    expect(again.memory.f64(REG.exposure)).toBe(3000);
    await valueOf(clock, camera.startAcquisition(seen.pool));
    const count = seen.frames.length;
    await clock.advance(100);
    expect(seen.frames.length).toBeGreaterThan(count);
    await camera.dispose();
    again.powerOff();
    await end(lab, seen);
  });

  it("notices that the camera has let go, and takes it up again", async () => {
    const lab = await gigeLabCamera();
    const seen = await running(lab);
    const states: string[] = [];
    lab.camera.onDidChangeStatus(({ state }) => states.push(state));
    lab.model.powerOff();
    lab.net.plug(lab.model);
    await lab.clock.advance(3000);
    expect(states).toEqual(["absent", "connecting", "ready"]);
    expect(seen.ends).toEqual(["disconnected"]);
    await end(lab, seen);
  });

  it("comes back after this computer's own network was down, though nothing could be asked meanwhile", async () => {
    const lab = await gigeLabCamera();
    const seen = await running(lab);
    lab.net.setDown(true);
    await lab.clock.advance(10_000);
    expect(lab.camera.status().state).toBe("absent");
    seen.pool.assertAllFree();
    lab.net.setDown(false);
    await lab.clock.advance(2000);
    expect(lab.camera.status().state).toBe("ready");
    lab.net.setDown(true);
    // Nothing gets out any more, and it ends all the same.
    await lab.camera.dispose();
    await end(lab, seen);
  });

  it("keeps a camera for a minute in which nobody asks anything of it", async () => {
    const lab = await gigeLabCamera();
    await valueOf(lab.clock, lab.camera.connect());
    await lab.clock.advance(60_000);
    expect(lab.model.isControlled()).toBe(true);
    expect(lab.camera.status().state).toBe("ready");
    await lab.camera.dispose();
    await lab.clock.advance(0);
    expect(lab.model.isControlled()).toBe(false);
    expect(lab.clock.pendingCount()).toBe(0);
  });
});
