import type { CameraLoss } from "../../../api/camera.ts";
import { createPayloadSink, MOST_CHUNK_BYTES, type PayloadSink } from "../../../genicam/camera/payload-sink.ts";
import type { OpenPicture, PictureTarget } from "../../../genicam/camera/picture-target.ts";
import { hasChunks } from "../../../genicam/stream-leader.ts";
import { findTrailer, type Leader, readLeader, type Trailer } from "./stream-packets.ts";

export interface AssemblerParts {
  /** Payload bytes that a block has at most, as the stream was set up. */
  readonly maxPayloadBytes: number;
  /** Number of the first block of this run: it goes on from the run before. */
  readonly firstSequence: number;
  /** A place for the block's picture, or why there is none. */
  readonly open: OpenPicture;
  lose(count: number, reason: CameraLoss["reason"]): void;
}

/** Pictures from transfers. Every block that the camera counted ends as one call of `deliver` or one loss. */
export interface BlockAssembler {
  /**
   * The next transfer.
   * @param isShort true when a short packet ended it, false when it is full
   */
  take(bytes: Uint8Array, isShort: boolean): void;
  /** The pipe broke: a block under way is lost. */
  break(): void;
  /** We stop: a block under way never was; its number is used again. */
  stop(): void;
  /** Number that the next block would have. */
  nextSequence(): number;
}

/** Leaders are a few words long: the first bytes of a larger transfer are pixels, whatever they look like. */
const MOST_LEADER_BYTES = 1024;
/** A jump of the block number beyond this is a counter that began anew, not a loss: hours of frames. */
const LARGEST_GAP = 1_000_000n;

interface OpenBlock {
  readonly leader: Leader;
  readonly sequence: number;
  readonly target: PictureTarget | undefined;
  readonly sink: PayloadSink | undefined;
  /** Why the picture is lost already, though its bytes are still coming. */
  reason: CameraLoss["reason"] | undefined;
  received: number;
  /** A short transfer has ended the payload: only a trailer may follow. */
  isPayloadOver: boolean;
}

/**
 * Leader, payload and trailer are told apart by what they say, not by which transfer they come in: a camera that sends
 * less than it announced then costs its own frame and no other.
 */
export function createBlockAssembler(parts: AssemblerParts): BlockAssembler {
  let block: OpenBlock | undefined;
  let sequence = parts.firstSequence;
  let expectedId: bigint | undefined;

  /** The block's number; blocks between it and the last one are told as lost first. */
  const numberFor = (blockId: bigint): number => {
    const gap = expectedId === undefined ? 0n : blockId - expectedId;
    if (gap > 0n && gap <= LARGEST_GAP) {
      sequence += Number(gap);
      parts.lose(Number(gap), "camera-gap");
    }
    expectedId = blockId + 1n;
    sequence += 1;
    return sequence - 1;
  };

  const lose = (reason: CameraLoss["reason"]): void => {
    const lost = block;
    block = undefined;
    if (lost === undefined) return;
    lost.target?.abandon();
    parts.lose(1, lost.reason ?? reason);
  };

  const begin = (leader: Leader): void => {
    // The number of a block that has ended: nothing new.
    if (expectedId !== undefined && leader.blockId + 1n === expectedId) return;
    const number = numberFor(leader.blockId);
    const target = parts.open(leader);
    const isOpen = typeof target !== "string";
    block = {
      leader, sequence: number, target: isOpen ? target : undefined, reason: isOpen ? undefined : target,
      sink: isOpen ? createPayloadSink(target, hasChunks(leader.payloadType)) : undefined,
      received: 0, isPayloadOver: false,
    };
  };

  const takePayload = (open: OpenBlock, bytes: Uint8Array): void => {
    if (bytes.length === 0) return;
    open.received += bytes.length;
    if (open.sink === undefined || open.reason !== undefined) return;
    if (open.received > parts.maxPayloadBytes) {
      open.reason = "incomplete";
      return;
    }
    open.sink.push(bytes);
  };

  const finish = (open: OpenBlock, trailer: Trailer): void => {
    const isWhole = trailer.status === 0 && open.reason === undefined && open.target?.isComplete() === true && trailer.validBytes <= BigInt(open.received) && trailer.validBytes > 0n
      && (trailer.height === undefined || trailer.height === 0 || trailer.height >= (open.leader.image?.height ?? 0));
    if (!isWhole) return lose("incomplete");
    block = undefined;
    open.target?.deliver(open.sequence, open.sink?.chunks(Number(trailer.validBytes)));
  };

  return {
    nextSequence: () => sequence,
    take(bytes, isShort) {
      if (bytes.length === 0) return;
      const leader = isShort && bytes.length <= MOST_LEADER_BYTES ? readLeader(bytes) : undefined;
      if (leader !== undefined && leader.blockId === block?.leader.blockId) {
        // Said twice. Behind some of the picture it means that the rest is not to be trusted.
        if (block.received > 0) block.reason ??= "incomplete";
        return;
      }
      if (leader !== undefined) {
        lose("incomplete");
        begin(leader);
        return;
      }
      if (block === undefined) {
        // The leader was lost: the trailer still says which block that was.
        const stray = isShort ? findTrailer(bytes, undefined) : undefined;
        if (stray !== undefined && expectedId !== undefined && stray.trailer.blockId >= expectedId && stray.trailer.blockId - expectedId <= LARGEST_GAP) {
          numberFor(stray.trailer.blockId);
          parts.lose(1, "incomplete");
        }
        return;
      }
      const found = isShort ? findTrailer(bytes, block.leader.blockId) : undefined;
      if (block.isPayloadOver && found?.at !== 0) return lose("incomplete");
      takePayload(block, found === undefined ? bytes : bytes.subarray(0, found.at));
      if (found !== undefined) return finish(block, found.trailer);
      if (isShort) block.isPayloadOver = true;
      // More than was ever announced: whatever comes until the next leader is not looked at.
      if (block.received > parts.maxPayloadBytes + MOST_CHUNK_BYTES) lose("incomplete");
    },
    break: () => lose("incomplete"),
    stop() {
      if (block === undefined) return;
      block.target?.abandon();
      sequence = block.sequence;
      block = undefined;
    },
  };
}
