/**
 * A long fuzz of what a camera on the network can send us: `node scripts/fuzz-gigevision.mjs [--cases 100000] [--seed 1]`.
 * Every case must end as a value or as the error that belongs to it, soon, with every block accounted for once.
 */
import fc from "fast-check";
import { readDescriptionUrl, readDeviceNames } from "../../../src/engine/devices/drivers/gigevision/control/bootstrap.ts";
import {
  decodeCommand, decodePacketResend, decodeReply, encodePacketResend, encodeReadMemory, encodeReply, encodeWriteMemory, GVCP,
} from "../../../src/engine/devices/drivers/gigevision/control/gvcp.ts";
import { createBlockQueue } from "../../../src/engine/devices/drivers/gigevision/stream/block-queue.ts";
import { readLeader, readPacket, writeImageLeader, writePacket, writeTrailer } from "../../../src/engine/devices/drivers/gigevision/stream/gvsp.ts";
import { GIGE_VISION } from "../../lab/genicam/transports.ts";
import { createFuzzCampaign, type FuzzOrder, type FuzzReport } from "../fuzz-campaign.ts";
import { conversationsOver } from "../genicam/conversations.ts";

/** Runs the whole campaign. @throws Error with the counterexample when a case ends otherwise than it must */
export async function fuzz(order: FuzzOrder): Promise<readonly FuzzReport[]> {
  const campaign = createFuzzCampaign(order);
  await campaign.part("packets", fc.uint8Array({ maxLength: 300 }), (noise) => {
    decodeReply(noise, GVCP.readMemory, 1);
    decodeReply(encodeReply(GVCP.readMemory + 1, 1, 0, noise).map((byte, at) => (at === noise.length % 8 ? byte ^ 1 : byte)), GVCP.readMemory, 1);
    const command = decodeCommand(noise) ?? decodeCommand(Uint8Array.of(0x42, 0x11, 0, GVCP.packetResend, noise.length >> 8, noise.length & 255, 0, 1, ...noise));
    if (command !== undefined) decodePacketResend(command);
    readDeviceNames(noise);
    readDescriptionUrl(new TextDecoder("latin1").decode(noise));
    const packet = readPacket(noise);
    if (packet !== undefined) readLeader(packet.content, 1n);
  });
  const word = fc.integer({ min: 0, max: 0xffff_ffff });
  const trip = fc.record({ id: fc.integer({ min: 1, max: 0xffff }), address: word, words: fc.array(word, { minLength: 1, maxLength: 100 }), block: fc.integer({ min: 1, max: 0xffff }), first: fc.integer({ min: 0, max: 0xffffff }), isExtended: fc.boolean() });
  await campaign.part("round trips", trip, ({ id, address, words, block, first, isExtended }) => {
    const bytes = new Uint8Array(new Uint32Array(words).buffer);
    const written = decodeCommand(encodeWriteMemory(id, address, bytes));
    if (written?.requestId !== id || Buffer.compare(written.payload.subarray(4), bytes) !== 0) throw new Error("a write came back otherwise");
    if (decodeCommand(encodeReadMemory(id, address, 4 * words.length))?.command !== GVCP.readMemory) throw new Error("a read came back otherwise");
    const request = { blockId: isExtended ? block * 2 ** 33 + 5 : block, first, last: first, isExtended };
    const command = decodeCommand(encodePacketResend(id, request));
    const asked = command === undefined ? undefined : decodePacketResend(command);
    if (JSON.stringify(asked) !== JSON.stringify(request)) throw new Error("a request for packets came back otherwise");
  });
  await campaign.part("streams", streams(), accountFor);
  const conversations = conversationsOver(GIGE_VISION);
  await campaign.part("conversations", conversations.values, conversations.check);
  await conversations.end();
  return campaign.reports;
}

/** One thing that happens to a stream. */
type Happening =
  | { readonly kind: "packet"; readonly block: number; readonly packet: number; readonly isExtended: boolean; readonly status: number; readonly cut: number }
  | { readonly kind: "noise"; readonly bytes: Uint8Array }
  | { readonly kind: "ticks"; readonly count: number };

