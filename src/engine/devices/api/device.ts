import type { DeviceIdentity, DeviceStatus } from "../../../shared/domain/devices.ts";

/** Takes back what it was given for; calling it twice is harmless. */
export type Unsubscribe = () => void;

/** Options every device call takes. */
export interface CallOptions {
  /** Deadline of this call. Each interface states its default. */
  readonly timeoutMs?: number;
  /** Aborting rejects the call with `Canceled`; a motion it started is stopped. */
  readonly signal?: AbortSignal;
}

/**
 * Promises of every device:
 *  - every call settles within its deadline: with its value, or with an OcularError `DeviceTimeout`, `DeviceDisconnected`,
 *    `DeviceFaulted`, `OutOfRange`, `Canceled` (never with anything else, never hangs);
 *  - a lost device is the state "absent", told by `onDidChangeStatus`; calls on it reject with `DeviceDisconnected`;
 *  - `connect()` on a ready device and `disconnect()` on an absent one resolve and change nothing;
 *  - after `dispose()` there is no timer, thread, handle or listener left.
 */
export interface Device {
  readonly identity: DeviceIdentity;
  status(): DeviceStatus;
  onDidChangeStatus(listener: (status: DeviceStatus) => void): Unsubscribe;
  /** Default deadline 5000 ms. What sits on a port may also reject with `PortUnavailable`. A replay, whose medium is files, may also reject with `FileMissing`, `NoImages`, `ImageUnreadable`. */
  connect(options?: CallOptions): Promise<void>;
  /** Default deadline 2000 ms. Leaves the hardware safe: motion stopped, light off. */
  disconnect(options?: CallOptions): Promise<void>;
  dispose(): Promise<void>;
}

/** True for a device whose word can be taken: one that is absent, being connected or faulted knows neither its place nor its level. */
export function isAtWork(device: Device): boolean {
  const { state } = device.status();
  return state === "ready" || state === "busy";
}
