import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";

const project = resolve(import.meta.dirname, "../..");
let folder = "";

afterEach(() => rm(folder, { recursive: true, force: true }));

async function git(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("git", ["-C", project, ...args], { maxBuffer: 2 ** 26 });
  return stdout;
}

// A source archive has no history to check out from.
describe.skipIf(!existsSync(join(project, ".git")))("a checkout", () => {
  it("has the same bytes under Git for Windows, which turns line ends unless it is told not to: what is known by its SHA-256 is found", async () => {
    folder = await mkdtemp(join(tmpdir(), "ocular-checkout-"));
    const files = (await git("ls-files", "-z")).split("\0").filter((file) => /^(models|recipes|tests\/fixtures|src)\//u.test(file) && /\.(ya?ml|json|jsonl|csv|npy|onnx|png|tif|ts|ocular-.*)$/u.test(file));
    expect(files.length).toBeGreaterThan(500);
    const windows = ["-c", "core.autocrlf=true", "-c", "core.eol=crlf"];
    for (let at = 0; at < files.length; at += 200) await git(...windows, "checkout-index", `--prefix=${folder}/`, "--", ...files.slice(at, at + 200));
    const changed: string[] = [];
    for (const file of files) {
      const stored = await readFile(join(folder, file));
      // As it lies here; a file that is being edited has other bytes, but no other line ends.
      const here = await readFile(join(project, file));
      if (countCrlf(stored) !== countCrlf(here)) changed.push(file);
    }
    expect(changed).toEqual([]);
  });
});

function countCrlf(bytes: Buffer): number {
  let found = 0;
  for (let at = bytes.indexOf("\r\n"); at >= 0; at = bytes.indexOf("\r\n", at + 2)) found += 1;
  return found;
}
