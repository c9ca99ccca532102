import { describe, expect, it } from "vitest";
import { createGigeVisionCamera, discoverGigeVision } from "../../../src/engine/devices/drivers/gigevision/discover.ts";
import { GVBS } from "../../../src/engine/devices/drivers/gigevision/control/bootstrap.ts";
import { GVCP } from "../../../src/engine/devices/drivers/gigevision/control/gvcp.ts";
import { OcularError } from "../../../src/shared/errors.ts";
import { cameraXml } from "../genicam/camera-xml.ts";
import { rampSource } from "../genicam/frame-source.ts";
import { REG } from "../genicam/sensor-map.ts";
import { settled, valueOf } from "../genicam/settled.ts";
import { createGigeModel } from "./camera-model.ts";
import type { StoredGigeFile } from "./camera-memory.ts";
import { gigeLabCamera } from "./lab-camera.ts";

const tagOf = (error: unknown): string => (error instanceof OcularError ? error.data.tag : String(error));

describe("the control channel", () => {
  it("carries a command out once, however often its answer is lost", async () => {
    const { camera, clock, model } = await gigeLabCamera();
    await valueOf(clock, camera.connect());
    const ids = new Set<number>();
    const hear = model.hear.bind(model);
    model.hear = (bytes, port, address) => {
      // Writes of the gain: command 0x82 at its register.
      if (bytes[3] === 0x82 && new DataView(bytes.buffer).getUint32(8) === REG.gain) ids.add(new DataView(bytes.buffer).getUint16(6));
      hear(bytes, port, address);
    };
    model.faults.replies.push(...Array.from({ length: 12 }, () => "none" as const));
    await settled(clock, camera.applySettings({ gainDb: 3 }, { timeoutMs: 9000 }));
    expect(ids.size).toBe(1);
    await camera.dispose();
  });
});

describe("a camera that has not heard that we let it go", () => {
  // The last word is the next command, and is said three times.
  it("hears it the third time", async () => {
    const { camera, clock, model } = await gigeLabCamera();
    await valueOf(clock, camera.connect());
    model.faults.replies.push("busy", "busy");
    await valueOf(clock, camera.disconnect());
    expect(model.isControlled()).toBe(false);
    await camera.dispose();
  });

  it("is waited for by the next connection of this program", async () => {
    const { camera: { identity }, clock, model, net } = await gigeLabCamera();
    const endings = new Map<string, number>();
    const tested = createGigeVisionCamera({ identity, net, clock, endings });
    await valueOf(clock, tested.connect());
    model.faults.replies.push("busy", "busy", "busy");
    await tested.dispose();
    await clock.advance(0);
    expect(model.isControlled()).toBe(true);
    const opened = createGigeVisionCamera({ identity, net, clock, endings });
    await valueOf(clock, opened.connect());
    expect(opened.status().state).toBe("ready");
    await opened.dispose();
  });

  it("is waited for after a disconnect", async () => {
    const { camera, clock, model } = await gigeLabCamera();
    await valueOf(clock, camera.connect());
    model.faults.replies.push("busy", "busy", "busy");
    await valueOf(clock, camera.disconnect());
    expect(model.isControlled()).toBe(true);
    await valueOf(clock, camera.connect());
    expect(camera.status().state).toBe("ready");
    await camera.dispose();
  });

  it("is waited for after an opening that failed", async () => {
    const { camera, clock, model } = await gigeLabCamera();
    // Free, ours, and then not a word any more, of either side.
    model.faults.replies.push("pending", "pending", ...Array.from({ length: 100 }, () => "none" as const));
    const hear = model.hear.bind(model);
    model.hear = (bytes, port, address) => {
      const isLastWord = bytes[3] === GVCP.writeRegister && new DataView(bytes.buffer).getUint32(8) === GVBS.privilege && new DataView(bytes.buffer).getUint32(12) === 0;
      if (!isLastWord) hear(bytes, port, address);
    };
    const { error } = await settled(clock, camera.connect({ timeoutMs: 2000 }));
    expect(tagOf(error)).toBe("DeviceTimeout");
    model.faults.replies.length = 0;
    expect(model.isControlled()).toBe(true);
    await valueOf(clock, camera.connect());
    expect(camera.status().state).toBe("ready");
    await camera.dispose();
  });
});

