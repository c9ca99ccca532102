import assert from "node:assert/strict";
import { createFramePool } from "../../../src/engine/acquisition/frame-pool.ts";
import { bytesPerFrame } from "../../../src/engine/acquisition/run-pool.ts";
import type { Camera } from "../../../src/engine/devices/api/camera.ts";
import type { XYStage } from "../../../src/engine/devices/api/xy-stage.ts";
import { createUsb3VisionCamera, findUsb3VisionCameras } from "../../../src/engine/devices/drivers/usb3vision/discover.ts";
import { systemClock } from "../../../src/engine/runtime/system-clock.ts";
import { um } from "../../../src/shared/units.ts";
import { type Bench, openBus } from "./bench.ts";
import { until } from "./guest-system.ts";

const CALL_MS = 5000;
const AWAY_UM = 60;
/** Grey values that other cells make at least, on average; the sensor's noise makes about one. */
const LEAST_DIFFERENCE = 5;

/** A microscope: camera on USB, stage on a terminal, one slide between them. */
export async function checkTogether({ checks, pace }: Bench, stage: XYStage): Promise<void> {
  const bus = openBus();
  const call = { timeoutMs: pace.slow(CALL_MS) };
  await checks.check("camera and stage together: the picture goes with the stage, and comes back with it", 90_000, async () => {
    const [found] = await findUsb3VisionCameras(bus);
    assert.ok(found);
    const camera = createUsb3VisionCamera({ identity: found.identity, bus, clock: systemClock });
    await camera.connect(call);
    await camera.nodeMap()?.writeEnumeration("TestPattern", "Off");
    await camera.applySettings({ exposureMs: 5, gainDb: 0, blackLevelDn: 0, frameRate: 10, roi: { offsetX: 0, offsetY: 0, width: 256, height: 192 } }, call);
    const pictureAt = async (x: number): Promise<Uint8Array> => {
      await stage.moveTo({ x: um(x), y: um(0) });
      return picture(camera, pace.slow(CALL_MS));
    };
    const here = await pictureAt(0);
    const away = await pictureAt(AWAY_UM);
    const back = await pictureAt(0);
    const [moved, same] = [difference(here, away), difference(here, back)];
    checks.note(`grey values differ by ${moved.toFixed(1)} on average ${AWAY_UM} um away, by ${same.toFixed(1)} back at the same place`);
    await camera.dispose();
    assert.ok(moved > LEAST_DIFFERENCE && moved > 3 * same, "the picture does not go with the stage");
  });
  await bus.dispose();
}

/** The next whole picture. */
async function picture(camera: Camera, limitMs: number): Promise<Uint8Array> {
  const pool = createFramePool({ slotBytes: bytesPerFrame(camera.settings()), slotCount: 4 });
  let taken: Uint8Array | undefined;
  const unlisten = camera.onDidCapture(({ buffer }) => {
    taken ??= buffer.bytes.slice();
    buffer.release();
  });
  await camera.startAcquisition(pool, { timeoutMs: limitMs });
  const bytes = await until("a picture comes", limitMs, () => taken);
  await camera.stopAcquisition({ timeoutMs: limitMs });
  unlisten();
  return bytes;
}

function difference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length;
}
