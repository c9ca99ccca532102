/** A minute from Aravis's fake camera at 1280 x 720 and 30 frames a second, and another with packets thrown away. */
import { createGigeVisionCamera } from "../../../src/engine/devices/drivers/gigevision/discover.ts";
import { createUdpNet } from "../../../src/engine/devices/transports/gige/udp-net.ts";
import { systemClock } from "../../../src/engine/runtime/system-clock.ts";
import { startFakeCamera, whyNoAravis } from "../../lab/gigevision/aravis.ts";
import { type StreamTally, watchStream } from "../../lab/gigevision/watch-stream.ts";

/** Prints both. Resolves with the exit code: 0 when every frame is accounted for, or when there is no Aravis. */
export async function minute(seconds: number, lostPerMille: number): Promise<number> {
  const obstacle = whyNoAravis();
  if (obstacle !== undefined) {
    console.log(`Skipped: ${obstacle}.`);
    return 0;
  }
  const whole = await streamFromAravis(seconds, 0);
  tell(0, whole);
  const lossy = await streamFromAravis(seconds, lostPerMille);
  tell(lostPerMille, lossy);
  const isSound = [whole, lossy].every(({ frames, ledger, unaccounted }) => frames > 0 && ledger.balanced && unaccounted === 0);
  return isSound && lossy.told.incomplete > 0 ? 0 : 1;
}

async function streamFromAravis(seconds: number, lostPerMille: number): Promise<StreamTally> {
  const fake = await startFakeCamera("MINUTE", lostPerMille);
  const camera = createGigeVisionCamera({ identity: fake.found.identity, net: createUdpNet({ includesLoopback: true }), clock: systemClock });
  try {
    await camera.connect({ timeoutMs: 20_000 });
    await camera.applySettings({ frameRate: 30, exposureMs: 5, roi: { offsetX: 0, offsetY: 0, width: 1280, height: 720 } }, { timeoutMs: 20_000 });
    return await watchStream(camera, systemClock, seconds * 1000);
  } finally {
    await camera.dispose();
    await fake.stop();
  }
}

function tell(lostPerMille: number, { frames, bytes, seconds, told, ledger, unaccounted, reports }: StreamTally): void {
  console.log(`${lostPerMille} packets of a thousand thrown away: ${frames} frames in ${seconds.toFixed(1)} s (${(frames / seconds).toFixed(1)} frames/s, ${(bytes / 1e6 / seconds).toFixed(1)} MB/s)`);
  console.log(`  lost: ${told.incomplete} incomplete, ${told["camera-gap"]} gaps, ${told["no-buffer"]} without a buffer; not accounted for: ${unaccounted}`);
  console.log(`  ledger: ${JSON.stringify(ledger)}`);
  for (const report of reports) console.log(`  ${report}`);
}
