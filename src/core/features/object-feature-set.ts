import { featureSpec } from "./feature-set.ts";
import type { FeatureName, FeatureSpec } from "./feature-set.ts";
import { DENSITY_RADIUS_UM } from "./neighbour-features.ts";
import { TEXTURE_DISTANCE_PX, TEXTURE_LEVELS } from "./texture-features.ts";

/**
 * What a feature is read from. "outline": left out for an object with a box only, which cannot tell it. "pixels": of an
 * object with a box only, those in the ellipse inscribed in the box. "colour": left out for a grey picture.
 */
export type FeatureBasis = "outline" | "box" | "pixels" | "colour" | "place";

export interface ObjectFeatureSpec extends FeatureSpec {
  readonly basis: FeatureBasis;
}

const POSITIVE = { min: 0, max: Infinity };
const ANY = { min: -Infinity, max: Infinity };
const SHARE = { min: 0, max: 1 };

const gate = <Name extends FeatureName>(name: Name, basis: FeatureBasis): ObjectFeatureSpec & { readonly name: Name } => ({ ...featureSpec(name), name, basis });
const own = <Name extends string>(basis: FeatureBasis, name: Name, label: string, unit: string, source: string, range = POSITIVE): ObjectFeatureSpec & { readonly name: Name } => ({ name, label, unit, source, range, basis });

const WHITE = "white being the 95th percentile of the channel over the whole picture; for transmitted light only";
const PAIRS = `grey-level co-occurrence matrix of the grey value in ${TEXTURE_LEVELS} levels, pairs ${TEXTURE_DISTANCE_PX} px apart inside the object, mean over 0, 45, 90 and 135 degrees (Haralick 1973; scikit-image graycoprops)`;

const channel = <Name extends "Red" | "Green" | "Blue">(name: Name) => {
  const what = `of ${name.toLowerCase()}, 0 to 255`;
  return [
    own("colour", `mean${name}`, `Mean ${name.toLowerCase()}`, "", `mean ${what}`),
    own("colour", `sd${name}`, `SD of ${name.toLowerCase()}`, "", `standard deviation ${what}`),
    own("colour", `integrated${name}`, `Integrated ${name.toLowerCase()}`, "", `sum over the object's pixels ${what}`),
    own("colour", `opticalDensity${name}`, `Optical density, ${name.toLowerCase()}`, "", `mean of log10(white / value), ${WHITE}`, ANY),
  ] as const;
};

/** Every number measured of a detected object, in the order of {@link measureObjects}' columns. */
export const OBJECT_FEATURES = [
  own("box", "boxWidthUm", "Box width", "um", "width of the smallest upright box around the object"),
  own("box", "boxHeightUm", "Box height", "um", "height of the smallest upright box around the object"),
  gate("areaUm2", "outline"),
  gate("perimeterUm", "outline"),
  gate("equivalentDiameterUm", "outline"),
  gate("feretMaxUm", "outline"),
  gate("feretMinUm", "outline"),
  gate("majorAxisUm", "outline"),
  gate("minorAxisUm", "outline"),
  gate("circularity", "outline"),
  gate("eccentricity", "outline"),
  gate("solidity", "outline"),
  gate("orientationDeg", "outline"),
  gate("touchesBorder", "box"),
  gate("meanIntensity", "pixels"),
  gate("sdIntensity", "pixels"),
  gate("minIntensity", "pixels"),
  gate("maxIntensity", "pixels"),
  own("pixels", "integratedIntensity", "Integrated intensity", "", "sum over the object's pixels of the picture's grey value (luma, ITU-R BT.601, 0 to 255)"),
  own("pixels", "opticalDensity", "Optical density, grey", "", `mean of log10(white / value) of the grey value, ${WHITE}`, ANY),
  ...channel("Red"),
  ...channel("Green"),
  ...channel("Blue"),
  own("pixels", "textureContrast", "Texture contrast", "", `sum of p (i - j)2; ${PAIRS}`),
  own("pixels", "textureDissimilarity", "Texture dissimilarity", "", `sum of p |i - j|; ${PAIRS}`),
  own("pixels", "textureHomogeneity", "Texture homogeneity", "", `sum of p / (1 + (i - j)2); ${PAIRS}`, SHARE),
  own("pixels", "textureAsm", "Texture angular second moment", "", `sum of p2; ${PAIRS}`, SHARE),
  own("pixels", "textureEnergy", "Texture energy", "", `root of the angular second moment; ${PAIRS}`, SHARE),
  own("pixels", "textureCorrelation", "Texture correlation", "", `linear correlation of the pairs' levels, 1 for a single level; ${PAIRS}`, { min: -1, max: 1 }),
  own("pixels", "textureEntropy", "Texture entropy", "", `-sum of p ln p; ${PAIRS}`),
  own("place", "nearestNeighbourUm", "Nearest neighbour", "um", "centre to the nearest other object's centre in the same picture; the centre is the centroid of the pixels"),
  own("place", "localDensityPerMm2", "Local density", "1/mm2", `other objects with their centre within ${DENSITY_RADIUS_UM} um, over the part of that disc that lies in the picture`),
] as const satisfies readonly ObjectFeatureSpec[];

export type ObjectFeatureName = (typeof OBJECT_FEATURES)[number]["name"];

/** Column of a feature in {@link measureObjects}' rows. */
export function columnOf(name: ObjectFeatureName): number {
  return OBJECT_FEATURES.findIndex((feature) => feature.name === name);
}
