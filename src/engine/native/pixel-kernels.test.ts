import { writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { appRoot } from "../runtime/entries.ts";
import { loadPixelKernels } from "./pixel-kernels.ts";
import { hasNativeKernels } from "./testing/kernel-pair.ts";

const addonFile = join(appRoot(), "out", "native", "ocular_native.node");

describe("loadPixelKernels", () => {
  it("serves the reference, and says so, where there is no addon", () => {
    const { kernels, notice } = loadPixelKernels("/nowhere/ocular_native.node");
    expect(kernels.name).toBe("reference");
    expect(notice).toMatch(/without the native kernels: they are not built/);
  });

  it("serves the reference where the addon cannot be loaded", () => {
    const folder = mkdtempSync(join(tmpdir(), "ocular-"));
    try {
      const file = join(folder, "broken.node");
      writeFileSync(file, "not a program");
      const { kernels, notice } = loadPixelKernels(file);
      expect(kernels.name).toBe("reference");
      expect(notice).toMatch(/without the native kernels/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe.skipIf(!hasNativeKernels)("the native addon (needs a C++ compiler)", () => {
  it("is loaded without a notice", () => {
    const { kernels, notice } = loadPixelKernels();
    expect(notice).toBeUndefined();
    expect(kernels.name).toMatch(/^native/);
  });

  it("reads pixels from memory shared between threads", () => {
    const packed = new Uint8Array(new SharedArrayBuffer(3));
    packed.set([0x21, 0x43, 0x65]);
    expect([...loadPixelKernels().kernels.unpack(packed, 2, 1, "mono12p").data]).toEqual([0x321, 0x654]);
  });

  it("works in several worker threads at once, and after they ended", async () => {
    const code = `
      const { parentPort } = require("node:worker_threads");
      const addon = require(${JSON.stringify(addonFile)});
      parentPort.postMessage([...addon.unpack(Uint8Array.of(0x21, 0x43, 0x65), 2, 1, 2)]);`;
    const ask = (): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const worker = new Worker(code, { eval: true });
        let answer: unknown;
        worker.once("message", (message: unknown) => void (answer = message)).once("error", reject).once("exit", () => resolve(answer));
      });
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([[0x321, 0x654], [0x321, 0x654], [0x321, 0x654]]);
    expect(await ask()).toEqual([0x321, 0x654]);
  });

  it("throws instead of reading outside of a buffer, whatever it is given", () => {
    const addon = createRequire(import.meta.url)(addonFile) as Record<string, (...given: readonly unknown[]) => unknown>;
    for (const [name, kernel] of Object.entries(addon)) {
      expect(() => kernel(), name).toThrow(TypeError);
      expect(() => kernel(new Uint8Array(3), 1e9, 1e9, 1, 1, 1, 1, 1), name).toThrow();
      expect(() => kernel("words", 2, 2, {}), name).toThrow(TypeError);
    }
  });
});
