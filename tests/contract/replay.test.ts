import { fileURLToPath } from "node:url";
import { createManualClock } from "../../src/core/testing/manual-clock.ts";
import { createReplayCamera, type ReplayCamera, type ReplayCameraOptions } from "../../src/engine/devices/replay/replay-camera.ts";
import { cameraContract } from "./camera-contract.ts";
import type { SubjectFactory } from "./contract.ts";

const PICTURES = ["rgb8.png", "baseline.jpg", "stack.tif", "grey16.png"].map((name) => fileURLToPath(new URL(`../../src/engine/images/fixtures/${name}`, import.meta.url)));

function replay(options: Partial<ReplayCameraOptions>): SubjectFactory<ReplayCamera> {
  return async () => {
    const clock = createManualClock();
    const device = createReplayCamera({ inputs: PICTURES, clock, frameRate: 20, ...options });
    return {
      device, nowMs: clock.nowMs, pendingCount: clock.pendingCount,
      // Files are read in real time: the device's time stands still meanwhile.
      async advance(ms) {
        for (let left = ms; left >= 0; left -= 10) {
          await device.settled();
          await clock.advance(Math.min(10, left));
          if (left === 0) break;
        }
      },
      dispose: async () => undefined,
    };
  };
}

// A folder cannot be told to fail; what a replay does with broken files is in its own tests.
cameraContract("the replay camera, streaming from its thread,", replay({}));
cameraContract("the replay camera, playing from memory,", replay({ preload: "memory", decoding: "inline" }));
