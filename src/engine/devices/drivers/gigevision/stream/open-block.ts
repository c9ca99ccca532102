import type { CameraLoss } from "../../../api/camera.ts";
import { createPayloadSink, MOST_CHUNK_BYTES, type PayloadSink } from "../../../genicam/camera/payload-sink.ts";
import type { OpenPicture, PictureTarget } from "../../../genicam/camera/picture-target.ts";
import { hasChunks } from "../../../genicam/stream-leader.ts";
import { readLeader, type StreamPacket } from "./gvsp.ts";

export interface BlockParts {
  readonly blockId: number;
  /** Number of its frame. */
  readonly sequence: number;
  readonly isExtended: boolean;
  readonly maxPayloadBytes: number;
  /** Highest packet number that a block of that size can have; one beyond it makes the block unbelievable. */
  readonly lastPacket: number;
  readonly ticksPerSecond: bigint;
  readonly open: OpenPicture;
}

/** Packets first to last, both included. */
export interface PacketRange {
  readonly first: number;
  readonly last: number;
}

/**
 * One picture while its packets come, in any order and more than once. A packet that is next in line goes straight into
 * the frame; one that is ahead waits in the datagram's own memory, so that each byte is moved once either way.
 */
export class OpenBlock {
  readonly blockId: number;
  readonly sequence: number;
  readonly isExtended: boolean;
  readonly #parts: BlockParts;
  #target: PictureTarget | undefined;
  #sink: PayloadSink | undefined;
  #hasLeader = false;
  /** The data packet that is pushed next; data begins with packet 1. */
  #next = 1;
  /** Highest packet seen; -1 before the first. */
  #highest = -1;
  /** Number of the trailer. */
  #trailer: number | undefined;
  #held = new Map<number, Uint8Array>();
  #heldBytes = 0;
  /** Data of one packet; the last one of a block may be shorter. */
  #dataBytes = 0;
  #reason: CameraLoss["reason"] | undefined;
  /** Ticks since its last packet, and until packets may be asked for again. */
  quietTicks = 0;
  waitTicks = 0;
  /** Packets taken, those twice there included. */
  packetCount = 0;
  /** Times packets were asked for without any packet coming since, and how many were asked for in all. */
  resendRounds = 0;
  resendPackets = 0;
  countAtRound = 0;

  constructor(parts: BlockParts) {
    this.#parts = parts;
    this.blockId = parts.blockId;
    this.sequence = parts.sequence;
    this.isExtended = parts.isExtended;
  }

  isUnseen(): boolean {
    return this.#highest < 0;
  }

  /** Why it is lost; undefined while it may still become whole. */
  reason(): CameraLoss["reason"] | undefined {
    return this.#reason;
  }

  /** Leader, trailer and every packet between are there. */
  isWhole(): boolean {
    return this.#hasLeader && this.#trailer !== undefined && this.#next >= this.#trailer;
  }

  take({ format, packetId, content }: StreamPacket): void {
    this.quietTicks = 0;
    this.packetCount += 1;
    if (this.#reason !== undefined) return;
    if (packetId > this.#parts.lastPacket) return this.lose("incomplete");
    if (packetId > this.#highest) this.#highest = packetId;
    if (format === "payload") this.#takeData(packetId, content);
    else if (format === "leader") this.#begin(content);
    else if (format === "trailer") this.#trailer = packetId;
    else this.lose("incomplete");
    // More packets than the trailer counts: whatever this is, it is not the picture that was announced.
    if (this.#trailer !== undefined && this.#trailer < Math.max(this.#next, this.#highest)) this.lose("incomplete");
  }

  /** Gives the buffer back. */
  lose(reason: CameraLoss["reason"]): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#target?.abandon();
    this.#target = undefined;
    this.#held.clear();
  }

  /** Delivers a whole block; false when it turns out not to be a whole picture. */
  deliver(): boolean {
    const target = this.#target;
    if (target === undefined || this.#sink === undefined) return false;
    if (!target.isComplete()) {
      this.lose("incomplete");
      return false;
    }
    target.deliver(this.sequence, this.#sink.chunks(this.#sink.received()));
    return true;
  }

  /** Everything is there but the trailer, and nothing can follow the picture: it is whole all the same. */
  lacksTrailerAlone(): boolean {
    return this.#target?.isComplete() === true && this.#trailer === undefined && this.#held.size === 0 && this.#sink?.chunks(this.#sink.received()) === undefined;
  }

  /**
   * What is missing, as far as it can be known.
   * @param isOver nothing more comes by itself: the end of the block is missing too
   * @param most one packet more than so many is looked for, and no further
   */
  missing(isOver: boolean, most: number): readonly PacketRange[] {
    const ranges: PacketRange[] = [];
    let count = 0;
    const add = (id: number): void => {
      count += 1;
      const open = ranges.at(-1);
      if (open !== undefined && open.last === id - 1) ranges[ranges.length - 1] = { first: open.first, last: id };
      else ranges.push({ first: id, last: id });
    };
    if (!this.#hasLeader) add(0);
    const last = this.#trailer ?? this.#highest;
    for (let id = this.#next; id <= last && count <= most; id++) if (id !== this.#trailer && !this.#held.has(id)) add(id);
    if (!isOver || this.#trailer !== undefined || !this.#hasLeader) return ranges;
    for (let id = Math.max(this.#next, this.#highest + 1); id <= this.#expectedTrailer() && count <= most; id++) add(id);
    return ranges;
  }

  /** Number of the trailer by the payload's size; without a packet to go by, that of the next one. */
  #expectedTrailer(): number {
    if (this.#dataBytes === 0) return this.#highest + 1;
    return Math.max(this.#highest + 1, Math.ceil(this.#parts.maxPayloadBytes / this.#dataBytes) + 1);
  }

  #begin(content: Uint8Array): void {
    if (this.#hasLeader) return;
    const { open, ticksPerSecond } = this.#parts;
    const leader = readLeader(content, ticksPerSecond);
    if (leader === undefined) return this.lose("incomplete");
    this.#hasLeader = true;
    const target = open(leader);
    if (typeof target === "string") return this.lose(target);
    this.#target = target;
    this.#sink = createPayloadSink(target, hasChunks(leader.payloadType));
    this.#drain();
  }

  #takeData(packetId: number, content: Uint8Array): void {
    if (packetId < this.#next || this.#held.has(packetId)) return;
    if (content.length > this.#dataBytes) this.#dataBytes = content.length;
    if (this.#sink !== undefined && packetId === this.#next) {
      this.#push(content);
      if (this.#held.size > 0) this.#drain();
      return;
    }
    this.#held.set(packetId, content);
    this.#heldBytes += content.length;
    if (this.#heldBytes > this.#parts.maxPayloadBytes + MOST_CHUNK_BYTES) this.lose("incomplete");
  }

  #drain(): void {
    for (let content = this.#held.get(this.#next); content !== undefined; content = this.#held.get(this.#next)) {
      this.#held.delete(this.#next);
      this.#heldBytes -= content.length;
      this.#push(content);
    }
  }

  #push(content: Uint8Array): void {
    const sink = this.#sink;
    if (sink === undefined) return;
    this.#next += 1;
    sink.push(content);
    if (sink.received() > this.#parts.maxPayloadBytes + MOST_CHUNK_BYTES) this.lose("incomplete");
  }
}
