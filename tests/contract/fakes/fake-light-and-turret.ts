import type { Clock } from "../../../src/core/clock.ts";
import type { Illumination } from "../../../src/engine/devices/api/illumination.ts";
import type { ObjectiveTurret } from "../../../src/engine/devices/api/objective-turret.ts";
import { createEmitter } from "../../../src/engine/runtime/emitter.ts";
import type { FaultKind, Objective } from "../../../src/shared/domain/devices.ts";
import { OcularError } from "../../../src/shared/errors.ts";
import { createFakeBase, type DeviceSin } from "./fake-device.ts";

export type LightSin = DeviceSin | "clamps the level" | "stays lit when unplugged" | "tells no change" | "lets an older order come last";
export type TurretSin = DeviceSin | "turns to anything" | "names the old lens while turning";

interface Faulty {
  fail(fault: FaultKind): void;
}

/** A light that keeps every promise, less the `sins` it is told to commit. */
export function createFakeLight(options: { readonly clock: Clock; readonly sins?: readonly LightSin[] }): Illumination & Faulty {
  const sins = new Set<string>(options.sins);
  const base = createFakeBase({ clock: options.clock, kind: "illumination", sins });
  const changed = createEmitter<number>();
  let level = 0;
  const set = (percent: number): number => {
    level = percent;
    if (!sins.has("tells no change")) changed.emit(level);
    return level;
  };
  base.onDidUnplug(() => {
    if (!sins.has("stays lit when unplugged")) set(0);
  });
  return {
    ...base,
    level: () => level,
    onDidChangeLevel: changed.on,
    setLevel: (percent, call) =>
      base.call("setLevel", call, 500, async (signal) => {
        const inside = percent >= 0 && percent <= 100;
        if (!inside && !sins.has("clamps the level")) throw new OcularError({ tag: "OutOfRange", what: "level", value: percent, min: 0, max: 100, unit: "%" });
        if (sins.has("lets an older order come last") && percent > 0) await options.clock.delay(30, signal);
        return set(inside ? percent : 100);
      }),
    async dispose() {
      await base.dispose();
      changed.clear();
    },
  };
}

const LENSES: readonly Objective[] = [
  { id: "10x", magnification: 10, numericalAperture: 0.3, immersion: "air", name: "10x / 0.30" },
  { id: "40x", magnification: 40, numericalAperture: 0.75, immersion: "air", name: "40x / 0.75" },
  { id: "100x", magnification: 100, numericalAperture: 1.3, immersion: "oil", name: "100x / 1.30 oil" },
];

/** A turret likewise; a turn takes 300 ms. */
export function createFakeTurret(options: { readonly clock: Clock; readonly sins?: readonly TurretSin[] }): ObjectiveTurret & Faulty {
  const sins = new Set<string>(options.sins);
  const base = createFakeBase({ clock: options.clock, kind: "objectiveTurret", sins });
  const changed = createEmitter<Objective | undefined>();
  let current: Objective | undefined = LENSES[0];
  const become = (objective: Objective | undefined): void => {
    current = objective;
    changed.emit(objective);
  };
  return {
    ...base,
    objectives: () => LENSES,
    current: () => current,
    onDidChange: changed.on,
    select: (objectiveId, call) =>
      base.call("select", call, 5000, async (signal) => {
        const target = LENSES.find((lens) => lens.id === objectiveId) ?? (sins.has("turns to anything") ? LENSES[1] : undefined);
        if (target === undefined) throw new OcularError({ tag: "UnsupportedValue", what: "objective", value: objectiveId, allowed: LENSES.map((lens) => lens.id) });
        if (target.id === current?.id) return target;
        if (!sins.has("names the old lens while turning")) become(undefined);
        await options.clock.delay(300, signal);
        become(target);
        return target;
      }),
    async dispose() {
      await base.dispose();
      changed.clear();
    },
  };
}
