/** What can be wrong with a block of the stream. */
export const BLOCK_FAULTS = [
  /** The block's number is used up, nothing is sent. */
  "skip",
  /** One packet is lost on the way; it is sent again when asked for. */
  "leader", "trailer", "data",
  /** Every tenth data packet, or everything, is lost on the way. */
  "burst", "everything",
  /** All packets come, in another order; or all come twice. */
  "reordered", "leaderLast", "duplicated",
  /** A packet is lost, and the camera has it no more; or does not hear that it is asked for. */
  "gone", "deaf",
  /** The trailer says that less was sent than the leader announced. */
  "short",
  "hugePicture", "unknownFormat", "noImage",
] as const;
export type BlockFault = (typeof BLOCK_FAULTS)[number];

/** What can be wrong with an answer. */
export type ReplyFault =
  /** No answer at all. */
  | "none"
  | "requestId" | "ackId" | "cut" | "empty" | "noise" | "twice"
  /** The answer to the command before. */
  | "stale"
  /** The answer comes from another address. */
  | "foreign"
  | "busy" | "error"
  /** One plea for patience, then the answer. */
  | "pending"
  /** Pleas for patience without end. */
  | "pendingForever";

/** Faults waiting to happen. The first of each list meets the next command or block. */
export interface GigeFaults {
  readonly replies: ReplyFault[];
  readonly blocks: BlockFault[];
  /** From the next command on the camera answers nothing for so long, ms. */
  deafMs: number;
}

export function noGigeFaults(): GigeFaults {
  return { replies: [], blocks: [], deafMs: 0 };
}
