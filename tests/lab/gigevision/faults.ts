/** What can be wrong with a block of the stream, in words for people. */
export const BLOCK_FAULT_WORDS = {
  skip: "the next picture's number is used up, nothing is sent",
  leader: "its leader is lost on the way; it is sent again when asked for",
  trailer: "its trailer is lost on the way; it is sent again when asked for",
  data: "one data packet is lost on the way; it is sent again when asked for",
  burst: "every tenth data packet is lost on the way",
  everything: "all of its packets are lost on the way",
  reordered: "all packets come, in another order",
  leaderLast: "all packets come, the leader last",
  duplicated: "all packets come twice",
  gone: "a packet is lost, and the camera has it no more",
  deaf: "a packet is lost, and the camera does not hear that it is asked for",
  short: "the trailer says that less was sent than the leader announced",
  hugePicture: "the leader announces a picture of a thousand million columns",
  unknownFormat: "the leader announces pixels of a format that nobody knows",
  noImage: "the leader announces something that is no picture",
} as const;

export type BlockFault = keyof typeof BLOCK_FAULT_WORDS;

export const BLOCK_FAULTS = Object.keys(BLOCK_FAULT_WORDS) as readonly BlockFault[];

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
  /** Addresses of registers that it lets nobody write. */
  readonly denied: Set<number>;
}

export function noGigeFaults(): GigeFaults {
  return { replies: [], blocks: [], deafMs: 0, denied: new Set() };
}
