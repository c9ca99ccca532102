import { beforeAll, describe, expect, it } from "vitest";
import { createGigeVisionCamera, discoverGigeVision } from "../../../src/engine/devices/drivers/gigevision/discover.ts";
import { createUdpNet } from "../../../src/engine/devices/transports/gige/udp-net.ts";
import { systemClock } from "../../../src/engine/runtime/system-clock.ts";
import { cameraContract } from "../../contract/camera-contract.ts";
import { stillSource } from "../genicam/frame-source.ts";
import { untilPortIsFree } from "./aravis.ts";
import { createGigeModel } from "./camera-model.ts";
import { cameraOnUdp, LAB_ADDRESS, loopbackCamera } from "./on-loopback.ts";
import { watchStream } from "./watch-stream.ts";

const isPossible = process.platform === "linux";
if (!isPossible) console.warn("The virtual GigE camera is not tested on real sockets here: only Linux has 127.0.0.2.");

describe.skipIf(!isPossible)("on sockets of this computer", () => {
  beforeAll(() => untilPortIsFree(LAB_ADDRESS), 70_000);

  cameraContract("the GigE Vision camera, against the virtual one on UDP", async () => (await loopbackCamera()).subject, { faults: ["timeout", "dropFrames", "disconnect", "reconnect"] });

  it("gets whole pictures through a network that loses packets, in real time, and accounts for the others", async () => {
    let state = 7;
    const random = (): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    const model = createGigeModel({ clock: systemClock, source: stillSource(), address: LAB_ADDRESS, lossRatio: 0.003, random, mostPacketBytes: 9000 });
    const wire = cameraOnUdp(model);
    await wire.plug();
    const net = createUdpNet();
    const [found] = await discoverGigeVision({ net: { ...net, interfaces: () => [] }, clock: systemClock, addresses: [LAB_ADDRESS] });
    if (found === undefined) throw new Error("the virtual camera was not found");
    const camera = createGigeVisionCamera({ identity: found.identity, net: { ...net, interfaces: () => [] }, clock: systemClock, addresses: [LAB_ADDRESS] });
    await camera.connect({ timeoutMs: 15_000 });
    await camera.applySettings({ frameRate: 15 }, { timeoutMs: 5000 });
    const tally = await watchStream(camera, systemClock, 12_000, (frames) => frames >= 30);
    await camera.dispose();
    await wire.unplug();
    expect(tally.frames).toBeGreaterThanOrEqual(30);
    expect(tally.unaccounted).toBe(0);
    expect(model.stream.lostCount()).toBeGreaterThan(0);
    expect(model.stream.resentCount()).toBeGreaterThan(0);
  }, 60_000);
});