const DATA_BYTES = 100;
const PICTURE = { width: 20, height: 15 } as const;
/** Leader, three data packets, trailer. */
const TRAILER = 4;

function streams(): fc.Arbitrary<readonly Happening[]> {
  const packet = fc.record({
    kind: fc.constant("packet" as const),
    block: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 }), fc.constantFrom(0, 65_535, 65_534, 40_000)),
    packet: fc.oneof(fc.integer({ min: 0, max: TRAILER }), fc.integer({ min: 0, max: TRAILER }), fc.constantFrom(5, 12, 1000, 0xffffff)),
    isExtended: fc.integer({ min: 0, max: 20 }).map((n) => n === 0),
    status: fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(0x0100, 0x800c, 0x8010, 0x8012, 0x8fff) }),
    cut: fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 60 }) }),
  });
  const noise = fc.uint8Array({ maxLength: 60 }).map((bytes) => ({ kind: "noise" as const, bytes }));
  const ticks = fc.integer({ min: 1, max: 30 }).map((count) => ({ kind: "ticks" as const, count }));
  return fc.array(fc.oneof({ weight: 12, arbitrary: packet }, { weight: 1, arbitrary: noise }, { weight: 2, arbitrary: ticks }), { maxLength: 60 });
}

/** Plays a stream; every number must end as one frame or one loss, in order, and every place given out must come back. */
function accountFor(happenings: readonly Happening[]): void {
  let open = 0;
  let delivered = -1;
  let accounted = 0;
  const asked: number[] = [];
  const queue = createBlockQueue({
    maxPayloadBytes: PICTURE.width * PICTURE.height, lastPacket: 12, firstSequence: 0, ticksPerSecond: 1_000_000_000n,
    open(leader) {
      if (leader.image === undefined) return "incomplete";
      if (open >= 4) return "no-buffer";
      open += 1;
      let taken = 0;
      return {
        push(piece) {
          const used = Math.min(piece.length, PICTURE.width * PICTURE.height - taken);
          taken += used;
          return used;
        },
        isComplete: () => taken === PICTURE.width * PICTURE.height,
        abandon: () => void (open -= 1),
        deliver(sequence) {
          open -= 1;
          if (sequence <= delivered) throw new Error(`frame ${sequence} came after frame ${delivered}`);
          if (sequence !== accounted) throw new Error(`frame ${sequence} came with ${accounted} accounted for`);
          delivered = sequence;
          accounted += 1;
        },
      };
    },
    lose: (count) => void (accounted += count),
    requestResend: ({ first, last }) => void asked.push(last - first + 1),
  });
  for (const happening of happenings) {
    if (happening.kind === "noise") queue.take(happening.bytes);
    else if (happening.kind === "packet") queue.take(bytesOf(happening));
    else for (let tick = 0; tick < happening.count; tick++) queue.tick();
  }
  queue.break();
  if (queue.isWaiting()) throw new Error("blocks are still waited for");
  if (open !== 0) throw new Error(`${open} places did not come back`);
  if (accounted !== queue.nextSequence()) throw new Error(`${queue.nextSequence()} blocks, ${accounted} accounted for`);
  if (asked.some((count) => count > 1024)) throw new Error("too many packets were asked for");
}

function bytesOf({ block, packet, isExtended, status, cut }: Extract<Happening, { kind: "packet" }>): Uint8Array {
  const common = { blockId: block, packetId: packet, isExtended, status };
  const leader = { payloadType: 1, timestampTicks: 1n, pixelFormat: 0x01080001, width: PICTURE.width, height: PICTURE.height, offsetX: 0, offsetY: 0, linePadding: 0 };
  const bytes =
    packet === 0 ? writePacket({ ...common, format: "leader", content: writeImageLeader(leader) })
    : packet === TRAILER ? writePacket({ ...common, format: "trailer", content: writeTrailer(1, PICTURE.height) })
    : writePacket({ ...common, format: "payload", content: new Uint8Array(DATA_BYTES) });
  return bytes.subarray(0, Math.max(0, bytes.length - cut));
}
