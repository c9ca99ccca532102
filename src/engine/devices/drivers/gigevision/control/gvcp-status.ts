/** Status codes of GigE Vision, in answers and in stream packets. */

export const STATUS = {
  ok: 0, resent: 0x0100, notImplemented: 0x8001, accessDenied: 0x8006, busy: 0x8007,
  unavailable: 0x800c, notYetAvailable: 0x8010, allBeforeRemoved: 0x8011, removed: 0x8012, temporarilyUnavailable: 0x8014,
} as const;

const MEANINGS: ReadonlyMap<number, string> = new Map([
  [0x8001, "the command is not implemented"],
  [0x8002, "a parameter is invalid or out of range"],
  [0x8003, "there is no such address"],
  [0x8004, "the register cannot be written"],
  [0x8005, "address or length is not aligned"],
  [0x8006, "access is denied"],
  [0x8007, "the device is busy"],
  [0x8008, "the device has a problem of its own"],
  [0x8009, "the packet does not fit its header"],
  [0x800a, "the protocol is invalid"],
  [0x800b, "there is no message"],
  [0x800c, "the packet is not available"],
  [0x800d, "data was overrun"],
  [0x800e, "the header is invalid"],
  [0x800f, "not allowed in the present configuration"],
  [0x8010, "the packet is not available yet"],
  [0x8011, "the packet and all before it are gone"],
  [0x8012, "the packet is gone"],
  [0x8013, "there is no reference time"],
  [0x8014, "the packet is not available for the moment"],
  [0x8015, "the device could not keep up"],
  [0x8016, "the action came too late"],
  [0x8fff, "an error without a name"],
]);

/** "0x8006 (access is denied)". */
export function describeStatus(status: number): string {
  return `0x${status.toString(16).padStart(4, "0")} (${MEANINGS.get(status) ?? (status & 0x8000 ? "an error of the maker's own" : "a warning of the maker's own")})`;
}
