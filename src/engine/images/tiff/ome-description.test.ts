import { describe, expect, it } from "vitest";
import { describeOme } from "./ome-description.ts";

const plane = (x: number, place = { z: 0, c: 0, t: 0 }): string => `<Plane TheZ="${place.z}" TheC="${place.c}" TheT="${place.t}" PositionX="${x}" PositionXUnit="um" PositionY="0" PositionYUnit="um"/>`;
const image = (pixels: string, inside: string): string => `<Image ID="Image:0"><Pixels ID="Pixels:0" DimensionOrder="XYCZT" ${pixels}>${inside}</Pixels></Image>`;
const ome = (images: readonly string[], uuid = ""): string => `<?xml version="1.0"?><OME ${uuid === "" ? "" : `UUID="${uuid}"`} xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">${images.join("")}</OME>`;
const placesOf = (xml: string, pages: number): unknown[] => Array.from({ length: pages }, (_, page) => describeOme(xml).of(page).place);
const um = (pixelSizeUm: number, x: number): unknown => ({ pixelSizeUm, stagePositionUm: { x, y: 0 } });

describe("OME-XML", () => {
  it("gives each of several pictures in one file its own scale, depth and place", () => {
    const xml = ome([
      image('PhysicalSizeX="0.5" SignificantBits="12"', `<TiffData IFD="1" PlaneCount="1"/>${plane(10)}`),
      image('PhysicalSizeX="1000" PhysicalSizeXUnit="nm" SignificantBits="16"', `<TiffData IFD="0" PlaneCount="1"/>${plane(500)}`),
    ]);
    expect(placesOf(xml, 2)).toEqual([um(1, 500), um(0.5, 10)]);
    expect([0, 1].map((page) => describeOme(xml).of(page).significantBits)).toEqual([16, 12]);
  });

  it("says of pixels that are not square what their sides are, and gives them no size", () => {
    const described = (sizes: string) => describeOme(ome([image(sizes, "<TiffData/>")])).of(0);
    expect(described('PhysicalSizeX="0.5" PhysicalSizeY="250" PhysicalSizeYUnit="nm"')).toMatchObject({ place: {}, notSquareUm: { x: 0.5, y: 0.25 } });
    expect(described('PhysicalSizeX="0.5" PhysicalSizeY="500" PhysicalSizeYUnit="nm"')).toMatchObject({ place: { pixelSizeUm: 0.5 }, notSquareUm: undefined });
    // Rounded in two ways: areas stay right.
    expect(described('PhysicalSizeX="0.5" PhysicalSizeY="0.502"').place.pixelSizeUm).toBeCloseTo(Math.sqrt(0.5 * 0.502), 12);
    // One side alone, or one in no unit of length, says nothing against squares.
    expect(described('PhysicalSizeX="0.5"')).toMatchObject({ place: { pixelSizeUm: 0.5 }, notSquareUm: undefined });
    expect(described('PhysicalSizeX="0.5" PhysicalSizeY="1" PhysicalSizeYUnit="pixel"')).toMatchObject({ place: { pixelSizeUm: 0.5 }, notSquareUm: undefined });
    // Of a page that no TiffData names a size that all pictures agree on.
    expect(describeOme(ome([image('PhysicalSizeX="0.5" PhysicalSizeY="0.5"', ""), image('PhysicalSizeX="0.5" PhysicalSizeY="1"', "")])).of(0).place).toEqual({});
  });

  it("takes of a set of files what is said of this one", () => {
    const position = (uuid: string, x: number): string => image('PhysicalSizeX="0.5"', `<TiffData IFD="0" PlaneCount="1"><UUID FileName="${uuid}.ome.tif">urn:uuid:${uuid}</UUID></TiffData>${plane(x)}`);
    const images = [position("a", 10), position("b", 500)];
    expect(placesOf(ome(images, "urn:uuid:b"), 1)).toEqual([um(0.5, 500)]);
    // Nobody says which of the two this is: a scale that both have, and no place.
    expect(placesOf(ome(images), 1)).toEqual([{ pixelSizeUm: 0.5 }]);
    expect(placesOf(ome(images.slice(0, 1)), 1)).toEqual([um(0.5, 10)]);
  });

  it("finds the plane of a page by the order of dimensions, not by the order it is written in", () => {
    const planes = [plane(3, { z: 1, c: 1, t: 0 }), plane(0), plane(2, { z: 1, c: 0, t: 0 }), plane(1, { z: 0, c: 1, t: 0 })].join("");
    expect(placesOf(ome([image('PhysicalSizeX="2" SizeC="2" SizeZ="2"', `<TiffData/>${planes}`)]), 5)).toEqual([um(2, 0), um(2, 1), um(2, 2), um(2, 3), { pixelSizeUm: 2 }]);
    // The three colours of a plane are one step.
    const colour = image('PhysicalSizeX="2" SizeC="3" SizeZ="2"', `<Channel ID="Channel:0:0" SamplesPerPixel="3"/><TiffData/>${plane(0)}${plane(7, { z: 1, c: 0, t: 0 })}`);
    expect(placesOf(ome([colour]), 2)).toEqual([um(2, 0), um(2, 7)]);
  });

  it("tells the planes of a stack from pictures of different places", () => {
    const isPlane = (xml: string): boolean => describeOme(xml).of(0).isPlaneOfStack;
    expect(isPlane(ome([image('SizeZ="5"', "<TiffData/>")]))).toBe(true);
    expect(isPlane(ome([image('SizeT="2"', "")]))).toBe(true);
    const times = (x: number): string => `<TiffData/>${plane(10)}${plane(x, { z: 0, c: 0, t: 1 })}`;
    expect([10, 500].map((x) => isPlane(ome([image('SizeT="2"', times(x))])))).toEqual([true, false]);
    expect(isPlane(ome([image('SizeC="3"', '<Channel ID="Channel:0:0" SamplesPerPixel="3"/><TiffData/>'), image("", '<TiffData IFD="1"/>')]))).toBe(false);
  });

  it("does without TiffData, and invents no scale for pages it says nothing of", () => {
    expect(placesOf(ome([image('PhysicalSizeX="0.25"', plane(1) + plane(2))]), 2)).toEqual([um(0.25, 1), um(0.25, 2)]);
    const two = ome([image('PhysicalSizeX="0.5"', '<TiffData IFD="0"/>'), image('PhysicalSizeX="1"', '<TiffData IFD="1"/>')]);
    expect(placesOf(two, 3)).toEqual([{ pixelSizeUm: 0.5 }, { pixelSizeUm: 1 }, {}]);
    expect(placesOf(ome([image('PhysicalSizeX="1" SizeT="1000000000"', "<TiffData/>")]), 1)).toEqual([{ pixelSizeUm: 1 }]);
    expect(describeOme("<OME></OME>").of(0).place).toEqual({});
  });
});
