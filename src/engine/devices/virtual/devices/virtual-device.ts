import type { Clock } from "../../../../core/clock.ts";
import type { DeviceIdentity, DeviceState, DeviceStatus, FaultKind } from "../../../../shared/domain/devices.ts";
import { OcularError } from "../../../../shared/errors.ts";
import { withDeadline } from "../../../runtime/deadline.ts";
import type { CallOptions, Device, Unsubscribe } from "../../api/device.ts";
import { Emitter } from "./emitter.ts";

/** How a virtual device is told to fail. */
export interface FaultInjector {
  /**
   * - `stall`: the next motion stops short; a camera freezes for two seconds and loses those frames;
   * - `dropFrames`: a camera loses the next `count` frames (default 5); others ignore it;
   * - `timeout`: the next `count` calls (default 1) never get an answer;
   * - `disconnect`: the cable comes out: the link is lost at once and `connect()` finds nothing until it is back in;
   * - `reconnect`: the cable is in again and the device comes back by itself.
   */
  next(fault: FaultKind, options?: { count?: number }): void;
}

/** What all virtual devices share: life as a state, deadlines on calls, faults on demand. */
export abstract class VirtualDevice implements Device {
  readonly identity: DeviceIdentity;
  readonly faults: FaultInjector = { next: (fault, options) => this.#takeFault(fault, options?.count) };
  protected readonly clock: Clock;
  readonly #statusChanges = new Emitter<DeviceStatus>();
  #state: DeviceState = "absent";
  #sinceMs: number;
  #reason: string | undefined = "not connected yet";
  #callsToIgnore = 0;
  #isDisposed = false;
  #isUnplugged = false;
  #link = new AbortController();

  protected constructor(identity: DeviceIdentity, clock: Clock) {
    this.identity = identity;
    this.clock = clock;
    this.#sinceMs = clock.nowMs();
  }

  status(): DeviceStatus {
    const status = { identity: this.identity, state: this.#state, sinceMs: this.#sinceMs };
    return this.#reason === undefined ? status : { ...status, reason: this.#reason };
  }

  onDidChangeStatus(listener: (status: DeviceStatus) => void): Unsubscribe {
    return this.#statusChanges.subscribe(listener);
  }

  async connect(options: CallOptions = {}): Promise<void> {
    if (this.#isDisposed) throw new OcularError({ tag: "DeviceDisconnected", deviceId: this.identity.id, command: "connect" });
    if (this.#state === "ready") return;
    if (this.#isUnplugged) throw new OcularError({ tag: "DeviceDisconnected", deviceId: this.identity.id, command: "connect" });
    this.#become("connecting");
    try {
      await this.#guarded("connect", options, 5000, (signal) => this.openLink(signal));
    } catch (error) {
      this.#become("absent", "it did not answer");
      throw error;
    }
    this.#link = new AbortController();
    this.#become("ready");
    this.didConnect();
  }

  async disconnect(options: CallOptions = {}): Promise<void> {
    if (this.#state === "absent") return;
    if (this.#state === "faulted") {
      this.#become("absent", "disconnected");
      return;
    }
    await this.#guarded("disconnect", options, 2000, async () => this.beforeDisconnect());
    this.#loseLink("disconnected");
  }

  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    if (this.isLinked) {
      await this.beforeDisconnect();
      this.#loseLink("switched off");
    }
    this.#statusChanges.clear();
    await this.didDispose();
  }

  /**
   * Runs one command: rejects when the device is absent, is lost meanwhile, does not answer in time, or is told to
   * cancel. `work` gets a signal that aborts in the last two cases.
   */
  protected async call<T>(command: string, options: CallOptions, defaultTimeoutMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.requireLink(command);
    return this.#guarded(command, options, defaultTimeoutMs, work);
  }

  protected requireLink(command: string): void {
    if (this.#state === "ready" || this.#state === "busy") return;
    throw new OcularError({ tag: "DeviceDisconnected", deviceId: this.identity.id, command });
  }

  protected get isLinked(): boolean {
    return this.#state === "ready" || this.#state === "busy";
  }

  /** The device has gone wrong; only a new `connect` mends it. */
  protected fail(reason: string): void {
    this.#loseLink(reason, "faulted");
  }

  /** Brings up what the device needs before it is ready. */
  protected async openLink(_signal: AbortSignal): Promise<void> {}
  /** The link is up. */
  protected didConnect(): void {}
  /** Leaves the hardware safe while it still answers. */
  protected async beforeDisconnect(): Promise<void> {}
  /** The link is gone, wanted or not. `isWanted` tells a disconnect from a loss. */
  protected didLoseLink(_isWanted: boolean): void {}
  protected async didDispose(): Promise<void> {}
  /** A fault that only this kind of device has. */
  protected takeOwnFault(_fault: FaultKind, _count: number | undefined): void {}

  async #guarded<T>(command: string, options: CallOptions, defaultTimeoutMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { id } = this.identity;
    const link = this.#link.signal;
    const isIgnored = this.#callsToIgnore > 0;
    if (isIgnored) this.#callsToIgnore -= 1;
    let unlisten = (): void => undefined;
    const lost = new Promise<never>((_, reject) => {
      const onLost = (): void => reject(new OcularError({ tag: "DeviceDisconnected", deviceId: id, command }));
      if (link.aborted && this.#state !== "connecting") onLost();
      else if (this.#state !== "connecting") link.addEventListener("abort", onLost, { once: true });
      unlisten = () => link.removeEventListener("abort", onLost);
    });
    const deadline = { ...options, clock: this.clock, timeoutMs: options.timeoutMs ?? defaultTimeoutMs, command, deviceId: id };
    try {
      return await withDeadline(deadline, (signal) => Promise.race([lost, isIgnored ? silence() : work(signal)]));
    } finally {
      unlisten();
    }
  }

  #takeFault(fault: FaultKind, count: number | undefined): void {
    switch (fault) {
      case "timeout":
        this.#callsToIgnore += count ?? 1;
        break;
      case "disconnect":
        this.#isUnplugged = true;
        if (this.#state !== "absent") this.#loseLink("the cable came out", "absent", false);
        break;
      case "reconnect":
        this.#isUnplugged = false;
        // Nobody waits for this call: how it went shows in the status, where a failed try leaves the device absent.
        this.connect().then(undefined, () => undefined);
        break;
      case "stall":
      case "dropFrames":
        this.takeOwnFault(fault, count);
        break;
    }
  }

  #loseLink(reason: string, state: DeviceState = "absent", isWanted = true): void {
    this.#become(state, reason);
    this.#link.abort();
    this.didLoseLink(isWanted && state === "absent");
  }

  #become(state: DeviceState, reason?: string): void {
    this.#state = state;
    this.#reason = reason;
    this.#sinceMs = this.clock.nowMs();
    this.#statusChanges.emit(this.status());
  }
}

/** What a device that never answers says. */
function silence(): Promise<never> {
  return new Promise(() => undefined);
}
