/** The axes of a virtual microscope as it comes out of its box. */
import type { AxisSpec } from "./axis.ts";

export const STAGE_AXIS: AxisSpec = { speedUmPerS: 5000, accelerationUmPerS2: 50_000, settleMs: 40, swingUm: 0.4, backlashUm: 0.8 };
export const FOCUS_AXIS: AxisSpec = { speedUmPerS: 800, accelerationUmPerS2: 20_000, settleMs: 15, swingUm: 0.05, backlashUm: 0.1 };
