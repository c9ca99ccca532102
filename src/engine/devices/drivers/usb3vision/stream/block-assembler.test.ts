import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createBlockAssembler } from "./block-assembler.ts";
import { readChunks } from "../../../genicam/chunks.ts";
import { PAYLOAD_IMAGE } from "../../../genicam/stream-leader.ts";
import { findTrailer, readLeader, writeLeader, writeTrailer } from "./stream-packets.ts";

const PICTURE_BYTES = 3000;
const image = { pixelFormat: 0x01080001, width: 60, height: 50, offsetX: 0, offsetY: 0, linePadding: 0 };
const leaderOf = (blockId: bigint): Uint8Array => writeLeader({ blockId, payloadType: PAYLOAD_IMAGE, timestampNs: 1n, image });
const trailerOf = (blockId: bigint): Uint8Array => writeTrailer({ blockId, status: 0, validBytes: BigInt(PICTURE_BYTES), height: 50 });
const pictureOf = (blockId: number): Uint8Array => new Uint8Array(PICTURE_BYTES).fill(blockId + 1);

/** An assembler whose pictures are plain memory, and what it tells. */
function assembler(): { readonly take: (bytes: Uint8Array, isShort: boolean) => void; readonly stop: () => void; readonly told: string[]; readonly open: () => number } {
  const told: string[] = [];
  let open = 0;
  const own = createBlockAssembler({
    maxPayloadBytes: 4096, firstSequence: 0,
    open() {
      open += 1;
      const bytes = new Uint8Array(PICTURE_BYTES);
      let at = 0;
      return {
        push(piece) {
          const used = piece.subarray(0, PICTURE_BYTES - at);
          bytes.set(used, at);
          at += used.length;
          return used.length;
        },
        isComplete: () => at === PICTURE_BYTES,
        deliver(sequence) {
          open -= 1;
          told.push(`frame ${sequence} of ${[...new Set(bytes)].join()}`);
        },
        abandon() {
          open -= 1;
        },
      };
    },
    lose: (count, reason) => told.push(`lost ${count} ${reason}`),
  });
  return { take: own.take, stop: own.stop, told, open: () => open };
}

/** One block as a bus would carry it in transfers of `size`: pieces, each with whether a short packet ended it. */
function transfers(blockId: number, size: number): (readonly [Uint8Array, boolean])[] {
  const payload = new Uint8Array(Math.ceil(PICTURE_BYTES / 1024) * 1024);
  payload.set(pictureOf(blockId));
  const body = Buffer.concat([payload, trailerOf(BigInt(blockId))]);
  const pieces: (readonly [Uint8Array, boolean])[] = [[leaderOf(BigInt(blockId)), true]];
  for (let at = 0; at < body.length; at += size) pieces.push([body.subarray(at, at + size), at + size > body.length]);
  return pieces;
}

