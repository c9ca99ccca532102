import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "fast-png";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PictureDesk } from "./picture-desk.ts";
import type { Page } from "./reader-protocol.ts";

describe("reading many pictures", () => {
  let folder = "";
  beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), "ocular-pictures-")); });
  afterEach(async () => { await rm(folder, { recursive: true, force: true }); });

  async function picture(width: number, height: number, value: number): Promise<string> {
    const path = join(folder, `${width}x${height}.png`);
    await writeFile(path, encode({ width, height, channels: 3, depth: 8, data: new Uint8Array(width * height * 3).fill(value) }));
    return path;
  }

  async function pageOf(desk: PictureDesk, path: string): Promise<Page> {
    await desk.answer({ type: "open", file: { path } });
    const page = await desk.answer({ type: "next" });
    if (typeof page !== "object" || !("pixels" in page)) throw new Error("no page");
    return page;
  }

  it("holds one page in memory, as large as the largest, however many there are", async () => {
    const desk = new PictureDesk();
    const paths = [await picture(20, 10, 1), await picture(64, 48, 2), await picture(30, 30, 3), await picture(8, 8, 4)];
    const memory = new Set<ArrayBufferLike>();
    for (let n = 0; n < 60; n++) {
      const page = await pageOf(desk, paths[n % paths.length] ?? "");
      expect(page.pixels.every((value) => value === (n % paths.length) + 1)).toBe(true);
      memory.add(page.pixels.buffer);
    }
    // One that was too small, and the one that all came through after.
    expect([...memory].map(({ byteLength }) => byteLength)).toEqual([20 * 10 * 3, 64 * 48 * 3]);
  });
});
