/**
 * What can be wrong with a block of the stream. skip: its number is used up, nothing is sent. short: half the payload,
 * then the trailer as if nothing were missing. oversized: more payload than was announced. discarded: the camera says
 * itself that it lost part of the block. stall: the pipe stalls instead.
 */
export const BLOCK_FAULTS = ["skip", "leaderMagic", "trailerMagic", "noLeader", "noTrailer", "short", "oversized", "discarded", "hugePicture", "unknownFormat", "noImage", "stall"] as const;
export type BlockFault = (typeof BLOCK_FAULTS)[number];

/** What can be wrong with an answer on the control pipe. */
export type ReplyFault =
  /** No answer at all. */
  | "none"
  | "magic" | "ackId" | "requestId" | "cut" | "empty" | "oversized" | "noise"
  /** The answer to the command before. */
  | "stale"
  | "busy" | "error" | "badHeader" | "stall"
  /** One plea for patience, then the answer. */
  | "pending"
  /** Pleas for patience without end. */
  | "pendingForever";

/** Faults waiting to happen. The first of each list meets the next command or block. */
export interface CameraFaults {
  readonly replies: ReplyFault[];
  readonly blocks: BlockFault[];
  /** From the next command on the camera answers nothing for so long, ms. */
  deafMs: number;
  /** Addresses of registers that it lets nobody write. */
  readonly denied: Set<number>;
}

export function noFaults(): CameraFaults {
  return { replies: [], blocks: [], deafMs: 0, denied: new Set() };
}
