import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FaultyFiles, faultyFiles } from "../session/testing/faulty-files.ts";
import { saveFile, saveNewFile } from "./save-file.ts";

let folder = "";
let files: FaultyFiles = faultyFiles();
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ocular-save-"));
  files = faultyFiles();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("saveFile", () => {
  it("makes the folders that are missing, and takes the place of what was there", async () => {
    const path = join(folder, "deep", "er", "a.yaml");
    await saveFile(path, "one", files);
    await saveFile(path, "two", files);
    expect(await readFile(path, "utf8")).toBe("two");
    expect(await readdir(join(folder, "deep", "er"))).toEqual(["a.yaml"]);
  });

  it.each(["create", "write", "sync", "rename"] as const)("leaves what was there, and nothing beside it, when the disk is full at its %s", async (kind) => {
    await writeFile(join(folder, "a.zip"), "old");
    files.failWhen("ENOSPC", (call) => call.kind === kind);
    await expect(saveFile(join(folder, "a.zip"), "new", files)).rejects.toMatchObject({ data: { tag: "DiskFull", path: join(folder, "a.zip"), neededBytes: 3 } });
    expect(await readdir(folder)).toEqual(["a.zip"]);
    expect(await readFile(join(folder, "a.zip"), "utf8")).toBe("old");
  });

  it("tells how much is free where the file is not there yet", async () => {
    files.failWhen("ENOSPC", ({ kind }) => kind === "write");
    await expect(saveFile(join(folder, "a.zip"), "new", files)).rejects.toSatisfy((error: { data: { freeBytes: number } }) => error.data.freeBytes > 0);
  });
});

describe("saveNewFile", () => {
  it("says so where there is one of that name, and leaves it", async () => {
    await writeFile(join(folder, "a.yaml"), "old");
    expect(await saveNewFile(join(folder, "a.yaml"), "new", files)).toBe(false);
    expect(await readFile(join(folder, "a.yaml"), "utf8")).toBe("old");
    expect(await saveNewFile(join(folder, "b.yaml"), "new", files)).toBe(true);
    expect(await readFile(join(folder, "b.yaml"), "utf8")).toBe("new");
  });

  it.each(["write", "sync"] as const)("leaves nothing when the disk is full at its %s, so that the name is free the next time", async (kind) => {
    files.failWhen("ENOSPC", (call) => call.kind === kind);
    await expect(saveNewFile(join(folder, "a.yaml"), "new", files)).rejects.toMatchObject({ data: { tag: "DiskFull" } });
    expect(await readdir(folder)).toEqual([]);
    files.heal();
    expect(await saveNewFile(join(folder, "a.yaml"), "new", files)).toBe(true);
  });

  it("takes a file in the way of the folder for no file of that name", async () => {
    await writeFile(join(folder, "file"), "x");
    await expect(saveNewFile(join(folder, "file", "a.yaml"), "new", files)).rejects.toThrow("cannot be written (a file is in the way of the folder)");
  });
});
