import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decodePicture, decodePictures } from "./decode-pictures.ts";
import { inNaturalOrder, listPictures } from "./list-pictures.ts";
import { folderPlaces } from "./sidecar.ts";

const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ocular-sidecar-"));
  copyFileSync(fixture("rgb8.png"), join(folder, "a.png"));
  copyFileSync(fixture("stack.tif"), join(folder, "stack.tif"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, content: unknown): void => writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));

describe("sidecars", () => {
  it("are not needed", async () => {
    const { pixelSizeUm, stagePositionUm } = await decodePicture(join(folder, "a.png"));
    expect([pixelSizeUm, stagePositionUm]).toEqual([undefined, undefined]);
  });

  it("count from weak to strong: folder, its entry, positions.csv, the picture's own", async () => {
    const path = join(folder, "a.png");
    write("ocular.json", { format: "ocular-pictures", version: 1, pixel_size_um: 1, pictures: { "a.png": { pixel_size_um: 2, focus_position_um: 5 } } });
    expect(await folderPlaces(folder).placeOf(path, 0)).toEqual({ pixelSizeUm: 2, focusPositionUm: 5 });
    expect(await folderPlaces(folder).placeOf(join(folder, "other.png"), 0)).toEqual({ pixelSizeUm: 1 });
    write("positions.csv", "\uFEFFfile, x_um, y_um, pixel_size_um\r\na.png, 10.5, -3, 3\r\n\r\n");
    expect(await folderPlaces(folder).placeOf(path, 0)).toEqual({ pixelSizeUm: 3, focusPositionUm: 5, stagePositionUm: { x: 10.5, y: -3 } });
    write("a.png.json", { format: "ocular-picture", version: 1, pixel_size_um: 4 });
    expect(await decodePicture(path)).toMatchObject({ pixelSizeUm: 4, focusPositionUm: 5, stagePositionUm: { x: 10.5, y: -3 } });
  });

  it("say how a picture lies to the stage, but not that it is flat", async () => {
    write("a.png.json", { format: "ocular-picture", version: 1, stage_um_from_px: [0, -0.25, 0.25, 0] });
    expect(await decodePicture(join(folder, "a.png"))).toMatchObject({ stageUmFromPx: [0, -0.25, 0.25, 0] });
    write("a.png.json", { format: "ocular-picture", version: 1, stage_um_from_px: [1, 2, 2, 4] });
    await expect(decodePicture(join(folder, "a.png"))).rejects.toMatchObject({ data: { tag: "InvalidInput", reason: expect.stringContaining("it flattens the picture") } });
  });

  it("count as they are now: one that comes or goes while a folder is read is seen", async () => {
    const places = folderPlaces(folder);
    const path = join(folder, "a.png");
    expect(await places.placeOf(path, 0)).toEqual({});
    write("ocular.json", { format: "ocular-pictures", version: 1, significant_bits: 12 });
    expect(await places.placeOf(path, 0)).toEqual({ significantBits: 12 });
    rmSync(join(folder, "ocular.json"));
    expect(await places.placeOf(path, 0)).toEqual({});
  });

  it("place the pages of a stack one by one", async () => {
    write("positions.csv", "file,page,x_um,y_um,z_um\nstack.tif,,0,0,7\nstack.tif,1,100,50,\n");
    const places: unknown[] = [];
    for await (const { stagePositionUm, focusPositionUm } of decodePictures(join(folder, "stack.tif"))) places.push([stagePositionUm, focusPositionUm]);
    expect(places).toEqual([[{ x: 0, y: 0 }, 7], [{ x: 100, y: 50 }, undefined], [{ x: 0, y: 0 }, 7]]);
  });

  it("name a file with commas and quotes as other programs write it", async () => {
    write("positions.csv", 'file,page,x_um,y_um\n"a, ""b"".png",,1,2\n a.png ,,3,4\n,,5,6\n');
    const { placeOf } = folderPlaces(folder);
    expect(await placeOf(join(folder, 'a, "b".png'), 0)).toEqual({ stagePositionUm: { x: 1, y: 2 } });
    expect(await placeOf(join(folder, "a.png"), 0)).toEqual({ stagePositionUm: { x: 3, y: 4 } });
    write("positions.csv", "name;value\na.png;3\n");
    expect(await folderPlaces(folder).placeOf(join(folder, "a.png"), 0)).toEqual({});
  });

  it("leave the JSON of other programs alone", async () => {
    write("a.json", { version: "5.0.1", shapes: [], imagePath: "a.png" });
    expect((await decodePicture(join(folder, "a.png"))).pixelSizeUm).toBeUndefined();
    write("a.json", { format: "ocular-picture", version: 1, pixel_size_um: 0.5 });
    expect((await decodePicture(join(folder, "a.png"))).pixelSizeUm).toBe(0.5);
  });

  it.each([
    ["a.png.json", "{", /a\.png\.json is not valid: it is no JSON/u],
    ["a.png.json", { format: "ocular-picture", version: 1, pixel_size_um: -1 }, /a\.png\.json is not valid: .*pixel_size_um/u],
    ["ocular.json", { format: "ocular-pictures", version: 9 }, /ocular\.json is not valid: .*version/u],
    ["positions.csv", "file,x_um,y_um\na.png,here,there\n", /positions\.csv is not valid: line 2: "here"/u],
    ["positions.csv", "file;x_um;y_um\na.png;10,5;3\n", /positions\.csv is not valid: its columns must be parted by commas/u],
    ["positions.csv", "file,x_um,y_um\na.png,10,5,3\n", /positions\.csv is not valid: line 2 has 4 cells for 3 columns/u],
  ])("that cannot be understood are named: %s", async (name, content, message) => {
    write(name, content);
    await expect(decodePicture(join(folder, "a.png"))).rejects.toThrow(message);
  });
});

describe("listPictures", () => {
  it("lists by ending or content, in the order people count, without folders and hidden files", async () => {
    for (const name of ["f10.png", "f2.png", "F1.PNG"]) copyFileSync(fixture("grey8.png"), join(folder, name));
    copyFileSync(fixture("baseline.jpg"), join(folder, "no-ending"));
    copyFileSync(fixture("grey8.png"), join(folder, ".hidden.png"));
    write("broken.tif", "");
    write("notes.txt", "no picture");
    mkdirSync(join(folder, "b.png"));
    const names = (await listPictures(folder)).map((path) => path.slice(folder.length + 1));
    expect(names).toEqual(["a.png", "broken.tif", "F1.PNG", "f2.png", "f10.png", "no-ending", "stack.tif"]);
  });

  it("gives a file as it is, and names what is missing or empty", async () => {
    expect(await listPictures(join(folder, "a.png"))).toEqual([join(folder, "a.png")]);
    await expect(listPictures(join(folder, "gone"))).rejects.toThrow(expect.objectContaining({ name: "FileMissing" }));
    mkdirSync(join(folder, "empty"));
    await expect(listPictures(join(folder, "empty"))).rejects.toThrow(expect.objectContaining({ name: "NoImages" }));
  });

  it("orders numbers by value", () => {
    expect(["x10", "x9", "X9", "x010", "a"].sort(inNaturalOrder)).toEqual(["a", "X9", "x9", "x010", "x10"]);
  });
});
