/** What can be wrong with a block of the stream. */
export type BlockFault =
  /** The block's number is used up, nothing is sent. */
  | "skip"
  | "leaderMagic" | "trailerMagic" | "noLeader" | "noTrailer"
  /** Half the payload, then the trailer as if nothing were missing. */
  | "short"
  /** More payload than was announced. */
  | "oversized"
  /** The camera says itself that it lost part of the block. */
  | "discarded"
  | "hugePicture" | "unknownFormat" | "noImage"
  /** The pipe stalls instead. */
  | "stall";

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
}

export function noFaults(): CameraFaults {
  return { replies: [], blocks: [], deafMs: 0 };
}
