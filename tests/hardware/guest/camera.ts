import assert from "node:assert/strict";
import { createUsb3VisionCamera, findUsb3VisionCameras } from "../../../src/engine/devices/drivers/usb3vision/discover.ts";
import type { GenicamCamera } from "../../../src/engine/devices/genicam/camera/genicam-camera.ts";
import type { UsbBus } from "../../../src/engine/devices/transports/usb/usb-device.ts";
import { systemClock } from "../../../src/engine/runtime/system-clock.ts";
import { isOcularError } from "../../../src/shared/errors.ts";
import { type Bench, CAMERA_SERIAL, openBus, type Pace, refusalOf, REPLUG_LIMIT_MS, type StreamRate, THROUGHPUT } from "./bench.ts";
import { watchCamera } from "./camera-watch.ts";
import { attach, detach, type Orders, runProgram, until } from "./guest-system.ts";

/** Blocks that the camera holds, or is about to send, when it is stopped. */
const MOST_HELD = 6;
/** Defaults of the calls on a real bus, ms. */
const SET_MS = 1000;
const START_MS = 5000;
const CONNECT_MS = 5000;
/** A hundred are done in process. */
const RESTARTS = 5;
const SMALL = { offsetX: 0, offsetY: 0, width: 320, height: 240 } as const;

/** Our driver on real libusb against the same camera. @returns what it streams at {@link THROUGHPUT} */
export async function checkCamera(bench: Bench): Promise<StreamRate | undefined> {
  const { checks } = bench;
  const bus = openBus();
  try {
    const camera = await checks.check("our driver: finds the camera and reads its description", 40_000, () => connectFirst(bus, bench));
    if (camera === undefined) return undefined;
    await checkFeatures(bench, camera);
    const rate = await checkStreaming(bench, camera);
    await checkRestarts(bench, camera);
    await checkFaults(bench, camera);
    await checkReplug(bench, camera);
    await checkSharing(bench, camera, bus);
    await camera.dispose();
    return rate;
  } finally {
    await bus.dispose();
  }
}

async function connectFirst(bus: UsbBus, { checks, pace, orders }: Bench): Promise<GenicamCamera> {
  const [found, ...others] = await findUsb3VisionCameras(bus);
  assert.ok(found, "no camera was found");
  assert.deepEqual(others, []);
  assert.deepEqual(found.identity, { id: `usb3vision:1209:0001:${CAMERA_SERIAL}`, kind: "camera", vendor: "Ocular Lab", model: "LabCamera", serial: CAMERA_SERIAL });
  const camera = createUsb3VisionCamera({ identity: found.identity, bus, clock: systemClock });
  const startedMs = systemClock.nowMs();
  await camera.connect({ timeoutMs: pace.slow(CONNECT_MS) });
  checks.note(`connected in ${Math.round(systemClock.nowMs() - startedMs)} ms`);
  const commandMs = await medianCommandMs(camera, orders);
  checks.note(`a register takes ${commandMs.toFixed(1)} ms here: deadlines of a real machine are multiplied by ${pace.measured(commandMs).toFixed(1)}`);
  assert.equal(camera.status().state, "ready");
  return camera;
}

/** What one register takes, there and back: the median of a few, by the commands that the camera counted. */
async function medianCommandMs(camera: GenicamCamera, orders: Orders): Promise<number> {
  const times: number[] = [];
  for (let turn = 0; turn < 11; turn++) {
    const before = (await orders.status()).camera.commands;
    const startedMs = systemClock.nowMs();
    await camera.nodeMap()?.writeBoolean("LightOn", turn % 2 === 0);
    const tookMs = systemClock.nowMs() - startedMs;
    times.push(tookMs / Math.max(1, (await orders.status()).camera.commands - before));
  }
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
}

/** Reads and writes as Aravis did, and what is refused. */
async function checkFeatures({ checks, pace }: Bench, camera: GenicamCamera): Promise<void> {
  await checks.check("our driver: writes features and reads them back, and refuses what the camera cannot do", 40_000, async () => {
    const map = camera.nodeMap();
    assert.ok(map);
    assert.equal(await map.readText("DeviceModelName"), "LabCamera");
    assert.equal(await map.readFloat("DeviceTemperature"), 41.3);
    await map.writeText("DeviceUserID", "left port");
    assert.equal(await map.readText("DeviceUserID"), "left port");
    const settings = await camera.applySettings({ pixelFormat: "Mono8", exposureMs: 2, gainDb: 3, blackLevelDn: 5, frameRate: 25, roi: { ...SMALL, offsetX: 8, offsetY: 4 } }, { timeoutMs: pace.slow(SET_MS) });
    assert.deepEqual({ exposureMs: settings.exposureMs, gainDb: settings.gainDb, blackLevelDn: settings.blackLevelDn, frameRate: settings.frameRate, roi: settings.roi },
      { exposureMs: 2, gainDb: 3, blackLevelDn: 5, frameRate: 25, roi: { ...SMALL, offsetX: 8, offsetY: 4 } });
    await assert.rejects(camera.applySettings({ exposureMs: 1e6 }, { timeoutMs: pace.slow(SET_MS) }), (error) => isOcularError(error, "OutOfRange"));
    assert.equal(camera.settings().exposureMs, 2);
    const said = await runProgram("arv-tool-0.8", ["control", "ExposureTime"], 20_000).catch(String);
    assert.doesNotMatch(said, /ExposureTime = /u, "a second program could use a camera that is ours");
  });
}

