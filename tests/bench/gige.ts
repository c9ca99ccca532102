import { createFramePool } from "../../src/engine/acquisition/frame-pool.ts";
import { createGigeVisionCamera } from "../../src/engine/devices/drivers/gigevision/discover.ts";
import { createBlockQueue } from "../../src/engine/devices/drivers/gigevision/stream/block-queue.ts";
import { IP_UDP_BYTES, STANDARD_HEADER_BYTES, writeImageLeader, writePacket, writeTrailer } from "../../src/engine/devices/drivers/gigevision/stream/gvsp.ts";
import { pictureOpener } from "../../src/engine/devices/genicam/camera/picture-target.ts";
import { payloadImageBytes } from "../../src/engine/devices/genicam/pixels/pfnc.ts";
import { createUdpNet } from "../../src/engine/devices/transports/gige/udp-net.ts";
import { systemClock } from "../../src/engine/runtime/system-clock.ts";
import { CAMERA_PIXEL_FORMATS } from "../lab/genicam/camera-xml.ts";
import { runAravis, startFakeCamera, streamCounters, whyNoAravis } from "../lab/gigevision/aravis.ts";
import { watchStream } from "../lab/gigevision/watch-stream.ts";
import type { Figure, RunBench } from "./support/bench.ts";

const WIDTH = 1920;
const HEIGHT = 1200;
const SECONDS = 5;
/** 1280 x 720: what a microscope shows, and more than the fake camera manages, where its and the client's work share the cores. */
const PIXELS = 1280 * 720;
const OFFERED = [30, 200] as const;
const TURNS = 2;

/** Datagrams of one picture, as they come from the network. */
function datagramsOf(format: string, packetBytes: number): readonly Uint8Array[] {
  const pixelFormat = CAMERA_PIXEL_FORMATS[format] ?? 0;
  const payload = new Uint8Array(payloadImageBytes(pixelFormat, WIDTH, HEIGHT, 0)).map((_, at) => at & 255);
  const common = { blockId: 1, isExtended: false } as const;
  const leader = writeImageLeader({ payloadType: 1, timestampTicks: 1n, pixelFormat, width: WIDTH, height: HEIGHT, offsetX: 0, offsetY: 0, linePadding: 0 });
  const datagrams = [writePacket({ ...common, packetId: 0, format: "leader", content: leader })];
  const dataBytes = packetBytes - IP_UDP_BYTES - STANDARD_HEADER_BYTES;
  for (let at = 0; at < payload.length; at += dataBytes) datagrams.push(writePacket({ ...common, packetId: datagrams.length, format: "payload", content: payload.subarray(at, at + dataBytes) }));
  datagrams.push(writePacket({ ...common, packetId: datagrams.length, format: "trailer", content: writeTrailer(1, HEIGHT) }));
  return datagrams;
}

/** Payload bytes a second from datagrams in memory to frames in the pool; every byte is moved once, or unpacked on the way. */
function receivePath(format: string, packetBytes: number): number {
  const datagrams = datagramsOf(format, packetBytes);
  const payload = payloadImageBytes(CAMERA_PIXEL_FORMATS[format] ?? 0, WIDTH, HEIGHT, 0);
  const pool = createFramePool({ slotBytes: WIDTH * HEIGHT * 2, slotCount: 4 });
  const counts = { frames: 0, lost: 0 };
  const queue = createBlockQueue({
    maxPayloadBytes: payload, lastPacket: 2 * datagrams.length, firstSequence: 0, ticksPerSecond: 1_000_000_000n,
    open: pictureOpener("bench", payload, {
      cameraId: "bench", clock: systemClock, pool, firstSequence: 0, picture: { width: WIDTH, height: HEIGHT }, frameSettings: () => ({ exposureMs: 1, gainDb: 0 }),
      listeners: {
        capture({ buffer }) {
          counts.frames += 1;
          buffer.release();
        },
        lose: () => undefined,
        report: () => undefined,
      },
    }),
    lose: (count) => (counts.lost += count),
  });
  let blockId = 0;
  const frame = (): void => {
    blockId = blockId === 65_535 ? 1 : blockId + 1;
    for (const datagram of datagrams) {
      datagram[2] = blockId >> 8;
      datagram[3] = blockId & 255;
      queue.take(datagram);
    }
  };
  for (let i = 0; i < 20; i++) frame();
  const before = counts.frames;
  const startedMs = performance.now();
  while (performance.now() - startedMs < SECONDS * 1000) frame();
  const seconds = (performance.now() - startedMs) / 1000;
  if (counts.lost > 0) throw new Error(`${counts.lost} frames were lost on the way from memory to memory`);
  return ((counts.frames - before) * payload) / 1e6 / seconds;
}

