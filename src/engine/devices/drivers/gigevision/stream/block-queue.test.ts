import { describe, expect, it } from "vitest";
import { STATUS } from "../control/gvcp-status.ts";
import type { ResendRequest } from "../control/gvcp.ts";
import { createBlockQueue } from "./block-queue.ts";
import { type PacketFields, writeImageLeader, writePacket, writeTrailer } from "./gvsp.ts";

const BYTES = 300;
const leader = writeImageLeader({ payloadType: 1, timestampTicks: 5n, pixelFormat: 0x01080001, width: 20, height: 15, offsetX: 0, offsetY: 0, linePadding: 0 });

/** Leader, three packets of data, trailer. */
function packetsOf(blockId: number, isExtended = false): readonly Uint8Array[] {
  const packet = (packetId: number, format: PacketFields["format"], content: Uint8Array): Uint8Array => writePacket({ blockId, packetId, isExtended, format, content });
  return [packet(0, "leader", leader), ...[1, 2, 3].map((id) => packet(id, "payload", new Uint8Array(100).fill(id))), packet(4, "trailer", writeTrailer(1, 15))];
}

function queue(options: { readonly canResend?: boolean; readonly lastPacket?: number } = {}) {
  const told: string[] = [];
  const asked: ResendRequest[] = [];
  let open = 0;
  const own = createBlockQueue({
    maxPayloadBytes: BYTES, lastPacket: options.lastPacket ?? 10, firstSequence: 0, ticksPerSecond: 1_000_000_000n,
    open() {
      open += 1;
      const taken: number[] = [];
      return {
        push(piece) {
          taken.push(...piece);
          return piece.length;
        },
        isComplete: () => taken.length === BYTES,
        deliver(sequence) {
          open -= 1;
          told.push(`frame ${sequence} of ${[...new Set(taken)].join()}`);
        },
        abandon: () => void (open -= 1),
      };
    },
    lose: (count, reason) => told.push(`lost ${count} ${reason}`),
    ...(options.canResend === false ? {} : { requestResend: (request) => void asked.push(request) }),
  });
  const take = (...packets: readonly (Uint8Array | undefined)[]): void => packets.forEach((packet) => own.take(packet ?? new Uint8Array(0)));
  const ticks = (count: number): void => {
    for (let i = 0; i < count; i++) own.tick();
  };
  return { ...own, take, ticks, told, asked, open: () => open };
}

describe("blocks from packets", () => {
  it("are delivered whole, whatever the order of their packets", () => {
    const { take, told, isWaiting } = queue();
    const [l, a, b, c, t] = packetsOf(1);
    take(t, c, l, b, b, a, l);
    expect(told).toEqual(["frame 0 of 1,2,3"]);
    expect(isWaiting()).toBe(false);
  });

  it("are delivered in the camera's order: a later one waits for packets of an earlier one", () => {
    const { take, ticks, told, asked } = queue();
    const [l, a, b, c, t] = packetsOf(1);
    take(l, a, c, t, ...packetsOf(2));
    expect(told).toEqual([]);
    ticks(1);
    expect(asked).toEqual([{ blockId: 1, first: 2, last: 2, isExtended: false }]);
    take(b);
    expect(told).toEqual(["frame 0 of 1,2,3", "frame 1 of 1,2,3"]);
  });

  it("are given up after six requests that brought nothing, one loss each", () => {
    const { take, ticks, told, asked, open } = queue();
    const [l, a, , c, t] = packetsOf(1);
    take(l, a, c, t, ...packetsOf(2));
    ticks(20);
    expect(asked.length).toBe(6);
    expect(told).toEqual(["lost 1 incomplete", "frame 1 of 1,2,3"]);
    expect(open()).toBe(0);
  });

  it("are given up at once when the camera has the packet no more", () => {
    const { take, ticks, told } = queue();
    const [l, a, , c, t] = packetsOf(1);
    take(l, a, c, t);
    ticks(1);
    take(writePacket({ blockId: 1, packetId: 2, isExtended: false, format: "payload", content: new Uint8Array(0), status: STATUS.unavailable }));
    expect(told).toEqual(["lost 1 incomplete"]);
  });

  it("make way: with a fourth under way the oldest is given up", () => {
    const { take, told } = queue();
    for (let id = 1; id <= 4; id++) take(packetsOf(id)[0]);
    expect(told).toEqual(["lost 1 incomplete"]);
  });

  it("that never came are counted before the next one, with ids of either kind, and round the end of 16 bits", () => {
    for (const isExtended of [false, true]) {
      const { take, told } = queue();
      take(...packetsOf(1, isExtended), ...packetsOf(10, isExtended));
      expect(told).toEqual(["frame 0 of 1,2,3", "lost 8 camera-gap", "frame 9 of 1,2,3"]);
    }
    const round = queue();
    round.take(...packetsOf(65_533), ...packetsOf(5));
    expect(round.told).toEqual(["frame 0 of 1,2,3", "lost 6 camera-gap", "frame 7 of 1,2,3"]);
    // Some cameras do not leave out 0.
    const zero = queue();
    zero.take(...packetsOf(65_535), ...packetsOf(0), ...packetsOf(1));
    expect(zero.told).toEqual(["frame 0 of 1,2,3", "frame 1 of 1,2,3", "frame 2 of 1,2,3"]);
  });

  it("are asked for by the id they would have had round the end of 16 bits, which leaves out 0", () => {
    const { take, ticks, asked } = queue();
    take(...packetsOf(65_534), packetsOf(2)[0]);
    ticks(1);
    expect(new Set(asked.map(({ blockId }) => blockId))).toEqual(new Set([65_535, 1]));
  });

  it("are given up unasked when more than 1024 packets are missing: the network needs help, not more traffic", () => {
    const missing = (last: number): readonly [number, readonly string[]] => {
      const { take, ticks, told, asked } = queue({ lastPacket: 5000 });
      const [l, a] = packetsOf(1);
      take(l, a, writePacket({ blockId: 1, packetId: last, isExtended: false, format: "trailer", content: writeTrailer(1, 15) }));
      ticks(1);
      return [asked.length, told];
    };
    expect(missing(2 + 1024)).toEqual([1, []]);
    expect(missing(2 + 1025)).toEqual([0, ["lost 1 incomplete"]]);
  });

  it("that come late are nobody's, and a counter that begins anew is no loss", () => {
    const { take, told } = queue({ canResend: false });
    take(...packetsOf(5000), ...packetsOf(4999), ...packetsOf(1));
    expect(told).toEqual(["frame 0 of 1,2,3", "frame 1 of 1,2,3"]);
  });

  it("with a packet number that no block can have cost themselves, not our time", () => {
    const { take, ticks, told, asked } = queue();
    take(packetsOf(1)[0], writePacket({ blockId: 1, packetId: 0xffffff, isExtended: false, format: "payload", content: new Uint8Array(1) }));
    ticks(30);
    expect(told).toEqual(["lost 1 incomplete"]);
    expect(asked).toEqual([]);
  });

  it("under way when we stop never were, and their number is used again; whole ones behind them are delivered", () => {
    const { take, told, stop, nextSequence, open } = queue();
    take(packetsOf(1)[0]);
    stop();
    expect([told, nextSequence(), open()]).toEqual([[], 0, 0]);
    const behind = queue();
    behind.take(packetsOf(1)[0], ...packetsOf(2), packetsOf(3)[0]);
    behind.stop();
    expect(behind.told).toEqual(["lost 1 incomplete", "frame 1 of 1,2,3"]);
    expect(behind.nextSequence()).toBe(2);
  });
});