/** Offers more than the machine carries: every byte right, every frame delivered or counted as lost. */
async function checkStreaming({ checks, orders, pace }: Bench, camera: GenicamCamera): Promise<StreamRate | undefined> {
  return checks.check("our driver: streams with every byte in its place and every frame accounted for", 60_000, async () => {
    const { width, height, framesPerSecond, exposureUs, seconds } = THROUGHPUT;
    await camera.applySettings({ pixelFormat: "Mono8", exposureMs: exposureUs / 1000, gainDb: 0, frameRate: framesPerSecond, roi: { offsetX: 0, offsetY: 0, width, height } }, { timeoutMs: pace.slow(SET_MS) });
    await camera.nodeMap()?.writeEnumeration("TestPattern", "Ramp");
    const watch = watchCamera(camera, true);
    const before = (await orders.status()).camera.exposed;
    await camera.startAcquisition(watch.pool, { timeoutMs: pace.slow(START_MS) });
    await assert.rejects(camera.startAcquisition(watch.pool), (error) => isOcularError(error, "WrongState"));
    await assert.rejects(camera.applySettings({ roi: SMALL }, { timeoutMs: pace.slow(SET_MS) }), (error) => isOcularError(error, "WrongState"));
    const startedMs = systemClock.nowMs();
    await systemClock.delay(seconds * 1000);
    const took = (systemClock.nowMs() - startedMs) / 1000;
    const { lastMs } = watch;
    await camera.stopAcquisition({ timeoutMs: pace.slow(START_MS) });
    // Nobody can know of pictures that were dropped after the last one that came: so many can have been taken since.
    const mostSince = Math.ceil(((systemClock.nowMs() - lastMs()) / 1000) * framesPerSecond) + MOST_HELD;
    const offered = (await orders.status()).camera.exposed - before;
    const { frames, lost, bytes } = watch.counts;
    watch.end();
    assert.deepEqual(watch.wrong, []);
    assert.ok(frames >= 5, `only ${frames} frames came`);
    requireRising(watch.sequences);
    const unaccounted = offered - frames - lost;
    assert.ok(unaccounted >= 0 && unaccounted <= mostSince, `${offered} pictures were taken, ${frames} came and ${lost} were counted as lost`);
    checks.note(`${offered} taken = ${frames} delivered + ${lost} dropped by the camera, which had no room + ${unaccounted} after the last one that came`);
    watch.pool.assertAllFree();
    return { frames, seconds: took, megabytes: bytes / 1e6 };
  });
}

async function checkRestarts({ checks, pace }: Bench, camera: GenicamCamera): Promise<void> {
  await checks.check("our driver: stops and starts five times and leaves nothing behind", 90_000, async () => {
    await camera.applySettings({ frameRate: 50, roi: SMALL }, { timeoutMs: pace.slow(SET_MS) });
    const watch = watchCamera(camera, true);
    for (let run = 0; run < RESTARTS; run++) {
      watch.restart();
      const before = watch.counts.frames;
      await camera.startAcquisition(watch.pool, { timeoutMs: pace.slow(START_MS) });
      await until(`run ${run + 1} brings two frames`, 8000, () => (watch.counts.frames >= before + 2 ? true : undefined));
      await camera.stopAcquisition({ timeoutMs: pace.slow(START_MS) });
      watch.pool.assertAllFree();
    }
    await camera.stopAcquisition();
    watch.end();
    requireRising(watch.sequences);
    assert.deepEqual(watch.wrong, []);
    assert.deepEqual(watch.ends, Array.from({ length: RESTARTS }, () => "stopped"));
  });
}

/** Faults on a real bus: a stalled pipe must be cleared by the real request, on both sides. */
async function checkFaults({ checks, orders, pace }: Bench, camera: GenicamCamera): Promise<void> {
  await checks.check("our driver: mends a stalled pipe, and counts blocks that come cut or not at all", 60_000, async () => {
    await camera.applySettings({ frameRate: 10 }, { timeoutMs: pace.slow(SET_MS) });
    const watch = watchCamera(camera, false);
    await camera.startAcquisition(watch.pool, { timeoutMs: pace.slow(START_MS) });
    for (const fault of ["stall", "skip", "short", "discarded", "noTrailer"]) {
      await until(`two frames before "${fault}"`, 10_000, framesFrom(watch, 2));
      const lostBefore = watch.counts.lost;
      await orders.say(`camera ${fault}`);
      await until(`"${fault}" shows as a loss`, 10_000, () => (watch.counts.lost > lostBefore ? true : undefined));
    }
    await until("frames afterwards", 10_000, framesFrom(watch, 2));
    await camera.stopAcquisition({ timeoutMs: pace.slow(START_MS) });
    watch.end();
    requireRising(watch.sequences);
    assert.equal(watch.reports.filter((text) => text.includes("was mended")).length, 1, JSON.stringify(watch.reports));
    assert.equal(camera.status().state, "ready");
    watch.pool.assertAllFree();
  });
}

