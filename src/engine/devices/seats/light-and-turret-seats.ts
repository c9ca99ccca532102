import type { Clock } from "../../../core/clock.ts";
import type { Objective } from "../../../shared/domain/devices.ts";
import { createEmitter } from "../../runtime/emitter.ts";
import type { CallOptions, Unsubscribe } from "../api/device.ts";
import type { Illumination } from "../api/illumination.ts";
import type { ObjectiveTurret } from "../api/objective-turret.ts";
import { Seat } from "./seat.ts";

/** The place of the light that the live screen sets. */
export class LightSeat extends Seat<Illumination> implements Illumination {
  readonly #changes = createEmitter<number>();
  readonly onDidChangeLevel = this.#changes.on;

  constructor(clock: Clock) {
    super("illumination", "light", clock);
  }

  level(): number {
    return this.sitting()?.level() ?? 0;
  }

  async setLevel(percent: number, options?: CallOptions): Promise<number> {
    return this.need("setLevel").setLevel(percent, options);
  }

  protected override listenTo(light: Illumination): readonly Unsubscribe[] {
    return [light.onDidChangeLevel((percent) => this.#changes.emit(percent))];
  }

  protected override didTake(): void {
    this.#changes.emit(this.level());
  }

  protected override didDispose(): void {
    this.#changes.clear();
  }
}

/** The place of the nosepiece. */
export class TurretSeat extends Seat<ObjectiveTurret> implements ObjectiveTurret {
  readonly #changes = createEmitter<Objective | undefined>();
  readonly onDidChange = this.#changes.on;

  constructor(clock: Clock) {
    super("objectiveTurret", "turret", clock);
  }

  objectives(): readonly Objective[] {
    return this.sitting()?.objectives() ?? [];
  }

  current(): Objective | undefined {
    return this.sitting()?.current();
  }

  async select(objectiveId: string, options?: CallOptions): Promise<Objective> {
    return this.need("select").select(objectiveId, options);
  }

  protected override listenTo(turret: ObjectiveTurret): readonly Unsubscribe[] {
    return [turret.onDidChange((objective) => this.#changes.emit(objective))];
  }

  protected override didTake(): void {
    this.#changes.emit(this.current());
  }

  protected override didDispose(): void {
    this.#changes.clear();
  }
}
