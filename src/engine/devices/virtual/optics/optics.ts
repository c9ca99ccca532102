/** The light path of one virtual microscope: lenses, focal surface, and how light falls on the sensor. */
import type { Objective } from "../../../../shared/domain/devices.ts";
import { hashInts, Random } from "../specimen/random.ts";

export const SENSOR_PIXEL_PITCH_UM = 3.45;
export const SENSOR_WIDTH = 1280;
export const SENSOR_HEIGHT = 960;

/** Middle of the visible spectrum, um. */
const WAVELENGTH_UM = 0.55;
/** Sigma of the Gaussian nearest to the Airy pattern, in wavelengths / NA (Zhang, Zerubia, Olivo-Marin, Applied Optics 46, 2007). */
const PSF_SIGMA = 0.21;

export const VIRTUAL_OBJECTIVES: readonly Objective[] = [
  { id: "10x", magnification: 10, numericalAperture: 0.25, immersion: "air", name: "Plan 10x/0.25" },
  { id: "20x", magnification: 20, numericalAperture: 0.45, immersion: "air", name: "Plan Fluor 20x/0.45" },
  { id: "40x", magnification: 40, numericalAperture: 0.75, immersion: "air", name: "Plan Fluor 40x/0.75" },
  { id: "100x", magnification: 100, numericalAperture: 1.25, immersion: "oil", name: "Plan 100x/1.25 oil" },
];

export interface Optics {
  /** Focal surface: height of the specimen plane over the stage, um. Tilt in um per um, curvature in um per um2. */
  readonly tiltX: number;
  readonly tiltY: number;
  readonly curvature: number;
  /** Light lost in the corner of the sensor, share of the middle. */
  readonly vignetting: number;
  /** Relative change of light from the middle to the right / lower edge. */
  readonly slopeX: number;
  readonly slopeY: number;
  /** Colour cast: red, green, blue gain. */
  readonly cast: readonly [number, number, number];
}

/** The light path that belongs to a seed. */
export function opticsOf(seed: number): Optics {
  const random = new Random(hashInts(seed, 0x0971c5));
  const tilt = random.between(0.9, 1.5) / 1000;
  const heading = random.between(0, 2 * Math.PI);
  return {
    tiltX: tilt * Math.cos(heading),
    tiltY: tilt * Math.sin(heading),
    curvature: random.between(0.2, 0.5) * 1e-7,
    vignetting: random.between(0.05, 0.1),
    slopeX: random.between(-0.025, 0.025),
    slopeY: random.between(-0.025, 0.025),
    cast: [random.between(0.985, 1.015), 1, random.between(0.94, 0.98)],
  };
}

/** Focus position at which the specimen is sharp at a place on the stage, um. Zero at the origin. */
export function focalSurfaceUm(optics: Optics, xUm: number, yUm: number): number {
  return optics.tiltX * xUm + optics.tiltY * yUm + optics.curvature * (xUm * xUm + yUm * yUm);
}

/**
 * Sigma of the whole blur, um: the diffraction spot, and the geometric disc of light `|dz| NA / n` in radius, whose
 * standard deviation along one axis is half its radius.
 */
export function blurSigmaUm(objective: Objective, defocusUm: number): number {
  const diffraction = (PSF_SIGMA * WAVELENGTH_UM) / objective.numericalAperture;
  const geometric = (Math.abs(defocusUm) * objective.numericalAperture) / (2 * refractiveIndex(objective));
  return Math.hypot(diffraction, geometric);
}

/** Size of one sensor pixel at the specimen, um; binning included. */
export function pixelSizeUm(objective: Objective, binning: number): number {
  return (SENSOR_PIXEL_PITCH_UM / objective.magnification) * binning;
}

function refractiveIndex(objective: Objective): number {
  switch (objective.immersion) {
    case "air":
      return 1;
    case "water":
      return 1.333;
    case "oil":
      return 1.515;
  }
}
