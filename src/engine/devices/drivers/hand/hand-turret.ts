import type { Clock } from "../../../../core/clock.ts";
import type { DeviceIdentity, DeviceState, DeviceStatus, Objective } from "../../../../shared/domain/devices.ts";
import { OcularError } from "../../../../shared/errors.ts";
import { createEmitter } from "../../../runtime/emitter.ts";
import type { CallOptions, Unsubscribe } from "../../api/device.ts";
import type { ObjectiveTurret } from "../../api/objective-turret.ts";

/**
 * A nosepiece turned by hand: which lens is in place is what the person at the instrument says. With one lens it is that; with
 * several it is unknown until somebody says it.
 */
export class HandTurret implements ObjectiveTurret {
  readonly identity: DeviceIdentity = { id: "hand-turret", kind: "objectiveTurret", vendor: "", model: "Nosepiece turned by hand", serial: "" };
  readonly #objectives: readonly Objective[];
  readonly #clock: Clock;
  readonly #statusChanges = createEmitter<DeviceStatus>();
  readonly #changes = createEmitter<Objective | undefined>();
  #current: Objective | undefined;
  #state: DeviceState = "absent";
  #sinceMs: number;
  #isDisposed = false;

  constructor(objectives: readonly Objective[], clock: Clock) {
    this.#objectives = objectives;
    this.#clock = clock;
    this.#sinceMs = clock.nowMs();
    this.#current = objectives.length === 1 ? objectives[0] : undefined;
  }

  readonly onDidChangeStatus = this.#statusChanges.on;

  onDidChange(listener: (objective: Objective | undefined) => void): Unsubscribe {
    return this.#changes.on(listener);
  }

  status(): DeviceStatus {
    return { identity: this.identity, state: this.#state, sinceMs: this.#sinceMs, ...(this.#state === "absent" ? { reason: "not in use" } : {}) };
  }

  async connect(): Promise<void> {
    if (this.#isDisposed) throw this.#disconnected("connect");
    this.#become("ready");
  }

  async disconnect(): Promise<void> {
    this.#become("absent");
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    this.#become("absent");
    this.#statusChanges.clear();
    this.#changes.clear();
  }

  objectives(): readonly Objective[] {
    return this.#objectives;
  }

  current(): Objective | undefined {
    return this.#current;
  }

  async select(objectiveId: string, { signal }: CallOptions = {}): Promise<Objective> {
    if (this.#state !== "ready") throw this.#disconnected("select");
    if (signal?.aborted === true) throw new OcularError({ tag: "Canceled", what: "Naming the objective" });
    const wanted = this.#objectives.find(({ id }) => id === objectiveId);
    if (wanted === undefined) throw new OcularError({ tag: "UnsupportedValue", what: "objective", value: objectiveId, allowed: this.#objectives.map(({ id }) => id) });
    if (wanted === this.#current) return wanted;
    // It was turned before it was said: what came in between was seen through nobody knows which lens.
    this.#tell(undefined);
    this.#tell(wanted);
    return wanted;
  }

  #tell(objective: Objective | undefined): void {
    this.#current = objective;
    this.#changes.emit(objective);
  }

  #become(state: DeviceState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#sinceMs = this.#clock.nowMs();
    this.#statusChanges.emit(this.status());
  }

  #disconnected(command: string): OcularError {
    return new OcularError({ tag: "DeviceDisconnected", deviceId: this.identity.id, command });
  }
}
