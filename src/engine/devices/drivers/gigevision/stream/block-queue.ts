import type { CameraLoss } from "../../../api/camera.ts";
import type { OpenPicture } from "../../../genicam/camera/picture-target.ts";
import { STATUS } from "../control/gvcp-status.ts";
import type { ResendRequest } from "../control/gvcp.ts";
import { readPacket, type StreamPacket } from "./gvsp.ts";
import { OpenBlock } from "./open-block.ts";

export interface QueueParts {
  /** Payload bytes that a block has at most, as the camera is set. */
  readonly maxPayloadBytes: number;
  /** Highest packet number of such a block, with some to spare. */
  readonly lastPacket: number;
  /** Number of the first block of this run: it goes on from the run before. */
  readonly firstSequence: number;
  readonly ticksPerSecond: bigint;
  readonly open: OpenPicture;
  lose(count: number, reason: CameraLoss["reason"]): void;
  /** Asks the camera for packets again. Absent for cameras that cannot. */
  readonly requestResend?: (request: ResendRequest) => void;
}

/** Pictures from packets. Every block that the camera counted ends as one frame or one loss, in the camera's order. */
export interface BlockQueue {
  take(bytes: Uint8Array): void;
  /** Time passes: to be called every {@link TICK_MS} while `isWaiting`. */
  tick(): void;
  /** Blocks are under way. */
  isWaiting(): boolean;
  /** The line broke: blocks under way are lost. */
  break(): void;
  /** We stop: blocks under way never were; their numbers are used again. */
  stop(): void;
  /** Number that the next block would have. */
  nextSequence(): number;
}

/** Resolution of waiting. Counted, not measured: a computer that stood still for a while finds the packets of that time in the socket, not lost. */
export const TICK_MS = 10;
/** Blocks under way at once; with one more the oldest is given up. */
const MOST_OPEN = 3;
/** Blocks that never came of which packets are still awaited; a larger jump is the camera's own loss. */
const MOST_UNSEEN = 2;
/** Ticks without a packet after which the rest of a block will not come by itself. */
const QUIET_TICKS = 3;
/** Ticks without a packet after which a block is given up. */
const LOST_TICKS = 20;
/** Ticks between two requests for the same packets, and how many requests there are. */
const RESEND_TICKS = 2;
const MOST_ROUNDS = 6;
/** Packets of one block asked for at most, all rounds together: beyond that the network needs help, not more traffic. */
const MOST_RESEND_PACKETS = 1024;
/** A block so far behind belongs to a counter that began anew; less is a latecomer of a block that has ended. */
const LARGEST_BACK = 1024;
/** A jump beyond this is a counter that began anew too, not a loss: hours of frames. */
const LARGEST_GAP = 1_000_000;

/** What waits in line: a block, or a number of blocks that the camera left out. */
type Entry = { readonly block: OpenBlock } | { readonly missed: number };