describe("a camera that is not ours to have", () => {
  it("is refused in words while another program controls it, and had afterwards", async () => {
    const { camera, clock, net } = await gigeLabCamera();
    await valueOf(clock, camera.connect());
    const second = createGigeVisionCamera({ identity: camera.identity, net, clock });
    const { error } = await settled(clock, second.connect());
    expect(tagOf(error)).toBe("DeviceFaulted");
    expect(String(error)).toContain("another program controls it");
    expect(camera.status().state).toBe("ready");
    await valueOf(clock, camera.disconnect());
    await valueOf(clock, second.connect());
    expect(second.status().state).toBe("ready");
    await camera.dispose();
    await second.dispose();
    expect(net.openCount()).toBe(0);
  });

  it("is refused with both addresses when it sits in another network", async () => {
    const { clock, net, model } = await gigeLabCamera();
    net.unplug(model);
    net.plug(createGigeModel({ clock, source: rampSource, address: "169.254.3.4" }));
    const [found] = await valueOf(clock, discoverGigeVision({ net, clock }));
    expect(found).toMatchObject({ isReachable: false, address: "169.254.3.4" });
    if (found === undefined) throw new Error("unreachable: checked above");
    const camera = createGigeVisionCamera({ identity: found.identity, net, clock });
    const { error } = await settled(clock, camera.connect());
    expect(String(error)).toContain("169.254.3.4");
    expect(String(error)).toContain("10.0.0.1");
    await camera.dispose();
  });

  it("is found by maker, model and number, whatever its address, each once", async () => {
    const { clock, net } = await gigeLabCamera();
    net.plug(createGigeModel({ clock, source: rampSource, address: "10.0.0.8", serial: "" }));
    const found = await valueOf(clock, discoverGigeVision({ net, clock, addresses: ["10.0.0.8"] }));
    expect(found.map(({ identity }) => identity.id)).toEqual(["gigevision:Ocular-Lab:LabCamera:LAB0001", "gigevision:Ocular-Lab:LabCamera:02-00-5e-00-00-01"]);
    expect(net.openCount()).toBe(0);
  });

  it("is nobody when noise answers the question", async () => {
    const { clock, net, model } = await gigeLabCamera();
    net.unplug(model);
    for (const [index, length] of [0, 7, 8, 100, 255, 256, 600].entries()) {
      const noisy = createGigeModel({ clock, source: rampSource, address: `10.0.0.${20 + index}` });
      net.plug(noisy);
      const answer = new Uint8Array(length).map((_, at) => (at * 37 + index) & 255);
      noisy.hear = (_, port) => net.say(noisy, answer, port);
    }
    expect(await valueOf(clock, discoverGigeVision({ net, clock }))).toEqual([]);
  });
});

describe("a camera that says wrongly where its description is", () => {
  const xml = cameraXml("gigevision");
  const cases: readonly [string, StoredGigeFile][] = [
    ["announced as 8 GB", { urls: ["Local:a.xml;100000;1ffffffff", ""] }],
    ["announced as nothing", { urls: ["Local:a.xml;100000;0", ""] }],
    ["at no address of this camera", { urls: ["Local:a.xml;fffff000;100", ""] }],
    ["beyond 32 bits", { urls: ["Local:a.xml;1fffff000;100", ""] }],
    ["on a disk of the maker's", { urls: ["File:C:\\camera.xml", ""] }],
    ["on the web", { urls: ["http://example.org/camera.xml", "ftp://example.org/camera.xml"] }],
    ["nowhere", { urls: ["", ""] }],
    ["at an address that is none", { urls: ["Local:a.xml", "\u0001\u0002"] }],
  ];
  it.each(cases)("refuses one that is %s, in time and in words, and lets the camera go", async (_, file) => {
    const { camera, clock, net, model } = await gigeLabCamera({ file });
    const { error, tookMs } = await settled(clock, camera.connect());
    expect(["DeviceFaulted", "DeviceTimeout"]).toContain(tagOf(error));
    expect(tookMs).toBeLessThanOrEqual(5010);
    expect(camera.status()).toMatchObject({ state: "absent" });
    await clock.advance(0);
    expect(net.openCount()).toBe(0);
    expect(model.isControlled()).toBe(false);
    await camera.dispose();
    expect(clock.pendingCount()).toBe(0);
  });

  it("is read from the second place when the first is not in the camera", async () => {
    const length = new TextEncoder().encode(xml).length.toString(16);
    const { camera, clock } = await gigeLabCamera({ file: { isZipped: false, urls: ["http://example.org/x.xml", `local:///x.xml;0x100000;${length}?SchemaVersion=1.1.0`] } });
    await valueOf(clock, camera.connect());
    expect(camera.status().state).toBe("ready");
    await camera.dispose();
  });
});
