import { buildNative } from "../../scripts/build-native.mjs";
import { buildNode } from "../../scripts/build-node.mjs";

/** Tests start real worker threads and processes: their bundles, and the native kernels, must be as new as the sources. */
export async function setup(): Promise<void> {
  await buildNative();
  await buildNode({
    onBroken: (error) => {
      // Only the tests that need the broken part fail: its bundle is missing.
      console.error(error.message);
    },
  });
}
