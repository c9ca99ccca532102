import type { Clock } from "../../../../core/clock.ts";
import type { DeviceIdentity, DeviceState, DeviceStatus } from "../../../../shared/domain/devices.ts";
import { OcularError } from "../../../../shared/errors.ts";
import { withDeadline } from "../../../runtime/deadline.ts";
import { createEmitter } from "../../../runtime/emitter.ts";
import type { CallOptions, Device, Unsubscribe } from "../../api/device.ts";
import { type Ask, type ControllerLink, ifStillThere, type LinkUser } from "./controller-link.ts";

/** What all devices on a serial controller share: life as a state, deadlines on calls, safety on the way out. */
export abstract class SerialDevice implements Device {
  readonly identity: DeviceIdentity;
  protected readonly link: ControllerLink;
  protected readonly clock: Clock;
  readonly #statusChanges = createEmitter<DeviceStatus>();
  readonly #unlisten: Unsubscribe;
  #state: DeviceState = "absent";
  #sinceMs: number;
  #reason: string | undefined = "not connected yet";
  #isDisposed = false;
  #connecting: Promise<void> | undefined;
  #linked = new AbortController();
  readonly #user: LinkUser = { safeBytes: () => this.safeBytes() };

  protected constructor(identity: DeviceIdentity, link: ControllerLink) {
    this.identity = identity;
    this.link = link;
    this.clock = link.clock;
    this.#sinceMs = link.clock.nowMs();
    this.#unlisten = link.onDidLose((reason) => {
      if (this.isLinked) this.#unlink(reason);
    });
  }

  status(): DeviceStatus {
    const status = { identity: this.identity, state: this.#state, sinceMs: this.#sinceMs };
    return this.#reason === undefined ? status : { ...status, reason: this.#reason };
  }

  onDidChangeStatus(listener: (status: DeviceStatus) => void): Unsubscribe {
    return this.#statusChanges.on(listener);
  }

  async connect(options: CallOptions = {}): Promise<void> {
    if (this.#isDisposed) throw this.#disconnected("connect");
    if (this.isLinked) return;
    this.#connecting ??= this.#connectOnce(options).finally(() => {
      this.#connecting = undefined;
    });
    await this.#connecting;
  }

  async disconnect(options: CallOptions = {}): Promise<void> {
    if (!this.isLinked) return;
    try {
      await this.call("disconnect", options, 2000, (signal) => this.makeSafe(this.asker(signal), signal));
    } finally {
      // Whatever it answered: the host lets go of it.
      if (this.isLinked) {
        this.#unlink("disconnected");
        await this.link.release(this.#user);
      }
    }
  }

  /** Does not wait for answers: at the end of the program there may be no time for them. */
  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#unlisten();
    if (this.isLinked) {
      const safe = this.safeBytes();
      if (safe !== "") await ifStillThere(this.link.interrupt(safe));
      this.#unlink("switched off");
      await this.link.release(this.#user);
    }
    this.#statusChanges.clear();
    this.didDispose();
  }

  /** Runs one command: rejects when the device is absent, is lost meanwhile, does not answer in time, or is told to cancel. */
  protected async call<T>(command: string, options: CallOptions, defaultTimeoutMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.requireLink(command);
    const linked = this.#linked.signal;
    const deadline = { ...options, clock: this.clock, timeoutMs: options.timeoutMs ?? defaultTimeoutMs, command, deviceId: this.identity.id };
    let unlisten = (): void => undefined;
    const lost = new Promise<never>((_, reject) => {
      const onLost = (): void => reject(this.#disconnected(command));
      linked.addEventListener("abort", onLost, { once: true });
      unlisten = () => linked.removeEventListener("abort", onLost);
    });
    try {
      return await withDeadline(deadline, (signal) => Promise.race([lost, work(AbortSignal.any([signal, linked]))]));
    } finally {
      unlisten();
    }
  }

  protected requireLink(command: string): void {
    if (!this.isLinked) throw this.#disconnected(command);
  }

  protected get isLinked(): boolean {
    return this.#state === "ready" || this.#state === "faulted";
  }

  /** It is on the line and takes orders, but a person should look at it now. */
  protected fault(reason: string): void {
    if (this.isLinked && this.#reason !== reason) this.#become("faulted", reason);
  }

  /** What was wrong is over. */
  protected cure(): void {
    if (this.#state === "faulted") this.#become("ready");
  }

  protected asker(signal: AbortSignal): Ask {
    return (exchange) => this.link.ask(exchange, signal);
  }

  /** Reads what must be known before the device is ready. */
  protected abstract learn(ask: Ask): Promise<void>;
  /** Leaves the hardware safe and makes sure of it: motion stopped, light off. */
  protected abstract makeSafe(ask: Ask, signal: AbortSignal): Promise<void>;
  /** The same in bytes, for when there is no time for an answer. */
  protected abstract safeBytes(): string;
  /** The link is gone, wanted or not. */
  protected abstract didUnlink(): void;
  protected didConnect(): void {}
  protected didDispose(): void {}

  async #connectOnce(options: CallOptions): Promise<void> {
    this.#become("connecting");
    const deadline = { ...options, clock: this.clock, timeoutMs: options.timeoutMs ?? 5000, command: "connect", deviceId: this.identity.id };
    let isGivenUp = false;
    try {
      await withDeadline(deadline, async (signal) => {
        await this.link.acquire(this.#user);
        if (isGivenUp) await this.link.release(this.#user);
        else await this.learn(this.asker(signal)).catch(async (error: unknown) => {
          await this.link.release(this.#user);
          throw error;
        });
      });
    } catch (error) {
      isGivenUp = true;
      this.#become("absent", error instanceof OcularError ? error.message : "it did not answer");
      throw error;
    }
    // Disposed, or lost, while it was being connected.
    if (this.#isDisposed) {
      await this.link.release(this.#user);
      throw this.#disconnected("connect");
    }
    this.#linked = new AbortController();
    this.#become("ready");
    this.didConnect();
  }

  #unlink(reason: string): void {
    this.#become("absent", reason);
    this.#linked.abort(this.#disconnected("call"));
    this.didUnlink();
  }

  #become(state: DeviceState, reason?: string): void {
    this.#state = state;
    this.#reason = reason;
    this.#sinceMs = this.clock.nowMs();
    this.#statusChanges.emit(this.status());
  }

  #disconnected(command: string): OcularError {
    return new OcularError({ tag: "DeviceDisconnected", deviceId: this.identity.id, command });
  }
}