describe("blocks from transfers", () => {
  it("are whole whatever the size of the transfers, with the trailer glued to the last one", () => {
    for (const size of [1024, 2048, 3072, 4096, 65_536]) {
      const { take, told } = assembler();
      for (const id of [0, 1]) for (const piece of transfers(id, size)) take(...piece);
      expect(told).toEqual(["frame 0 of 1", "frame 1 of 2"]);
    }
  });

  it("count a gap before the block behind it, and go on from the last run's number", () => {
    const { take, told } = assembler();
    for (const id of [4, 5, 9]) for (const piece of transfers(id, 4096)) take(...piece);
    expect(told).toEqual(["frame 0 of 5", "frame 1 of 6", "lost 3 camera-gap", "frame 5 of 10"]);
  });

  it("count a single block that is left out", () => {
    const { take, told } = assembler();
    for (const id of [4, 6]) for (const piece of transfers(id, 4096)) take(...piece);
    expect(told).toEqual(["frame 0 of 5", "lost 1 camera-gap", "frame 2 of 7"]);
  });

  const whole = { blockId: 0n, status: 0, validBytes: BigInt(PICTURE_BYTES), height: 50 };
  it.each([
    ["says that its camera had no data left", { ...whole, status: 0xa100 }, false],
    ["says that its camera threw some away", { ...whole, status: 0xa101 }, false],
    ["vouches for more bytes than came", { ...whole, validBytes: BigInt(PICTURE_BYTES + 1) }, false],
    ["vouches for none", { ...whole, validBytes: 0n }, false],
    ["tells of fewer lines than announced", { ...whole, height: 49 }, false],
    ["says nothing of its lines", { ...whole, height: 0 }, true],
  ])("are whole or lost by their trailer: one that %s", (_, trailer, isWhole) => {
    const { take, told, open } = assembler();
    take(leaderOf(0n), true);
    take(pictureOf(0), true);
    take(writeTrailer(trailer), true);
    expect([told, open()]).toEqual([isWhole ? ["frame 0 of 1"] : ["lost 1 incomplete"], 0]);
  });

  it("keep pixels that look like a trailer: its own size must end where the transfer ends", () => {
    const { take, told } = assembler();
    const pixels = pictureOf(0);
    pixels.set(trailerOf(0n), PICTURE_BYTES - 200);
    take(leaderOf(0n), true);
    take(pixels, true);
    take(trailerOf(0n), true);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^frame 0 of /u);
  });

  it("take a counter that began anew for what it is", () => {
    const { take, told } = assembler();
    for (const id of [7, 0]) for (const piece of transfers(id, 4096)) take(...piece);
    expect(told).toEqual(["frame 0 of 8", "frame 1 of 1"]);
  });

  it("do not count the block under way when we stop", () => {
    const { take, stop, told, open } = assembler();
    take(leaderOf(0n), true);
    stop();
    expect([told, open()]).toEqual([[], 0]);
  });

  it("add up and give everything back, for any transfers lost, doubled, cut or made up", () => {
    const mishap = fc.constantFrom("lose", "double", "cut", "noise", "none", "none", "none", "none", "none", "none");
    fc.assert(
      fc.property(fc.array(mishap, { maxLength: 120 }), fc.constantFrom(1024, 4096), (mishaps, size) => {
        const { take, told, open } = assembler();
        const feed = Array.from({ length: 30 }, (_, id) => transfers(id, size)).flat();
        for (const [index, [bytes, isShort]] of feed.entries()) {
          const kind = mishaps[index] ?? "none";
          if (kind === "lose") continue;
          if (kind === "cut") take(bytes.subarray(0, bytes.length >> 1), true);
          else if (kind === "noise") take(bytes.map((byte, at) => byte ^ (at * 31)), isShort);
          else take(bytes, isShort);
          if (kind === "double") take(bytes, isShort);
        }
        for (const id of [500, 501]) for (const piece of transfers(id, size)) take(...piece);
        expect(told.at(-1)).toMatch(/^frame \d+ of 246$/u);
        expect(open()).toBe(0);
        // Numbers count frames and losses alike: the last one is how many came before it.
        const counted = told.reduce((sum, line) => sum + (line.startsWith("lost") ? Number(line.split(" ")[1]) : 1), 0);
        expect(Number(told.at(-1)?.split(" ")[1])).toBe(counted - 1);
      }),
      { numRuns: 300 },
    );
  });
});

describe("stream packets", () => {
  it("go round and are nothing when cut", () => {
    const leader = leaderOf(77n);
    expect(readLeader(leader)).toMatchObject({ blockId: 77n, timestampNs: 1n, image });
    expect(readLeader(leader.subarray(0, 20))).toBeUndefined();
    const trailer = Buffer.concat([new Uint8Array(100), trailerOf(3n)]);
    expect(findTrailer(trailer, 3n)).toMatchObject({ at: 100, trailer: { blockId: 3n, validBytes: 3000n, height: 50 } });
    expect(findTrailer(trailer, 4n)).toBeUndefined();
    expect(findTrailer(trailer.subarray(0, 120), 3n)).toBeUndefined();
  });

  it("have chunks in either byte order, and none when the lengths do not fit", () => {
    const chunked = (isLittle: boolean, pictureBytes: number): Uint8Array => {
      const tail = new Uint8Array(8 + 4 + 8);
      const view = new DataView(tail.buffer);
      view.setUint32(0, 1, isLittle);
      view.setUint32(4, pictureBytes, isLittle);
      tail.set([9, 8, 7, 6], 8);
      view.setUint32(12, 0xe0, isLittle);
      view.setUint32(16, 4, isLittle);
      return tail;
    };
    for (const isLittle of [true, false]) expect(readChunks(chunked(isLittle, 300), 300)).toEqual(new Map([[0xe0n, Uint8Array.of(9, 8, 7, 6)]]));
    expect(readChunks(chunked(true, 300), 299)).toBeUndefined();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 0, max: 2 ** 31 }), (noise, start) => {
        expect(() => readChunks(noise, start)).not.toThrow();
      }),
    );
  });
});