async function checkReplug({ checks, busIds, usbipPort, pace }: Bench, camera: GenicamCamera): Promise<void> {
  await checks.check("our driver: unplugged while streaming it is absent, plugged in again it is back with its settings", 60_000, async () => {
    const wanted = { exposureMs: 3, gainDb: 6, frameRate: 40, roi: { offsetX: 16, offsetY: 8, width: 256, height: 128 } };
    const before = await camera.applySettings(wanted, { timeoutMs: pace.slow(SET_MS) });
    const watch = watchCamera(camera, false);
    await camera.startAcquisition(watch.pool, { timeoutMs: pace.slow(START_MS) });
    await until("frames come", 10_000, framesFrom(watch, 2));
    const outMs = systemClock.nowMs();
    await detach(busIds.camera);
    await until("the loss is noticed", 10_000, () => (camera.status().state === "absent" ? true : undefined));
    checks.note(`the loss was noticed ${Math.round(systemClock.nowMs() - outMs)} ms after "usbip detach" was called`);
    assert.deepEqual(watch.ends, ["disconnected"]);
    watch.pool.assertAllFree();
    await attach(usbipPort, busIds.camera);
    const inMs = systemClock.nowMs();
    await backAgain(camera, pace);
    checks.note(`ready again ${Math.round(systemClock.nowMs() - inMs)} ms after it was attached (at most ${REPLUG_LIMIT_MS} ms on a real machine, ${Math.round(pace.slow(REPLUG_LIMIT_MS))} ms here)`);
    assert.deepEqual(camera.settings(), before);
    await camera.startAcquisition(watch.pool, { timeoutMs: pace.slow(START_MS) });
    await until("frames come again", 10_000, framesFrom(watch, 2));
    await camera.stopAcquisition({ timeoutMs: pace.slow(START_MS) });
    watch.end();
    requireRising(watch.sequences);
    watch.pool.assertAllFree();
  });
}

/** It connects by itself; where its own deadline is too short for this machine it is told to, as the app does every second. */
async function backAgain(camera: GenicamCamera, pace: Pace): Promise<void> {
  const heard: string[] = [];
  const unlisten = camera.onDidChangeStatus(({ state, reason = "" }) => heard.push(`${state} ${reason}`));
  try {
    await until("the camera is ready again", pace.slow(REPLUG_LIMIT_MS), async () => {
      const { state, reason = "" } = camera.status();
      if (state === "ready") return true;
      if (state === "absent" && /did not answer/u.test(reason)) await camera.connect({ timeoutMs: pace.slow(CONNECT_MS) });
      return undefined;
    });
  } catch (error) {
    throw new Error(`It said: ${heard.join(" | ")}`, { cause: error });
  } finally {
    unlisten();
  }
}

/** One program at a time, and the words for it. */
async function checkSharing({ checks, orders, pace }: Bench, camera: GenicamCamera, bus: UsbBus): Promise<void> {
  await checks.check("our driver: lets go, is told that another program holds the camera, and gets it afterwards", 60_000, async () => {
    await camera.disconnect({ timeoutMs: pace.slow(SET_MS) });
    const before = (await orders.status()).camera.exposed;
    const other = runProgram("arv-camera-test-0.8", ["-w", "320", "-h", "240", "-f", "10", "--duration=6"], 30_000);
    await until("Aravis streams", 20_000, async () => ((await orders.status()).camera.exposed > before + 3 ? true : undefined));
    const second = createUsb3VisionCamera({ identity: camera.identity, bus, clock: systemClock });
    const refused = await refusalOf(second.connect({ timeoutMs: pace.slow(CONNECT_MS) }));
    await second.dispose();
    const said = await other;
    assert.match(String(refused), /another program holds it/u);
    assert.match(said, /n_failures\s+= 0/u);
    await camera.connect({ timeoutMs: pace.slow(CONNECT_MS) });
    assert.equal(camera.status().state, "ready");
  });
}

function framesFrom(watch: { readonly counts: { readonly frames: number } }, more: number): () => true | undefined {
  const wanted = watch.counts.frames + more;
  return () => (watch.counts.frames >= wanted ? true : undefined);
}

function requireRising(sequences: readonly number[]): void {
  for (const [index, each] of sequences.entries()) assert.ok(index === 0 || each > (sequences[index - 1] ?? 0), `frame ${each} came after ${sequences[index - 1]}`);
}
