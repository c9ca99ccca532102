import { describe, expect, it } from "vitest";
import { lostIn, ramp, running, type Seen } from "../genicam/rig.ts";
import { REG } from "../genicam/sensor-map.ts";
import { valueOf } from "../genicam/settled.ts";
import type { BlockFault } from "./faults.ts";
import { type GigeLabCamera, gigeLabCamera } from "./lab-camera.ts";

/** Everything put away: buffers, sockets, timers. */
async function end(lab: GigeLabCamera, seen: Seen): Promise<void> {
  await lab.camera.dispose();
  lab.model.powerOff();
  seen.pool.assertAllFree();
  await lab.clock.advance(0);
  expect(lab.net.openCount()).toBe(0);
  expect(lab.clock.pendingCount()).toBe(0);
}

// What both transports promise alike: tests/lab/genicam/streaming.test.ts.
describe("the stream of a GigE Vision camera", () => {
  it.each([[1500, 1500], [4000, 4000], [9000, 9000], [0, 1500]])("agrees on packets for a network that lets %d bytes pass", async (mostPacketBytes, agreed) => {
    const lab = await gigeLabCamera({ mostPacketBytes });
    const seen = await running(lab);
    expect(lab.model.memory.u32(0xd04) & 0xffff).toBe(agreed);
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
    expect(seen.frames.length + lostIn(seen)).toBe(lab.model.stream.exposedCount());
    expect(lostIn(seen)).toBeLessThan(5);
    for (const frame of seen.frames) expect(Buffer.compare(frame.bytes, ramp(320 * 200, frame.sequence))).toBe(0);
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
