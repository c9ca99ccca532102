/** What a virtual controller can be told to do wrong, once each unless said otherwise. */
export type LabFault =
  /** What the host sends next in one piece, one command or an order with a question behind it, is not heard at all. */
  | "deaf"
  /** The next command is obeyed, its answer is lost. */
  | "mute"
  /** The next answer comes late, by `ms`; everything after it waits behind it. */
  | "late"
  /** Of the next answer only the first half comes. */
  | "half"
  /** The next answer comes in two pieces, `ms` apart. */
  | "split"
  /** The next answer comes twice in one piece. */
  | "double"
  /** Binary noise comes in front of the next answer. */
  | "noise"
  /** Binary noise comes instead of the next answer. */
  | "garbage"
  /** The next command is refused with the family's error reply. */
  | "error"
  /** The next motion stops at two fifths of its way and says it is done. */
  | "stall"
  /** The next motion never ends by its own account. */
  | "busyForever"
  /** The axes' counters jump: steps were lost. */
  | "jump";

export const LAB_FAULTS: readonly LabFault[] = ["deaf", "mute", "late", "half", "split", "double", "noise", "garbage", "error", "stall", "busyForever", "jump"];

export interface FaultOrder {
  readonly fault: LabFault;
  readonly ms: number;
}

/** Bytes as they come from a line with a loose contact: the same ones each time. */
export function noiseBytes(length: number): string {
  let state = 0x2f6e2b1;
  let text = "";
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    text += String.fromCharCode(0x80 | ((state >> 16) & 0x7f));
  }
  return text;
}
