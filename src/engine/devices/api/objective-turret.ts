import type { Objective } from "../../../shared/domain/devices.ts";
import type { CallOptions, Device, Unsubscribe } from "./device.ts";

/**
 * The thing that turns lenses. Promises, beside those of {@link Device}: `select` of an unknown id rejects with
 * `UnsupportedValue` and nothing turns; while turning `current()` is undefined; default deadline 5000 ms.
 */
export interface ObjectiveTurret extends Device {
  objectives(): readonly Objective[];
  current(): Objective | undefined;
  select(objectiveId: string, options?: CallOptions): Promise<Objective>;
  onDidChange(listener: (objective: Objective | undefined) => void): Unsubscribe;
}
