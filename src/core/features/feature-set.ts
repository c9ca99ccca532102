/** What one number of an object is. */
export interface FeatureSpec {
  /** camelCase with the unit as suffix. */
  readonly name: string;
  /** As people read it. */
  readonly label: string;
  /** "um", "um2", "deg", "" for a plain number. */
  readonly unit: string;
  /** How it is computed, and after whom. */
  readonly source: string;
  /** Values that can occur; a gate outside of it is impossible. */
  readonly range: { readonly min: number; readonly max: number };
}

const ANY = { min: -Infinity, max: Infinity };
const POSITIVE = { min: 0, max: Infinity };
const SHARE = { min: 0, max: 1 };
const GREY = "of the picture's grey value (luma, ITU-R BT.601, 0 to 255)";
const SIGNAL = "of the grey picture that the recipe's threshold looked at";

/** Every feature a gate can name. Shape features follow scikit-image's regionprops where it has them. */
export const FEATURES = [
  { name: "areaUm2", label: "Area", unit: "um2", source: "pixels times pixel area", range: POSITIVE },
  { name: "perimeterUm", label: "Perimeter", unit: "um", source: "weighted border pixels, 4-neighbourhood (Benkrid and Crookes 2000; scikit-image perimeter)", range: POSITIVE },
  { name: "equivalentDiameterUm", label: "Equivalent diameter", unit: "um", source: "diameter of the circle of the same area, sqrt(4 area / pi)", range: POSITIVE },
  { name: "feretMaxUm", label: "Longest Feret diameter", unit: "um", source: "largest distance between two points of the outline through the middles of the pixel edges (scikit-image feret_diameter_max)", range: POSITIVE },
  { name: "feretMinUm", label: "Shortest Feret diameter", unit: "um", source: "smallest distance between two parallel lines that hold the same outline between them (rotating calipers)", range: POSITIVE },
  { name: "circularity", label: "Circularity", unit: "", source: "4 pi area / perimeter squared, cut at 1", range: SHARE },
  { name: "eccentricity", label: "Eccentricity", unit: "", source: "of the ellipse with the same second moments (scikit-image eccentricity)", range: SHARE },
  { name: "solidity", label: "Solidity", unit: "", source: "area / area of the convex hull of the outline", range: SHARE },
  { name: "majorAxisUm", label: "Major axis", unit: "um", source: "long axis of the ellipse with the same second moments", range: POSITIVE },
  { name: "minorAxisUm", label: "Minor axis", unit: "um", source: "short axis of the ellipse with the same second moments", range: POSITIVE },
  { name: "orientationDeg", label: "Orientation", unit: "deg", source: "of the major axis against the picture's x axis, -90 to 90, counter-clockwise positive", range: { min: -90, max: 90 } },
  { name: "touchesBorder", label: "Touches the border", unit: "", source: "1 when a pixel lies on the picture's border, else 0", range: SHARE },
  { name: "meanIntensity", label: "Mean intensity", unit: "", source: `mean ${GREY}`, range: POSITIVE },
  { name: "sdIntensity", label: "SD of intensity", unit: "", source: `standard deviation ${GREY}`, range: POSITIVE },
  { name: "minIntensity", label: "Lowest intensity", unit: "", source: `lowest ${GREY}`, range: POSITIVE },
  { name: "maxIntensity", label: "Highest intensity", unit: "", source: `highest ${GREY}`, range: POSITIVE },
  { name: "meanSignal", label: "Mean signal", unit: "", source: `mean ${SIGNAL}`, range: ANY },
  { name: "sdSignal", label: "SD of signal", unit: "", source: `standard deviation ${SIGNAL}`, range: POSITIVE },
  { name: "minSignal", label: "Lowest signal", unit: "", source: `lowest ${SIGNAL}`, range: ANY },
  { name: "maxSignal", label: "Highest signal", unit: "", source: `highest ${SIGNAL}`, range: ANY },
] as const satisfies readonly FeatureSpec[];

export type FeatureName = (typeof FEATURES)[number]["name"];

export function isFeatureName(name: string): name is FeatureName {
  return FEATURES.some((feature) => feature.name === name);
}

/** @throws RangeError for a name that is none; see {@link isFeatureName}. */
export function featureSpec(name: string): FeatureSpec {
  const spec = FEATURES.find((feature) => feature.name === name);
  if (spec === undefined) throw new RangeError(`there is no feature "${name}"`);
  return spec;
}
