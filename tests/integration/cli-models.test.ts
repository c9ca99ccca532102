import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { MODELS, ocular } from "../support/analyze-bench.ts";

describe("ocular models", { timeout: 90_000 }, () => {
  it("checks the shipped packages", async () => {
    const ended = await ocular("models", "check");
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toMatch(/^blood-cells \S+ reproduced with onnxruntime-node/m);
  });

  it("names the one it refuses and does the others", async () => {
    const folder = await mkdtemp(join(tmpdir(), "ocular-test-"));
    try {
      for (const id of ["blobs", "changed"]) await cp(join(MODELS, "blobs"), join(folder, id), { recursive: true });
      await writeFile(join(folder, "changed", "model.onnx"), "changed");
      const ended = await ocular("models", "check", "--models", folder);
      expect(ended.code).toBe(1);
      expect(ended.stdout).toMatch(/^blobs 1\.0\.0 reproduced/m);
      expect(ended.stderr).toMatch(/^Model changed: model\.onnx is not the file/m);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
