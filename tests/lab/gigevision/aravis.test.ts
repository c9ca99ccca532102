/** Aravis as an outside judge, at 127.0.0.1: its camera for our client, its clients for our camera. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createGigeVisionCamera } from "../../../src/engine/devices/drivers/gigevision/discover.ts";
import type { GenicamCamera } from "../../../src/engine/devices/genicam/camera/genicam-camera.ts";
import { createUdpNet } from "../../../src/engine/devices/transports/gige/udp-net.ts";
import { systemClock } from "../../../src/engine/runtime/system-clock.ts";
import { stillSource } from "../genicam/frame-source.ts";
import { REG } from "../genicam/sensor-map.ts";
import { type FakeCamera, runAravis, startFakeCamera, streamCounters, untilPortIsFree, whyNoAravis } from "./aravis.ts";
import { createGigeModel, type GigeModel, type GigeModelOptions } from "./camera-model.ts";
import { type CameraOnUdp, cameraOnUdp } from "./on-loopback.ts";
import { watchStream } from "./watch-stream.ts";

const obstacle = whyNoAravis();
if (obstacle !== undefined) console.warn(`Aravis does not judge the GigE Vision driver here: ${obstacle}.`);
/** Calls of a machine that may be busy with other tests. */
const PATIENT = { timeoutMs: 20_000 } as const;
const AT_720P = { frameRate: 30, exposureMs: 5, roi: { offsetX: 0, offsetY: 0, width: 1280, height: 720 } } as const;

describe.skipIf(obstacle !== undefined)("our client with Aravis's camera", () => {
  let fake: FakeCamera | undefined;
  let camera: GenicamCamera | undefined;

  const connected = async (serial: string, lostPerMille = 0): Promise<GenicamCamera> => {
    fake = await startFakeCamera(serial, lostPerMille);
    camera = createGigeVisionCamera({ identity: fake.found.identity, net: createUdpNet({ includesLoopback: true }), clock: systemClock });
    await camera.connect(PATIENT);
    return camera;
  };
  afterEach(async () => {
    await camera?.dispose();
    await fake?.stop();
    camera = fake = undefined;
  });

  it("finds it by a broadcast, reads and sets its features", async () => {
    const own = await connected("OCULAR1");
    expect(own.identity).toMatchObject({ vendor: "Aravis", model: "Fake", serial: "OCULAR1" });
    expect(own.limits().pixelFormats).toContain("BayerRG8");
    const applied = await own.applySettings({ exposureMs: 12.5, pixelFormat: "Mono16", binning: 2 }, PATIENT);
    expect(applied).toMatchObject({ exposureMs: 12.5, pixelFormat: "Mono16", binning: 2 });
    // Its gain is in steps of nobody knows what: no decibels, but a feature.
    expect(own.limits().gainDb).toEqual({ min: 0, max: 0 });
    await own.nodeMap()?.writeInteger("GainRaw", 3n);
    expect(await own.nodeMap()?.readInteger("GainRaw")).toBe(3n);
    expect(own.nodeMap()?.description.problems).toEqual([]);
  }, 60_000);

  it("streams 1280 x 720 at 30 frames a second, and accounts for every frame", async () => {
    const own = await connected("OCULAR2");
    await own.applySettings(AT_720P, PATIENT);
    const tally = await watchStream(own, systemClock, 30_000, (frames) => frames >= 60);
    expect(tally.frames).toBeGreaterThanOrEqual(60);
    expect(tally.bytes).toBe(tally.frames * 1280 * 720);
    expect(tally.unaccounted).toBe(0);
    expect(tally.ledger).toMatchObject({ balanced: true, recorded: tally.frames });
  }, 90_000);

  it("shows every loss in the ledger when it throws packets away", async () => {
    const own = await connected("OCULAR3", 2);
    await own.applySettings(AT_720P, PATIENT);
    const tally = await watchStream(own, systemClock, 30_000, (frames, lost) => frames >= 5 && lost >= 10);
    expect(tally.told.incomplete).toBeGreaterThanOrEqual(5);
    expect(tally.unaccounted).toBe(0);
    expect(tally.ledger).toMatchObject({ balanced: true, recorded: tally.frames, produced: tally.frames + tally.told.incomplete + tally.told["camera-gap"] + tally.told["no-buffer"] });
  }, 90_000);
});

describe.skipIf(obstacle !== undefined)("Aravis's clients with our camera", () => {
  const name = "Ocular Lab-LabCamera-JUDGED";
  let wire: CameraOnUdp | undefined;

  const plugged = async (options: Partial<GigeModelOptions> = {}): Promise<GigeModel> => {
    const model = createGigeModel({ clock: systemClock, source: stillSource(), address: "127.0.0.1", serial: "JUDGED", ...options });
    wire = cameraOnUdp(model, { hearsBroadcasts: true });
    await wire.plug();
    return model;
  };
  beforeEach(() => untilPortIsFree("127.0.0.1"), 70_000);
  afterEach(async () => {
    await wire?.unplug();
    wire = undefined;
  });

  it("find it, read its features and write them", async () => {
    const model = await plugged();
    expect((await runAravis("arv-tool-0.8", [], 30_000)).output).toContain(`${name} (127.0.0.1)`);
    const written = await runAravis("arv-tool-0.8", ["-n", name, "control", "ExposureTime=5000", "Gain=3", "Width=800", "PixelFormat=Mono12p"], 30_000);
    expect(written.output).toMatch(/ExposureTime = 5000 us min:20 max:1e\+06/u);
    expect(written.output).toMatch(/Gain = 3 dB min:0 max:24/u);
    expect(written.output).toMatch(/Width = 800 px min:16 max:1920 inc:8/u);
    expect(written.output).toContain("PixelFormat = Mono12p");
    expect([model.memory.f64(REG.exposure), model.memory.u32(REG.width)]).toEqual([5000, 800]);
    expect(model.isControlled()).toBe(false);
  }, 120_000);

  const watch = (): Promise<{ readonly output: string }> =>
    runAravis("arv-camera-test-0.8", ["-n", name, "--duration=3", "--no-packet-socket", "-a", "-w", "320", "-h", "240", "-f", "20"], 60_000);

  it("stream whole pictures from it", async () => {
    await plugged();
    const { output } = await watch();
    const seen = streamCounters(output);
    expect(seen("n_completed_buffers"), output).toBeGreaterThanOrEqual(20);
    expect(seen("n_size_mismatch_errors"), output).toBe(0);
    expect(seen("n_error_packets"), output).toBe(0);
  }, 120_000);

  it("ask it for lost packets and get them", async () => {
    const model = await plugged({ lossRatio: 0.01 });
    const { output } = await watch();
    const seen = streamCounters(output);
    expect(model.stream.lostCount()).toBeGreaterThan(0);
    expect(seen("n_resend_requests"), output).toBeGreaterThan(0);
    expect(seen("n_resent_packets"), output).toBeGreaterThan(0);
    expect(seen("n_completed_buffers"), output).toBeGreaterThanOrEqual(5);
  }, 120_000);
});
