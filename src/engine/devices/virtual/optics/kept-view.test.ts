import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { firstExposure } from "../sensor/first-exposure.ts";
import { FrameRenderer } from "../sensor/frame-renderer.ts";
import type { Exposure } from "../sensor/exposure.ts";
import { createSpecimen } from "../specimen/specimen.ts";
import { keptViewName, readKeptView, writeKeptView } from "./kept-view.ts";
import { opticsOf } from "./optics.ts";

const scene = { kind: "blood-smear", seed: 5 } as const;
const name = keptViewName(scene, new Uint8Array([1, 2, 3]));
/** A corner of the sensor is enough. */
const first: Exposure = (() => {
  const exposure = firstExposure(scene.kind);
  return { ...exposure, settings: { ...exposure.settings, roi: { offsetX: 128, offsetY: 128, width: 400, height: 320 } } };
})();
const BYTES = 400 * 320;
let folder = "";

const renderer = (): FrameRenderer => new FrameRenderer(createSpecimen(scene.kind, scene.seed), opticsOf(scene.seed));
const drawn = (by: FrameRenderer): Uint8Array => {
  const bytes = new Uint8Array(BYTES);
  by.render(first, bytes);
  return bytes;
};

describe("the first view, kept for the next start", () => {
  beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), "ocular-view-")); });
  afterEach(async () => { await rm(folder, { recursive: true, force: true }); });

  it("is the same picture, without drawing it", () => {
    const before = renderer();
    expect(before.tilesUnder(first), "nothing is built yet").toBeUndefined();
    const picture = drawn(before);
    const tiles = before.tilesUnder(first);
    if (tiles === undefined) throw new Error("the tiles of a view that was rendered are there");
    expect(tiles.size).toBeGreaterThan(1);
    writeKeptView(folder, name, tiles);
    const kept = readKeptView(folder, name);
    expect([...(kept?.keys() ?? [])]).toEqual([...tiles.keys()]);
    const after = renderer();
    after.restore(kept ?? []);
    expect(after.tilesUnder(first)?.size).toBe(tiles.size);
    expect(Buffer.compare(drawn(after), picture)).toBe(0);
  });

  it("is not taken where a byte is missing or changed, and none is none", async () => {
    const before = renderer();
    drawn(before);
    writeKeptView(folder, name, before.tilesUnder(first) ?? new Map());
    const whole = await readFile(join(folder, name));
    for (const spoilt of [whole.subarray(0, whole.length - 1), whole.subarray(0, 20), Buffer.alloc(0), whole.map((byte, at) => (at === 5000 ? byte ^ 1 : byte))]) {
      await writeFile(join(folder, name), spoilt);
      expect(readKeptView(folder, name)).toBeUndefined();
    }
    expect(readKeptView(folder, "another")).toBeUndefined();
  });

  it("belongs to one slide and to the code that drew it", () => {
    expect(keptViewName({ ...scene, seed: 6 }, new Uint8Array([1, 2, 3]))).not.toBe(name);
    expect(keptViewName(scene, new Uint8Array([1, 2, 4]))).not.toBe(name);
  });

  it("clears away what a start left that ended while it wrote", async () => {
    await writeFile(join(folder, `${name}.4711`), "half");
    writeKeptView(folder, name, new Map());
    expect(await readdir(folder)).toEqual([name]);
  });

  it("lets go of the oldest beyond three", async () => {
    const nameOf = (seed: number): string => keptViewName({ ...scene, seed }, new Uint8Array());
    for (const seed of [5, 4, 3, 2, 1]) {
      writeKeptView(folder, nameOf(seed), new Map());
      await utimes(join(folder, nameOf(seed)), 100 - seed, 100 - seed);
    }
    expect((await readdir(folder)).toSorted()).toEqual([1, 2, 3].map(nameOf).toSorted());
  });
});
