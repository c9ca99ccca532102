import type { CallOptions, Device, Unsubscribe } from "./device.ts";

/**
 * One light. Promises, beside those of {@link Device}: `setLevel` outside 0 to 100 rejects with `OutOfRange`; it resolves
 * with the device's true level; a newer level supersedes one under way, which may reject with `Canceled`: the newest is what stays;
 * `disconnect`, `dispose` and a lost connection leave the light off; default deadline 500 ms.
 */
export interface Illumination extends Device {
  /** % of full scale; 0 is off. */
  level(): number;
  setLevel(percent: number, options?: CallOptions): Promise<number>;
  onDidChangeLevel(listener: (percent: number) => void): Unsubscribe;
}
