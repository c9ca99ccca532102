/** Status codes of GenCP and USB3 Vision, and what a host does about them. */

export interface GencpStatus {
  /** What people read. */
  readonly meaning: string;
  /** `retry`: the same again, after a pause; `reset`: clear the control pipe, then again; `refuse`: it will not get better. */
  readonly remedy: "retry" | "reset" | "refuse";
}

const KNOWN: ReadonlyMap<number, GencpStatus> = new Map<number, GencpStatus>([
  [0x8001, { meaning: "the command is not implemented", remedy: "refuse" }],
  [0x8002, { meaning: "a parameter is invalid or out of range", remedy: "refuse" }],
  [0x8003, { meaning: "there is no such address", remedy: "refuse" }],
  [0x8004, { meaning: "the register cannot be written", remedy: "refuse" }],
  [0x8005, { meaning: "address or length is not aligned", remedy: "refuse" }],
  [0x8006, { meaning: "access is denied", remedy: "refuse" }],
  [0x8007, { meaning: "the device is busy", remedy: "retry" }],
  [0x800b, { meaning: "the message took too long", remedy: "retry" }],
  [0x800e, { meaning: "the header is invalid", remedy: "reset" }],
  [0x800f, { meaning: "not allowed in the present configuration", remedy: "refuse" }],
  [0x8fff, { meaning: "an error without a name", remedy: "refuse" }],
  [0xa001, { meaning: "sending again is not supported", remedy: "refuse" }],
  [0xa002, { meaning: "the stream endpoint is halted", remedy: "refuse" }],
  [0xa003, { meaning: "the payload size is not aligned", remedy: "refuse" }],
  [0xa004, { meaning: "the stream registers contradict each other", remedy: "refuse" }],
  [0xa005, { meaning: "the event endpoint is halted", remedy: "refuse" }],
]);

/** What a status other than 0 means. */
export function gencpStatus(status: number): GencpStatus {
  return KNOWN.get(status) ?? { meaning: status & 0x8000 ? "an error of the maker's own" : "a warning of the maker's own", remedy: "refuse" };
}

/** "0x8006 (access is denied)". */
export function describeStatus(status: number): string {
  return `0x${status.toString(16).padStart(4, "0")} (${gencpStatus(status).meaning})`;
}