export function createBlockQueue(parts: QueueParts): BlockQueue {
  let queue: Entry[] = [];
  let sequence = parts.firstSequence;
  let newest: { readonly blockId: number; readonly isExtended: boolean } | undefined;
  /** Block ids of 16 bits go round after this many: by the standard 0 is left out. */
  let round = 65_535;
  /** The block that packets come for, mostly. */
  let current: OpenBlock | undefined;

  /** Steps from one id to another; negative for one that is behind. */
  const steps = (from: number, to: number, isExtended: boolean): number => {
    if (isExtended) return to - from;
    const ahead = (((to - from) % round) + round) % round;
    return ahead > round / 2 ? ahead - round : ahead;
  };
  const idAfter = (id: number, count: number, isExtended: boolean): number => {
    if (isExtended) return id + count;
    const first = round === 65_535 ? 1 : 0;
    return first + ((id - first + count) % round);
  };

  const openBlock = (blockId: number, isExtended: boolean): OpenBlock => {
    const block = new OpenBlock({ blockId, isExtended, sequence, ...parts });
    sequence += 1;
    queue.push({ block });
    return block;
  };

  /** Tells what is decided, oldest first. */
  const settle = (): void => {
    for (let head = queue[0]; head !== undefined; head = queue[0]) {
      if ("missed" in head) {
        queue.shift();
        parts.lose(head.missed, "camera-gap");
        continue;
      }
      const { block } = head;
      if (block.reason() === undefined && !block.isWhole()) return;
      queue.shift();
      if (block === current) current = undefined;
      if (block.reason() !== undefined || !block.deliver()) parts.lose(1, block.reason() ?? "incomplete");
    }
  };

  const giveUp = (block: OpenBlock): void => {
    if (block.lacksTrailerAlone() && block.deliver()) {
      // Told in its turn: only the head is ever delivered before the others.
      queue = queue.filter((entry) => !("block" in entry) || entry.block !== block);
      if (block === current) current = undefined;
      return;
    }
    block.lose(block.isUnseen() ? "camera-gap" : "incomplete");
  };

  const isHead = (block: OpenBlock): boolean => {
    const head = queue[0];
    return head !== undefined && "block" in head && head.block === block;
  };

  /** The block a packet belongs to; undefined for latecomers. */
  const blockOf = ({ blockId, isExtended }: StreamPacket): OpenBlock | undefined => {
    if (!isExtended && blockId === 0) round = 65_536;
    if (newest === undefined || newest.isExtended !== isExtended) {
      newest = { blockId, isExtended };
      return openBlock(blockId, isExtended);
    }
    const ahead = steps(newest.blockId, blockId, isExtended);
    if (ahead <= 0 && ahead >= -LARGEST_BACK) {
      const found = queue.find((entry) => "block" in entry && entry.block.blockId === blockId && entry.block.isExtended === isExtended);
      return found !== undefined && "block" in found ? found.block : undefined;
    }
    if (ahead > 1 && ahead <= LARGEST_GAP) {
      const unseen = ahead - 1;
      if (unseen <= MOST_UNSEEN) for (let i = 1; i <= unseen; i++) openBlock(idAfter(newest.blockId, i, isExtended), isExtended);
      else {
        queue.push({ missed: unseen });
        sequence += unseen;
      }
    }
    newest = { blockId, isExtended };
    const block = openBlock(blockId, isExtended);
    while (queue.length > MOST_OPEN) {
      const head = queue[0];
      if (head !== undefined && "block" in head) giveUp(head.block);
      settle();
    }
    return block;
  };

  const isRefusal = (status: number): boolean => (status & 0x8000) !== 0 && status !== STATUS.notYetAvailable && status !== STATUS.temporarilyUnavailable;

  const tickBlock = (block: OpenBlock, isNewest: boolean): void => {
    block.quietTicks += 1;
    if (block.waitTicks > 0) block.waitTicks -= 1;
    const isOver = !isNewest || block.quietTicks >= QUIET_TICKS;
    const isSilent = block.quietTicks >= LOST_TICKS;
    if (parts.requestResend === undefined) {
      if (isSilent || (!isNewest && block.quietTicks >= QUIET_TICKS)) giveUpInTurn(block);
      return;
    }
    if (isSilent) return giveUpInTurn(block);
    if (block.waitTicks > 0) return;
    const ranges = block.missing(isOver, MOST_RESEND_PACKETS);
    if (ranges.length === 0) return;
    if (block.packetCount > block.countAtRound) block.resendRounds = 0;
    block.countAtRound = block.packetCount;
    const count = ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
    if (block.resendRounds >= MOST_ROUNDS || block.resendPackets + count > MOST_RESEND_PACKETS) return giveUpInTurn(block);
    block.resendRounds += 1;
    block.resendPackets += count;
    block.waitTicks = RESEND_TICKS;
    for (const { first, last } of ranges) parts.requestResend({ blockId: block.blockId, first, last, isExtended: block.isExtended });
  };

  /** A block that only lacks its trailer may be delivered, but never before the ones ahead of it. */
  const giveUpInTurn = (block: OpenBlock): void => {
    if (block.lacksTrailerAlone() && !isHead(block)) return;
    giveUp(block);
  };

  const loseAll = (): void => {
    for (const entry of queue) if ("block" in entry && !entry.block.isWhole()) entry.block.lose("incomplete");
    settle();
  };

  return {
    nextSequence: () => sequence,
    isWaiting: () => queue.length > 0,
    take(bytes) {
      const packet = readPacket(bytes);
      if (packet === undefined) return;
      const isCurrent = current !== undefined && current.blockId === packet.blockId && current.isExtended === packet.isExtended;
      if (packet.status !== STATUS.ok && packet.status !== STATUS.resent) {
        if (!isRefusal(packet.status)) return;
        // Only of a block that is awaited: a refusal never opens one.
        const found = queue.find((entry) => "block" in entry && entry.block.blockId === packet.blockId);
        if (found === undefined || !("block" in found)) return;
        found.block.lose(found.block.isUnseen() ? "camera-gap" : "incomplete");
        return settle();
      }
      const block = isCurrent ? current : blockOf(packet);
      if (block === undefined) return;
      if (!isCurrent && isNewestBlock(block)) current = block;
      block.take(packet);
      if (block.isWhole() || block.reason() !== undefined) settle();
    },
    tick() {
      for (const entry of [...queue]) if ("block" in entry && entry.block.reason() === undefined && !entry.block.isWhole()) tickBlock(entry.block, isNewestBlock(entry.block));
      settle();
    },
    break: loseAll,
    stop() {
      // Whole pictures behind one that is not are still pictures.
      const lastWhole = queue.findLastIndex((entry) => "block" in entry && entry.block.isWhole());
      for (const entry of queue.slice(0, lastWhole + 1)) if ("block" in entry && !entry.block.isWhole()) entry.block.lose("incomplete");
      settle();
      for (const entry of queue) {
        if ("missed" in entry) continue;
        entry.block.lose("incomplete");
        sequence = Math.min(sequence, entry.block.sequence);
      }
      queue = [];
      current = undefined;
    },
  };

  function isNewestBlock(block: OpenBlock): boolean {
    const last = queue.at(-1);
    return last !== undefined && "block" in last && last.block === block;
  }
}
