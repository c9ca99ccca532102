import { existsSync } from "node:fs";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeFolders } from "./make-folders.ts";

describe("makeFolders", () => {
  let folder = "";
  beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), "ocular-folders-")); });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("makes what is missing, and leaves what is there", async () => {
    const deep = join(folder, "a", "b", "c");
    await makeFolders(deep);
    await makeFolders(deep);
    await makeFolders(relative(process.cwd(), join(folder, "d", "e")));
    expect((await stat(deep)).isDirectory()).toBe(true);
    expect((await stat(join(folder, "d", "e"))).isDirectory()).toBe(true);
    await makeFolders("/");
  });

  it("several at once make the same folder", async () => {
    await Promise.all(Array.from({ length: 8 }, () => makeFolders(join(folder, "x", "y"))));
    expect((await stat(join(folder, "x", "y"))).isDirectory()).toBe(true);
  });

  it("says what is in the way", async () => {
    await writeFile(join(folder, "file"), "");
    await expect(makeFolders(join(folder, "file"))).rejects.toMatchObject({ code: "EEXIST" });
    await expect(makeFolders(join(folder, "file", "below"))).rejects.toMatchObject({ code: "ENOTDIR" });
  });

  it.skipIf(!existsSync("/proc/self"))("ends where no folder can be made in one that exists", async () => {
    await expect(makeFolders("/proc/ocular/results")).rejects.toMatchObject({ code: "ENOENT" });
  });
});
