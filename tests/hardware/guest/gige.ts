import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createGigeVisionCamera } from "../../../src/engine/devices/drivers/gigevision/discover.ts";
import { createUdpNet } from "../../../src/engine/devices/transports/gige/udp-net.ts";
import { systemClock } from "../../../src/engine/runtime/system-clock.ts";
import { type FakeCamera, startFakeCamera, streamCounters } from "../../lab/gigevision/aravis.ts";
import { watchStream } from "../../lab/gigevision/watch-stream.ts";
import { aravis } from "./aravis.ts";
import { type Bench, GIGE_THROUGHPUT, type StreamRate } from "./bench.ts";

const SERIAL = "GUEST";
/** What a network may hold for a program that is busy, as the page on GigE Vision advises, bytes; Aravis's client takes the default. */
const HELD_BYTES = "33554432";
/** Aravis's own patience with a packet and with a frame on a real machine, ms. */
const PACKET_MS = 20;
const FRAME_MS = 100;
const CONNECT_MS = 5000;
const SET_MS = 1000;

/** Aravis's fake GigE Vision camera on the guest's loopback, streamed by Aravis and by our driver. @returns what both stream at {@link GIGE_THROUGHPUT} */
export async function checkGige(bench: Bench): Promise<{ readonly theirs: StreamRate | undefined; readonly ours: StreamRate | undefined }> {
  const fake = await bench.checks.check("Aravis's GigE Vision camera is found by a broadcast on loopback", 40_000, async () => {
    for (const limit of ["rmem_max", "rmem_default"]) writeFileSync(`/proc/sys/net/core/${limit}`, HELD_BYTES);
    const started = await startFakeCamera(SERIAL);
    assert.deepEqual(started.found.identity, { id: `gigevision:Aravis:Fake:${SERIAL}`, kind: "camera", vendor: "Aravis", model: "Fake", serial: SERIAL });
    return started;
  });
  if (fake === undefined) return { theirs: undefined, ours: undefined };
  try {
    return { theirs: await streamTheirs(bench), ours: await streamOurs(bench, fake) };
  } finally {
    await fake.stop();
  }
}

function streamTheirs({ checks, pace }: Bench): Promise<StreamRate | undefined> {
  return checks.check("Aravis: streams from its GigE Vision camera without a failed frame", 60_000, async () => {
    const { width, height, framesPerSecond, exposureUs, seconds } = GIGE_THROUGHPUT;
    const said = await aravis("arv-camera-test-0.8", ["-n", `Aravis-Fake-${SERIAL}`, `--duration=${seconds}`, "--no-packet-socket", "-w", `${width}`, "-h", `${height}`, "-f", `${framesPerSecond}`, "-e", `${exposureUs}`,
      "-p", `${Math.round(pace.slow(PACKET_MS))}`, "-m", `${Math.round(pace.slow(FRAME_MS))}`]);
    const value = streamCounters(said);
    const problems = { failures: value("n_failures"), underruns: value("n_underruns"), aborted: value("n_aborted"), missing: value("n_missing_frames") };
    assert.deepEqual(problems, { failures: 0, underruns: 0, aborted: 0, missing: 0 }, said);
    const frames = value("n_completed_buffers");
    assert.ok(frames >= 3, said);
    return { frames, seconds, megabytes: (frames * width * height) / 1e6 };
  });
}

function streamOurs({ checks, pace }: Bench, { found }: FakeCamera): Promise<StreamRate | undefined> {
  return checks.check("our driver: streams from the same camera with every frame accounted for", 60_000, async () => {
    const { width, height, framesPerSecond, exposureUs, seconds } = GIGE_THROUGHPUT;
    // By the system's clock: the camera waits for signs of life by its own, which is no slower.
    const camera = createGigeVisionCamera({ identity: found.identity, net: createUdpNet({ includesLoopback: true }), clock: systemClock });
    try {
      await camera.connect({ timeoutMs: pace.slow(CONNECT_MS) });
      await camera.applySettings({ pixelFormat: "Mono8", exposureMs: exposureUs / 1000, frameRate: framesPerSecond, roi: { offsetX: 0, offsetY: 0, width, height } }, { timeoutMs: pace.slow(SET_MS) });
      const tally = await watchStream(camera, systemClock, seconds * 1000);
      const { frames, bytes, told, ledger, unaccounted } = tally;
      const lost = Object.values(told).reduce((sum, count) => sum + count, 0);
      checks.note(`${ledger.produced} taken, by the camera's numbers = ${frames} delivered + ${lost} told as lost + ${unaccounted} not accounted for`);
      assert.ok(frames >= 3, `only ${frames} frames came`);
      assert.equal(bytes, frames * width * height);
      assert.deepEqual({ unaccounted, isBalanced: ledger.balanced, recorded: ledger.recorded, produced: ledger.produced }, { unaccounted: 0, isBalanced: true, recorded: frames, produced: frames + lost });
      return { frames, seconds: tally.seconds, megabytes: bytes / 1e6 };
    } finally {
      await camera.dispose();
    }
  });
}
