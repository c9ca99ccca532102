/** How a transport call may be cut short. */
export interface PortOptions {
  /** Aborting ends the call with the signal's reason; the transport stays usable. */
  readonly signal?: AbortSignal;
  /** Asked again and again, as a heartbeat is: the conversation that people read leaves it out unless something is out of the ordinary. */
  readonly isRoutine?: boolean;
}

/**
 * A device's address space as bytes: the seam between the node map and every transport (USB3 Vision, GigE Vision, a
 * test's memory). Both reject with whatever the transport rejects with; a write is done when the device said so.
 */
export interface RegisterPort {
  /** Exactly `length` bytes. */
  read(address: bigint, length: number, options?: PortOptions): Promise<Uint8Array>;
  write(address: bigint, bytes: Uint8Array, options?: PortOptions): Promise<void>;
}
