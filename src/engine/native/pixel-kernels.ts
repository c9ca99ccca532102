import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { PixelKernels } from "../../core/kernels/pixel-kernels.ts";
import { referenceKernels } from "../../core/kernels/reference-kernels.ts";
import { appRoot } from "../runtime/entries.ts";
import { KERNEL_NAMES, type NativeAddon } from "./addon.ts";
import { nativeKernels } from "./native-kernels.ts";

/** The kernels to use, and why they are not the native ones where they are not: one sentence for people. */
export interface LoadedKernels {
  readonly kernels: PixelKernels;
  readonly notice?: string;
}

/**
 * The pixel kernels of this machine: the addon compiled from native/ (scripts/build-native.mjs), else the TypeScript
 * reference with a notice. Never throws. Works on the main thread, in worker threads, in Node and in Electron; loaded
 * once per thread.
 *
 * @param file another addon; for tests
 */
export function loadPixelKernels(file = join(appRoot(), "out", "native", "ocular_native.node")): LoadedKernels {
  const known = loaded.get(file);
  if (known !== undefined) return known;
  const fresh = load(file);
  loaded.set(file, fresh);
  return fresh;
}

const loaded = new Map<string, LoadedKernels>();

function load(file: string): LoadedKernels {
  if (!existsSync(file)) return reference("they are not built on this computer");
  try {
    // A bundler must not follow this: the addon is a binary beside the bundles.
    const addon: unknown = createRequire(join(appRoot(), "package.json"))(file);
    if (isAddon(addon)) return { kernels: nativeKernels(addon) };
    return reference("they are of another version");
  } catch (error) {
    return reference(error instanceof Error ? error.message : String(error));
  }
}

function reference(why: string): LoadedKernels {
  return { kernels: referenceKernels, notice: `Pictures are computed more slowly, without the native kernels: ${why}.` };
}

function isAddon(addon: unknown): addon is NativeAddon {
  return typeof addon === "object" && addon !== null && KERNEL_NAMES.every((name) => name in addon && typeof Reflect.get(addon, name) === "function");
}