/** Whole frames a second of one camera, taken in turns by our client and by Aravis's. */
async function besideAravis(offered: number, log: (line: string) => void): Promise<readonly Figure[]> {
  const obstacle = whyNoAravis();
  if (obstacle !== undefined) {
    log(`Aravis is not measured: ${obstacle}`);
    return [];
  }
  const fake = await startFakeCamera("BENCH");
  const whole = { ours: 0, aravis: 0 };
  let lost = 0;
  try {
    for (let turn = 0; turn < TURNS; turn++) {
      log(`Aravis's fake camera, 1280 x 720 at ${offered} frames/s: our client, ${SECONDS} s`);
      const camera = createGigeVisionCamera({ identity: fake.found.identity, net: createUdpNet({ includesLoopback: true }), clock: systemClock });
      await camera.connect({ timeoutMs: 20_000 });
      await camera.applySettings({ frameRate: offered, exposureMs: 1, roi: { offsetX: 0, offsetY: 0, width: 1280, height: 720 } }, { timeoutMs: 20_000 });
      const tally = await watchStream(camera, systemClock, SECONDS * 1000);
      await camera.dispose();
      if (tally.unaccounted !== 0) throw new Error(`${tally.unaccounted} frames are not accounted for`);
      whole.ours += tally.frames / tally.seconds / TURNS;
      lost += Object.values(tally.told).reduce((sum, count) => sum + count, 0);
      log(`Aravis's fake camera, 1280 x 720 at ${offered} frames/s: arv-camera-test, ${SECONDS} s`);
      const { output } = await runAravis("arv-camera-test-0.8", ["-n", "Aravis-Fake-BENCH", `--duration=${SECONDS}`, "--no-packet-socket", "-a", "-w", "1280", "-h", "720", "-f", String(offered), "-e", "1000"], 60_000);
      const completed = streamCounters(output)("n_completed_buffers");
      if (Number.isNaN(completed)) throw new Error(`arv-camera-test-0.8 gave no figures: ${output.slice(-400)}`);
      whole.aravis += completed / SECONDS / TURNS;
    }
  } finally {
    await fake.stop();
  }
  return [
    { label: `${offered} frames/s offered: our client`, value: (whole.ours * PIXELS) / 1e6, unit: "MB/s" },
    { label: `${offered} frames/s offered: arv-camera-test`, value: (whole.aravis * PIXELS) / 1e6, unit: "MB/s" },
    { label: `${offered} frames/s offered: ours / Aravis's`, value: whole.ours / whole.aravis, unit: "" },
    { label: `${offered} frames/s offered: lost by ours, each accounted for`, value: lost, unit: "frames" },
  ];
}

/** GigE Vision: from datagrams to frames in memory, and beside Aravis's client on loopback. */
export const run: RunBench = async ({ log }) => {
  const figures: Figure[] = [];
  for (const [format, packetBytes] of [["Mono8", 1500], ["Mono8", 9000], ["Mono12p", 9000]] as const) {
    log(`receive path, ${format} in packets of ${packetBytes} bytes: ${SECONDS} s`);
    figures.push({ label: `receive path: ${format}, packets of ${packetBytes} bytes`, value: receivePath(format, packetBytes), unit: "MB/s" });
  }
  for (const offered of OFFERED) figures.push(...(await besideAravis(offered, log)));
  return figures;
};
