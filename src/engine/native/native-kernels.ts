import type { PixelKernels } from "../../core/kernels/pixel-kernels.ts";
import type { NativeAddon } from "./addon.ts";
import { nativeFilterKernels } from "./filter-kernels.ts";
import { nativeMaskKernels } from "./mask-kernels.ts";
import { nativeObjectKernels } from "./object-kernels.ts";
import { nativeSensorKernels } from "./sensor-kernels.ts";
import { nativeValueKernels } from "./value-kernels.ts";

/** The C++ kernels in the shape of the interface: check what the reference checks, take pictures apart, put results together. */
export function nativeKernels(addon: NativeAddon): PixelKernels {
  return { name: "native 1", ...nativeSensorKernels(addon), ...nativeValueKernels(addon), ...nativeFilterKernels(addon), ...nativeMaskKernels(addon), ...nativeObjectKernels(addon) };
}
