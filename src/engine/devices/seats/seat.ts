import type { Clock } from "../../../core/clock.ts";
import type { DeviceIdentity, DeviceKind, DeviceStatus } from "../../../shared/domain/devices.ts";
import { OcularError } from "../../../shared/errors.ts";
import { createEmitter } from "../../runtime/emitter.ts";
import type { CallOptions, Device, Unsubscribe } from "../api/device.ts";

/**
 * A place for one device: who holds the seat goes on when another device sits down. It is that device to everyone: calls,
 * events and promises are those of whoever sits there. An empty seat is an absent device with a reason.
 *
 * A seat owns nobody: `take` lets the one before go and disposes of nothing; `dispose` does what the interface promises, for
 * the one who sits there then.
 */
export abstract class Seat<D extends Device> implements Device {
  readonly kind: DeviceKind;
  readonly #empty: DeviceIdentity;
  readonly #emptySinceMs: number;
  readonly #statusChanges = createEmitter<DeviceStatus>();
  #sitting: D | undefined;
  #unlisten: readonly Unsubscribe[] = [];
  #isDisposed = false;

  /** @param what "stage": who should sit here, in words */
  protected constructor(kind: DeviceKind, what: string, clock: Clock) {
    this.kind = kind;
    this.#empty = { id: `no-${what.replaceAll(" ", "-")}`, kind, vendor: "", model: `No ${what}`, serial: "" };
    this.#emptySinceMs = clock.nowMs();
  }

  get identity(): DeviceIdentity {
    return this.#sitting?.identity ?? this.#empty;
  }

  /** Undefined while the seat is empty. */
  sitting(): D | undefined {
    return this.#sitting;
  }

  /** The next one sits down; undefined leaves the seat empty. The one before stands still: whoever calls has seen to it. */
  take(next: D | undefined): void {
    if (this.#isDisposed || next === this.#sitting) return;
    const before = this.status();
    this.#leave();
    this.#sitting = next;
    if (next !== undefined) this.#unlisten = [next.onDidChangeStatus((status) => this.#statusChanges.emit(status)), ...this.listenTo(next)];
    const now = this.status();
    if (now.state !== before.state || now.identity.id !== before.identity.id) this.#statusChanges.emit(now);
    this.didTake();
  }

  status(): DeviceStatus {
    return this.#sitting?.status() ?? { identity: this.#empty, state: "absent", sinceMs: this.#emptySinceMs, reason: "nothing is set up" };
  }

  onDidChangeStatus(listener: (status: DeviceStatus) => void): Unsubscribe {
    return this.#statusChanges.on(listener);
  }

  async connect(options?: CallOptions): Promise<void> {
    await this.need("connect").connect(options);
  }

  async disconnect(options?: CallOptions): Promise<void> {
    await this.#sitting?.disconnect(options);
  }

  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    await this.#sitting?.dispose();
    this.#leave();
    this.#statusChanges.clear();
    this.didDispose();
  }

  protected need(command: string): D {
    if (this.#sitting === undefined) throw new OcularError({ tag: "DeviceDisconnected", deviceId: this.#empty.id, command });
    return this.#sitting;
  }

  /** Hands on what that device tells. */
  protected abstract listenTo(device: D): readonly Unsubscribe[];
  /** Tells what is different with the new one. */
  protected didTake(): void {}
  protected abstract didDispose(): void;

  #leave(): void {
    for (const unlisten of this.#unlisten) unlisten();
    this.#unlisten = [];
  }
}
