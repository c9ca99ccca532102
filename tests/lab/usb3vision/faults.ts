/** What can be wrong with a block of the stream, in words for people. */
export const BLOCK_FAULT_WORDS = {
  skip: "the next picture's number is used up, nothing is sent",
  leaderMagic: "its leader does not begin as leaders do",
  trailerMagic: "its trailer does not begin as trailers do",
  noLeader: "its leader is not sent",
  noTrailer: "its trailer is not sent",
  short: "half its pixels are sent, then the trailer as if nothing were missing",
  oversized: "more pixels are sent than were announced",
  discarded: "the camera says itself that it lost part of it",
  hugePicture: "the leader announces a picture of a thousand million columns",
  unknownFormat: "the leader announces pixels of a format that nobody knows",
  noImage: "the leader announces something that is no picture",
  stall: "the pipe stalls instead",
} as const;

export type BlockFault = keyof typeof BLOCK_FAULT_WORDS;

export const BLOCK_FAULTS = Object.keys(BLOCK_FAULT_WORDS) as readonly BlockFault[];

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
