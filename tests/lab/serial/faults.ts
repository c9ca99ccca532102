/** What a virtual controller can be told to do wrong, once each, in words for people. */
export const LAB_FAULT_WORDS = {
  deaf: "what the host sends next in one piece, one command or an order with a question behind it, is not heard at all",
  mute: "the next command is obeyed, its answer is lost",
  late: "the next answer comes late, by MS; everything after it waits behind it",
  half: "of the next answer only the first half comes",
  split: "the next answer comes in two pieces, MS apart",
  double: "the next answer comes twice in one piece",
  noise: "binary noise comes in front of the next answer",
  garbage: "binary noise comes instead of the next answer",
  error: "the next command is refused with the family's error reply",
  stall: "the next motion stops at two fifths of its way and says it is done",
  busyForever: "the next motion never ends by its own account",
  jump: "the axes' counters jump by UM: steps were lost",
  power: "the power is gone for a moment, the cable stays: motors stand, lights are out, modes and counters are those of the start",
} as const;

export type LabFault = keyof typeof LAB_FAULT_WORDS;

/** What may stand behind those that take a measure. */
export const LAB_FAULT_MEASURES: Partial<Record<LabFault, string>> = { late: "[MS]", split: "[MS]", jump: "[UM]" };

export const LAB_FAULTS = Object.keys(LAB_FAULT_WORDS) as readonly LabFault[];

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
