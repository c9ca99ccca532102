import { describe, expect, it } from "vitest";
import { OcularError } from "../../../src/shared/errors.ts";
import { cameraXml } from "../genicam/camera-xml.ts";
import type { StoredFile } from "./camera-memory.ts";
import { REG } from "../genicam/sensor-map.ts";
import type { ReplyFault } from "./faults.ts";
import { settled, valueOf } from "../genicam/settled.ts";
import { labCamera } from "./lab-camera.ts";

const tagOf = (error: unknown): string => (error instanceof OcularError ? error.data.tag : String(error));

describe("the control pipe when answers go wrong", () => {
  it("is opened again only when a try that ran out of time has let go of the device", async () => {
    const { camera, clock, model, usb } = await labCamera();
    const [device] = await usb.list();
    if (device === undefined) throw new Error("the virtual camera is not plugged in");
    const close = device.close.bind(device);
    device.close = async () => {
      await clock.delay(300);
      await close();
    };
    model.faults.deafMs = 200;
    const { error } = await settled(clock, camera.connect({ timeoutMs: 100 }));
    expect(tagOf(error)).toBe("DeviceTimeout");
    await valueOf(clock, camera.connect());
    expect(camera.status().state).toBe("ready");
    await valueOf(clock, camera.dispose());
    expect(usb.openCount()).toBe(0);
  });

  it.each<ReplyFault>(["none", "magic", "ackId", "requestId", "cut", "empty", "oversized", "noise", "stale", "busy", "badHeader", "stall", "pending"])(
    "gets over one answer that is %s, with the right value",
    async (fault) => {
      const { camera, clock, model } = await labCamera();
      await valueOf(clock, camera.connect());
      model.faults.replies.push(fault);
      const { value } = await settled(clock, camera.applySettings({ exposureMs: 7 }));
      expect(value?.exposureMs).toBe(7);
      expect(model.memory.f64(REG.exposure)).toBe(7000);
      await camera.dispose();
      expect(clock.pendingCount()).toBe(0);
    },
  );

  it.each<ReplyFault>(["none", "magic", "ackId", "requestId", "empty", "noise", "busy", "badHeader", "stall", "pendingForever", "error"])(
    "ends at its deadline when every answer is %s, and serves the next call",
    async (fault) => {
      const { camera, clock, model } = await labCamera();
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
      expect(clock.pendingCount()).toBe(0);
    },
  );

  it("says in words what the device refused", async () => {
    const { camera, clock, model } = await labCamera();
    await valueOf(clock, camera.connect());
    for (let i = 0; i < 9; i++) model.faults.replies.push("error");
    const { error } = await settled(clock, camera.applySettings({ gainDb: 3 }));
    expect(String(error)).toContain("access is denied");
    await camera.dispose();
  });

  it("ends when the cable comes out during a call", async () => {
    const { camera, clock, model, usb } = await labCamera();
    await valueOf(clock, camera.connect());
    model.faults.deafMs = 10_000;
    const call = settled(clock, camera.applySettings({ gainDb: 3 }));
    usb.unplug(model);
    expect(tagOf((await call).error)).toBe("DeviceDisconnected");
    expect(camera.status().state).toBe("absent");
    await camera.dispose();
  });
});

describe("a camera whose description is not to be trusted", () => {
  const xml = cameraXml("usb3vision");
  const bomb = `<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><RegisterDescription>&b;</RegisterDescription>`;
  const cases: readonly [string, StoredFile][] = [
    ["cut", { xml: xml.slice(0, xml.length / 2) }],
    ["cut in its zip", { bytes: new Uint8Array([0x50, 0x4b, 3, 4, 20, 0, 0, 0]) }],
    ["empty", { bytes: new Uint8Array(1), isZipped: false }],
    ["noise", { bytes: new Uint8Array(5000).map((_, i) => (i * 7919) & 255) }],
    ["a bomb of entities", { xml: bomb }],
    ["a bomb of zeros", { bytes: new Uint8Array(9 * 2 ** 20) }],
    ["announced as 2^40 bytes", { announcedBytes: 2n ** 40n }],
    ["announced as 2^64 - 1 files", { announcedEntries: 2n ** 64n - 1n }],
    ["announced as no file", { announcedEntries: 0n }],
    ["longer than it is", { announcedBytes: 100_000n }],
    ["not the one of its SHA-1", { sha1: new Uint8Array(20).fill(7) }],
    ["of another kind", { xml: "<html/>" }],
    ["without features", { xml: "<RegisterDescription/>" }],
    ["a circle", { xml: xml.replace("<pValue>WidthReg</pValue>", "<pValue>Width</pValue>") }],
    ["dividing by zero", { xml: xml.replace("<Formula>((S / B - O) / 8) * 8</Formula>", "<Formula>S / (B - B)</Formula>") }],
    ["pointing outside the camera", { xml: xml.replace(`<Address>0x8000</Address>`, "<Address>0xFFFFFFFFFFFF</Address>") }],
  ];
  it.each(cases)("refuses one that is %s, in time and in words", async (_, file) => {
    const { camera, clock, usb } = await labCamera({ file });
    const { error, tookMs } = await settled(clock, camera.connect());
    expect(["DeviceFaulted", "DeviceTimeout"]).toContain(tagOf(error));
    expect(tookMs).toBeLessThanOrEqual(5010);
    expect(camera.status()).toMatchObject({ state: "absent" });
    await clock.advance(0);
    expect(usb.openCount()).toBe(0);
    await camera.dispose();
    expect(clock.pendingCount()).toBe(0);
  });

  it("is read plain as well as zipped, the newest of the manifest", async () => {
    const { camera, clock } = await labCamera({ file: { isZipped: false } });
    await valueOf(clock, camera.connect());
    expect(camera.nodeMap()?.description).toMatchObject({ vendor: "Ocular Lab", model: "LabCamera", problems: [] });
    await camera.dispose();
  });
});
