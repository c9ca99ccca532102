import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { varianceOfLaplacian } from "../../core/focus/variance-of-laplacian.ts";
import { referenceKernels } from "../../core/kernels/reference-kernels.ts";
import { isOcularError } from "../../shared/errors.ts";
import { focusScore, storedPicture } from "./pixel-thread.ts";

describe("the pixel thread", () => {
  it("gives the score that the reference gives, of shared pixels and of others, several at once", async () => {
    const header = { width: 64, height: 48, pixelFormat: "BayerRG8" } as const;
    const own = Uint8Array.from({ length: 64 * 48 }, (_, i) => (i * 89) % 251);
    const shared = new Uint8Array(new SharedArrayBuffer(own.length));
    shared.set(own);
    const wanted = varianceOfLaplacian(referenceKernels, header, own);
    expect(wanted).toBeGreaterThan(0);
    expect(await Promise.all([focusScore(header, own), focusScore(header, shared), focusScore(header, new Uint8Array(own.length))])).toEqual([wanted, wanted, 0]);
    expect(own[1]).toBe(89);
  });

  it("says which file is missing, and goes on", async () => {
    const path = join("/nowhere", "field-0001.ome.tif");
    const failure: unknown = await storedPicture(path).then(() => undefined, (error: unknown) => error);
    expect(isOcularError(failure, "FileMissing"), String(failure)).toBe(true);
    expect(await focusScore({ width: 8, height: 8, pixelFormat: "Mono8" }, new Uint8Array(64))).toBe(0);
  });
});
