import type { DeviceIdentity, Objective } from "../../../../shared/domain/devices.ts";
import { OcularError } from "../../../../shared/errors.ts";
import { createEmitter } from "../../../runtime/emitter.ts";
import type { CallOptions, Unsubscribe } from "../../api/device.ts";
import type { ObjectiveTurret } from "../../api/objective-turret.ts";
import type { Ask, ControllerLink } from "./controller-link.ts";
import { SerialDevice } from "./serial-device.ts";

const POLL_MS = 50;
/** A turn, and a focus that has to get out of the way first, ms. */
const TURN_LIMIT_MS = 5000;
const RETRACT_LIMIT_MS = 20_000;

/** What a family's driver says about a nosepiece. Places count from 1. */
export interface TurretPort {
  /** The place in use; undefined between two. */
  readPlace(ask: Ask): Promise<number | undefined>;
  /** Resolves once the controller has taken the order. */
  startTurn(ask: Ask, place: number): Promise<void>;
  isBusy(ask: Ask): Promise<boolean>;
  /** Bytes that stop it; empty where it always ends its turn. */
  readonly stop: string;
}

/** A motorised nosepiece on a serial controller; `objectives[0]` sits in place 1. */
export class SerialTurret extends SerialDevice implements ObjectiveTurret {
  readonly #port: TurretPort;
  readonly #objectives: readonly Objective[];
  readonly #retract: ((signal: AbortSignal) => Promise<void>) | undefined;
  readonly #changes = createEmitter<Objective | undefined>();
  #current: Objective | undefined;
  #turning: AbortController | undefined;

  /** @param retract takes the focus out of the way; it does not turn unless that has worked */
  constructor(identity: DeviceIdentity, link: ControllerLink, port: TurretPort, objectives: readonly Objective[], retract?: (signal: AbortSignal) => Promise<void>) {
    super(identity, link);
    this.#retract = retract;
    this.#port = port;
    this.#objectives = objectives;
  }

  objectives(): readonly Objective[] {
    return this.#objectives;
  }

  current(): Objective | undefined {
    return this.#current;
  }

  async select(objectiveId: string, options: CallOptions = {}): Promise<Objective> {
    this.requireLink("select");
    const wanted = this.#objectives.find(({ id }) => id === objectiveId);
    if (wanted === undefined) {
      throw new OcularError({ tag: "UnsupportedValue", what: "objective", value: objectiveId, allowed: this.#objectives.map(({ id }) => id) });
    }
    return this.call("select", options, this.#retract === undefined ? TURN_LIMIT_MS : TURN_LIMIT_MS + RETRACT_LIMIT_MS, async (signal) => {
      this.#turning?.abort(new OcularError({ tag: "Canceled", what: `${this.identity.id} select (superseded)` }));
      const own = new AbortController();
      this.#turning = own;
      const ended = AbortSignal.any([own.signal, signal]);
      const ask = this.asker(ended);
      const place = this.#objectives.indexOf(wanted) + 1;
      if ((await this.#port.readPlace(ask)) !== place) await this.#turn(place, ask, ended);
      this.#become(wanted);
      return wanted;
    });
  }

  onDidChange(listener: (objective: Objective | undefined) => void): Unsubscribe {
    return this.#changes.on(listener);
  }

  protected override async learn(ask: Ask): Promise<void> {
    const place = await this.#port.readPlace(ask);
    this.#current = place === undefined ? undefined : this.#objectives[place - 1];
  }

  protected override async makeSafe(): Promise<void> {
    if (this.#current === undefined && this.#port.stop !== "") await this.link.interrupt(this.#port.stop);
  }

  protected override safeBytes(): string {
    return this.#port.stop;
  }

  protected override didUnlink(): void {
    this.#turning?.abort(new OcularError({ tag: "Canceled", what: `${this.identity.id} select (the turret is gone)` }));
  }

  protected override didDispose(): void {
    this.#changes.clear();
  }

  async #turn(place: number, ask: Ask, ended: AbortSignal): Promise<void> {
    await this.#retract?.(ended);
    ended.throwIfAborted();
    this.#become(undefined);
    await this.#port.startTurn(ask, place);
    do await this.clock.delay(POLL_MS, ended);
    while (await this.#port.isBusy(ask));
    const reached = await this.#port.readPlace(ask);
    if (reached === place) return;
    throw new OcularError({ tag: "DeviceFaulted", deviceId: this.identity.id, command: `turn to ${place}`, reply: String(reached ?? "between two places"), meaning: "the turret did not get there" });
  }

  #become(objective: Objective | undefined): void {
    if (objective === this.#current) return;
    this.#current = objective;
    this.#changes.emit(objective);
  }
}
