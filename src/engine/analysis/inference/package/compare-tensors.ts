import type { TensorData } from "./npy.ts";
import type { Tolerance } from "./rdf.ts";

/** How far a tensor is from the one it should be. */
export interface TensorComparison {
  readonly isReproduced: boolean;
  /** Largest absolute difference; Infinity where one is no number or the shapes differ. */
  readonly largestDifference: number;
  /** Elements beyond |expected| * relative + absolute tolerance. */
  readonly mismatched: number;
}

/** Tolerances of the format where a package states none (bioimageio.spec 0.5, ContinuousReproducibilityTolerance). */
const DEFAULT_TOLERANCE: Tolerance = {
  relative_tolerance: 1e-3,
  absolute_tolerance: 1e-3,
  mismatched_elements_per_million: 100,
  output_ids: [],
  weights_formats: [],
};

/** The first tolerance that speaks of this output. */
export function toleranceFor(outputId: string, tolerances: readonly Tolerance[]): Tolerance {
  const applies = (tolerance: Tolerance): boolean =>
    (tolerance.weights_formats.length === 0 || tolerance.weights_formats.includes("onnx")) &&
    (tolerance.output_ids.length === 0 || tolerance.output_ids === "any_continuous_output" || (Array.isArray(tolerance.output_ids) && tolerance.output_ids.includes(outputId)));
  return tolerances.find(applies) ?? DEFAULT_TOLERANCE;
}

/** Compare as numpy.testing.assert_allclose does, but allow a few elements per million to differ. */
export function compareTensors(actual: TensorData, expected: TensorData, tolerance: Tolerance): TensorComparison {
  if (actual.length !== expected.length) return { isReproduced: false, largestDifference: Infinity, mismatched: expected.length };
  let mismatched = 0;
  let largestDifference = 0;
  for (let i = 0; i < expected.length; i++) {
    const wanted = Number(expected[i] ?? NaN);
    const difference = Math.abs(Number(actual[i] ?? NaN) - wanted);
    const isClose = difference <= tolerance.absolute_tolerance + tolerance.relative_tolerance * Math.abs(wanted);
    if (!isClose) mismatched++;
    largestDifference = Number.isNaN(difference) ? Infinity : Math.max(largestDifference, difference);
  }
  const allowed = (tolerance.mismatched_elements_per_million * expected.length) / 1e6;
  return { isReproduced: mismatched <= allowed, largestDifference, mismatched };
}
