import * as z from "zod";
import { Objective, Range, XyLimits } from "../../../../shared/domain/devices.ts";

/** What a person sets for a stage on any controller. Directions follow the project's: +x right, +y towards the operator. */
export const StageOptions = z.object({
  /** Soft limits, um: nothing outside is ever sent. */
  limitsUm: XyLimits.default({ x: { min: -50_000, max: 50_000 }, y: { min: -35_000, max: 35_000 } }),
  toleranceUm: z.number().positive().default(0.5),
  /** The slowest it is set to; sets how long a move may take. */
  speedUmPerS: z.number().positive().default(1000),
  settleMs: z.number().nonnegative().default(0),
  /** Axes that the controller counts the other way round. */
  isReversed: z.object({ x: z.boolean(), y: z.boolean() }).default({ x: false, y: false }),
});
export type StageOptions = z.infer<typeof StageOptions>;

/** What a person sets for a focus drive: +z moves the objective towards the specimen. */
export const FocusOptions = z.object({
  limitsUm: Range.default({ min: -2000, max: 2000 }),
  toleranceUm: z.number().positive().default(0.2),
  speedUmPerS: z.number().positive().default(200),
  settleMs: z.number().nonnegative().default(0),
  isReversed: z.boolean().default(false),
});
export type FocusOptions = z.infer<typeof FocusOptions>;

/** What a person sets for a motorised nosepiece: which lens sits in place 1, 2, ... */
export const TurretOptions = z.object({
  objectives: z.array(Objective).min(2).refine((lenses) => new Set(lenses.map(({ id }) => id)).size === lenses.length, "each lens needs an id of its own"),
  /** The focus of the same controller goes there before the nosepiece turns, um: a long lens must not sweep through the specimen. It stays there. */
  retractFocusToUm: z.number().optional(),
});
export type TurretOptions = z.infer<typeof TurretOptions>;

/** The axes that a controller of most families can have; absent parts are not made. */
export const AXES_OPTIONS = { stage: StageOptions.optional(), focus: FocusOptions.optional() } as const;
