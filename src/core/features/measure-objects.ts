import type { GreyPlane } from "../image/plane.ts";
import type { ColourPlanes } from "../rules/steps/channels.ts";
import { takeChannel } from "../rules/steps/channels.ts";
import { areaOfHull, convexHull, feretDiameters } from "./convex-hull.ts";
import type { Point } from "./convex-hull.ts";
import { circularity } from "./feature-table.ts";
import { neighbourhoodOf, DENSITY_RADIUS_UM } from "./neighbour-features.ts";
import { OBJECT_FEATURES } from "./object-feature-set.ts";
import type { ObjectFeatureName } from "./object-feature-set.ts";
import { edgeMiddlesOf, maskOf, pixelCornersOf } from "./object-mask.ts";
import type { MeasurableObject, ObjectMask } from "./object-mask.ts";
import { ellipseOf, momentsOf, perimetersOf } from "./shape-features.ts";
import { channelOf, statisticsUnder } from "./channel-features.ts";
import type { Channel } from "./channel-features.ts";
import { textureOf } from "./texture-features.ts";

/** Numbers of all objects of a picture: rows are objects, columns {@link OBJECT_FEATURES}. NaN where one cannot be told. */
export type FeatureRows = Float64Array<ArrayBuffer>;

/** A picture to measure in. */
export interface MeasurablePicture {
  /** 0 to 255: red, green and blue, or grey alone. */
  readonly planes: ColourPlanes;
  /** um per pixel; without it everything with a length in it is left out. */
  readonly pixelSizeUm: number | undefined;
}

type Values = Partial<Record<ObjectFeatureName, number>>;

/**
 * Every feature of every object of one picture (docs/features.md). An object's pixels are those whose centres lie inside its
 * contour; of an object with a box only, inside the ellipse inscribed in the box, and its shape is left out.
 */
export function measureObjects(picture: MeasurablePicture, objects: readonly MeasurableObject[]): FeatureRows {
  const rows = new Float64Array(objects.length * OBJECT_FEATURES.length).fill(NaN);
  const write = (index: number, values: Values): void => {
    for (const [column, { name }] of OBJECT_FEATURES.entries()) {
      const value = values[name];
      if (value !== undefined) rows[index * OBJECT_FEATURES.length + column] = value;
    }
  };
  const grey = takeChannel(picture.planes, { source: "grey", invert: false });
  const channels = channelsOf(picture.planes);
  const light = channelOf(grey);
  const um = picture.pixelSizeUm ?? NaN;
  const centres: Point[] = [];
  for (const [index, object] of objects.entries()) {
    const mask = maskOf(object, grey);
    centres.push(mask === undefined ? middleOf(object) : centreOf(mask));
    const reaches = object.contour !== undefined && mask !== undefined ? pixelsReachBorder(mask, grey) : boxReachesBorder(object, grey);
    write(index, { boxWidthUm: object.box.width * um, boxHeightUm: object.box.height * um, touchesBorder: reaches ? 1 : 0 });
    if (mask === undefined) continue;
    if (object.contour !== undefined) write(index, shapeValues(mask, um));
    write(index, greyValues(mask, light));
    for (const [name, channel] of channels) write(index, channelValues(mask, name, channel));
    write(index, textureValues(mask, grey));
  }
  const { nearest, density } = neighbourhoodOf(centres, grey, DENSITY_RADIUS_UM / um);
  for (let index = 0; index < objects.length; index++) {
    write(index, { nearestNeighbourUm: (nearest[index] as number) * um, localDensityPerMm2: ((density[index] as number) / um ** 2) * 1e6 });
  }
  return rows;
}

function channelsOf([red, green, blue]: ColourPlanes): ReadonlyArray<readonly ["Red" | "Green" | "Blue", Channel]> {
  if (green === undefined || blue === undefined) return [];
  return [["Red", channelOf(red)], ["Green", channelOf(green)], ["Blue", channelOf(blue)]];
}

function middleOf({ box }: MeasurableObject): Point {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Centroid in the picture; a pixel's centre lies at .5. */
function centreOf(mask: ObjectMask): Point {
  let sx = 0;
  let sy = 0;
  for (let y = 0, at = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++, at++) {
      if (mask.labels[at] !== 1) continue;
      sx += x;
      sy += y;
    }
  }
  return { x: mask.left + sx / mask.pixels + 0.5, y: mask.top + sy / mask.pixels + 0.5 };
}

/** Sides that fall short of the border by their rounding reach it, px. */
const ROUNDING_PX = 1e-6;

function boxReachesBorder({ box }: MeasurableObject, { width, height }: GreyPlane): boolean {
  return box.x <= ROUNDING_PX || box.y <= ROUNDING_PX || box.x + box.width >= width - ROUNDING_PX || box.y + box.height >= height - ROUNDING_PX;
}

function pixelsReachBorder({ left, top, width, height, labels }: ObjectMask, picture: GreyPlane): boolean {
  const [onLeft, onTop, onRight, onBottom] = [left === 0, top === 0, left + width === picture.width, top + height === picture.height];
  if (!onLeft && !onTop && !onRight && !onBottom) return false;
  return labels.some((label, at) => {
    if (label !== 1) return false;
    const [x, y] = [at % width, Math.floor(at / width)];
    return (onLeft && x === 0) || (onTop && y === 0) || (onRight && x === width - 1) || (onBottom && y === height - 1);
  });
}

function shapeValues(mask: ObjectMask, um: number): Values {
  const { major, minor, eccentricity, orientationDeg } = ellipseOf(momentsOf(mask), 0);
  const perimeter = perimetersOf(mask)[0] ?? 0;
  const feret = feretDiameters(edgeMiddlesOf(mask));
  return {
    areaUm2: mask.pixels * um ** 2,
    perimeterUm: perimeter * um,
    equivalentDiameterUm: Math.sqrt((4 * mask.pixels) / Math.PI) * um,
    feretMaxUm: feret.max * um,
    feretMinUm: feret.min * um,
    majorAxisUm: major * um,
    minorAxisUm: minor * um,
    circularity: circularity(mask.pixels, perimeter),
    eccentricity,
    solidity: mask.pixels / areaOfHull(convexHull(pixelCornersOf(mask))),
    orientationDeg,
  };
}

function greyValues(mask: ObjectMask, light: Channel): Values {
  const { mean, sd, min, max, sum, opticalDensity } = statisticsUnder(mask, light);
  return { meanIntensity: mean, sdIntensity: sd, minIntensity: min, maxIntensity: max, integratedIntensity: sum, opticalDensity };
}

function channelValues(mask: ObjectMask, name: "Red" | "Green" | "Blue", channel: Channel): Values {
  const { mean, sd, sum, opticalDensity } = statisticsUnder(mask, channel);
  return { [`mean${name}`]: mean, [`sd${name}`]: sd, [`integrated${name}`]: sum, [`opticalDensity${name}`]: opticalDensity };
}

function textureValues(mask: ObjectMask, grey: GreyPlane): Values {
  const texture = textureOf(mask, grey);
  return {
    textureContrast: texture.contrast, textureDissimilarity: texture.dissimilarity, textureHomogeneity: texture.homogeneity,
    textureAsm: texture.asm, textureEnergy: texture.energy, textureCorrelation: texture.correlation, textureEntropy: texture.entropy,
  };
}
