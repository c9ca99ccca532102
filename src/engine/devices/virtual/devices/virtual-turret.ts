import type { Clock } from "../../../../core/clock.ts";
import type { FaultKind, Objective } from "../../../../shared/domain/devices.ts";
import { OcularError } from "../../../../shared/errors.ts";
import type { CallOptions, Unsubscribe } from "../../api/device.ts";
import type { ObjectiveTurret } from "../../api/objective-turret.ts";
import { Emitter } from "./emitter.ts";
import { VirtualDevice } from "./virtual-device.ts";

/** Time from one lens to the next, ms. */
const TURN_MS = 450;

/** A motorised nosepiece. */
export class VirtualTurret extends VirtualDevice implements ObjectiveTurret {
  readonly #objectives: readonly Objective[];
  readonly #changes = new Emitter<Objective | undefined>();
  #current: Objective | undefined;
  #turning: AbortController | undefined;
  #stallNext = false;

  /** @param startId the lens in place at the beginning; must be one of `objectives`. */
  constructor(clock: Clock, objectives: readonly Objective[], startId: string) {
    super({ id: "virtual-turret", kind: "objectiveTurret", vendor: "Ocular", model: "Virtual turret", serial: "V1" }, clock);
    this.#objectives = objectives;
    this.#current = this.#find(startId);
  }

  objectives(): readonly Objective[] {
    return this.#objectives;
  }

  current(): Objective | undefined {
    return this.#current;
  }

  async select(objectiveId: string, options: CallOptions = {}): Promise<Objective> {
    this.requireLink("select");
    const wanted = this.#find(objectiveId);
    return this.call("select", options, 5000, async (signal) => {
      if (this.#current === wanted) return wanted;
      this.#turning?.abort(new OcularError({ tag: "Canceled", what: `${this.identity.id} select (superseded)` }));
      const own = new AbortController();
      this.#turning = own;
      this.#become(undefined);
      await this.clock.delay(TURN_MS, AbortSignal.any([own.signal, signal]));
      if (this.#stallNext) {
        this.#stallNext = false;
        throw new OcularError({ tag: "DeviceFaulted", deviceId: this.identity.id, command: "select", reply: "the turret stuck between two lenses" });
      }
      this.#become(wanted);
      return wanted;
    });
  }

  onDidChange(listener: (objective: Objective | undefined) => void): Unsubscribe {
    return this.#changes.subscribe(listener);
  }

  protected override didLoseLink(): void {
    this.#turning?.abort(new OcularError({ tag: "Canceled", what: `${this.identity.id} select (the turret is gone)` }));
  }

  protected override async didDispose(): Promise<void> {
    this.#changes.clear();
  }

  protected override takeOwnFault(fault: FaultKind): void {
    if (fault === "stall") this.#stallNext = true;
  }

  #find(objectiveId: string): Objective {
    const found = this.#objectives.find(({ id }) => id === objectiveId);
    if (found === undefined) {
      throw new OcularError({ tag: "UnsupportedValue", what: "objective", value: objectiveId, allowed: this.#objectives.map(({ id }) => id) });
    }
    return found;
  }

  #become(objective: Objective | undefined): void {
    this.#current = objective;
    this.#changes.emit(objective);
  }
}
