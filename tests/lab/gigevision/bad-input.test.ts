import { describe, expect, it } from "vitest";
import { createGigeVisionCamera, discoverGigeVision } from "../../../src/engine/devices/drivers/gigevision/discover.ts";
import { OcularError } from "../../../src/shared/errors.ts";
import { cameraXml } from "../genicam/camera-xml.ts";
import { rampSource } from "../genicam/frame-source.ts";
import { REG } from "../genicam/sensor-map.ts";
import { settled, valueOf } from "../genicam/settled.ts";
import { createGigeModel } from "./camera-model.ts";
import type { StoredGigeFile } from "./camera-memory.ts";
import type { ReplyFault } from "./faults.ts";
import { gigeLabCamera } from "./lab-camera.ts";

const tagOf = (error: unknown): string => (error instanceof OcularError ? error.data.tag : String(error));

describe("the control channel when answers go wrong", () => {
  it.each<ReplyFault>(["none", "requestId", "ackId", "cut", "empty", "noise", "twice", "stale", "foreign", "busy", "pending"])(
    "gets over one answer that is %s, with the right value",
    async (fault) => {
      const { camera, clock, model } = await gigeLabCamera();
      await valueOf(clock, camera.connect());
      for (let i = 0; i < 3; i++) model.faults.replies.push(fault);
      const { value } = await settled(clock, camera.applySettings({ exposureMs: 7 }));
      expect(value?.exposureMs).toBe(7);
      expect(model.memory.f64(REG.exposure)).toBe(7000);
      await camera.dispose();
      expect(clock.pendingCount()).toBe(0);
    },
  );

  it.each<ReplyFault>(["none", "requestId", "ackId", "empty", "noise", "foreign", "busy", "pendingForever", "error"])(
    "ends at its deadline when every answer is %s, and serves the next call",
    async (fault) => {
      const { camera, clock, model } = await gigeLabCamera();
      await valueOf(clock, camera.connect());
      for (let i = 0; i < 200; i++) model.faults.replies.push(fault);
      const before = camera.settings();
      const { error, tookMs } = await settled(clock, camera.applySettings({ exposureMs: 7 }));
      expect(["DeviceTimeout", "DeviceFaulted"]).toContain(tagOf(error));
      expect(tookMs).toBeLessThanOrEqual(1010);
      expect(camera.settings()).toEqual(before);
      model.faults.replies.length = 0;
      expect((await valueOf(clock, camera.applySettings({ exposureMs: 8 }))).exposureMs).toBe(8);
      await camera.dispose();
      model.powerOff();
      await clock.advance(0);
      expect(clock.pendingCount()).toBe(0);
    },
  );

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

  it("says in words what the camera refused", async () => {
    const { camera, clock, model } = await gigeLabCamera();
    await valueOf(clock, camera.connect());
    for (let i = 0; i < 9; i++) model.faults.replies.push("error");
    const { error } = await settled(clock, camera.applySettings({ gainDb: 3 }));
    expect(String(error)).toContain("access is denied");
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

describe("a camera whose description is not to be trusted", () => {
  const xml = cameraXml("gigevision");
  const bomb = `<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><RegisterDescription>&b;</RegisterDescription>`;
  const cases: readonly [string, StoredGigeFile][] = [
    ["cut", { xml: xml.slice(0, xml.length / 2) }],
    ["cut in its zip", { bytes: new Uint8Array([0x50, 0x4b, 3, 4, 20, 0, 0, 0]) }],
    ["noise", { bytes: new Uint8Array(5000).map((_, i) => (i * 7919) & 255) }],
    ["a bomb of entities", { xml: bomb }],
    ["announced as 8 GB", { urls: ["Local:a.xml;100000;1ffffffff", ""] }],
    ["announced as nothing", { urls: ["Local:a.xml;100000;0", ""] }],
    ["at no address of this camera", { urls: ["Local:a.xml;fffff000;100", ""] }],
    ["beyond 32 bits", { urls: ["Local:a.xml;1fffff000;100", ""] }],
    ["on a disk of the maker's", { urls: ["File:C:\\camera.xml", ""] }],
    ["on the web", { urls: ["http://example.org/camera.xml", "ftp://example.org/camera.xml"] }],
    ["nowhere", { urls: ["", ""] }],
    ["at an address that is none", { urls: ["Local:a.xml", "\u0001\u0002"] }],
    ["of another kind", { xml: "<html/>" }],
    ["without features", { xml: "<RegisterDescription/>" }],
    ["a circle", { xml: xml.replace("<pValue>WidthReg</pValue>", "<pValue>Width</pValue>") }],
    ["dividing by zero", { xml: xml.replace("<Formula>((S / B - O) / 8) * 8</Formula>", "<Formula>S / (B - B)</Formula>") }],
    ["pointing outside the camera", { xml: xml.replace(`<Address>0x8000</Address>`, "<Address>0xFFFFFFFFFFFF</Address>") }],
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

  it("is read plain as well as zipped, from the second place when the first is not in the camera", async () => {
    const plain = await gigeLabCamera({ file: { isZipped: false } });
    await valueOf(plain.clock, plain.camera.connect());
    expect(plain.camera.nodeMap()?.description).toMatchObject({ vendor: "Ocular Lab", model: "LabCamera", problems: [] });
    await plain.camera.dispose();
    const second = await gigeLabCamera({ file: { isZipped: false, urls: ["http://example.org/x.xml", `local:///x.xml;0x100000;${new TextEncoder().encode(xml).length.toString(16)}?SchemaVersion=1.1.0`] } });
    await valueOf(second.clock, second.camera.connect());
    expect(second.camera.status().state).toBe("ready");
    await second.camera.dispose();
  });
});
