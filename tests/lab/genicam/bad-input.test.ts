import { describe, expect, it } from "vitest";
import { OcularError } from "../../../src/shared/errors.ts";
import type { StoredXml } from "./camera-memory.ts";
import { cameraXml } from "./camera-xml.ts";
import { NOTHING_LEFT } from "./rig.ts";
import { REG } from "./sensor-map.ts";
import { settled, valueOf } from "./settled.ts";
import { CAMERA_TRANSPORTS } from "./transports.ts";

const tagOf = (error: unknown): string => (error instanceof OcularError ? error.data.tag : String(error));

describe.each(CAMERA_TRANSPORTS)("the control of a $name camera when answers go wrong", ({ open, passingReplies, lastingReplies, whenCutOff }) => {
  it.each(passingReplies)("gets over one answer that is %s, and over three on end, with the right value", async (fault) => {
    for (const times of [1, 3]) {
      const { camera, clock, memory, faults, remains, end } = await open();
      await valueOf(clock, camera.connect());
      for (let i = 0; i < times; i++) faults.replies.push(fault);
      const { value } = await settled(clock, camera.applySettings({ exposureMs: 7 }));
      expect(value?.exposureMs).toBe(7);
      expect(memory.f64(REG.exposure)).toBe(7000);
      await camera.dispose();
      expect(remains()).toEqual(NOTHING_LEFT);
      await end();
    }
  });

  it.each(lastingReplies)("ends at its deadline when every answer is %s, and serves the next call", async (fault) => {
    const { camera, clock, faults, remains, end } = await open();
    await valueOf(clock, camera.connect());
    for (let i = 0; i < 200; i++) faults.replies.push(fault);
    const before = camera.settings();
    const { error, tookMs } = await settled(clock, camera.applySettings({ exposureMs: 7 }));
    expect(["DeviceTimeout", "DeviceFaulted"]).toContain(tagOf(error));
    expect(tookMs).toBeLessThanOrEqual(1010);
    expect(camera.settings()).toEqual(before);
    faults.replies.length = 0;
    expect((await valueOf(clock, camera.applySettings({ exposureMs: 8 }))).exposureMs).toBe(8);
    await end();
    expect(remains()).toEqual(NOTHING_LEFT);
  });

  it("says in words what the camera refused", async () => {
    const { camera, clock, faults, end } = await open();
    await valueOf(clock, camera.connect());
    for (let i = 0; i < 9; i++) faults.replies.push("error");
    const { error } = await settled(clock, camera.applySettings({ gainDb: 3 }));
    expect(String(error)).toContain("access is denied");
    await end();
  });

  it("ends a call during which the cable comes out, at its deadline at the latest", async () => {
    const { camera, clock, faults, unplug, remains, end } = await open();
    await valueOf(clock, camera.connect());
    faults.deafMs = 10_000;
    const call = settled(clock, camera.applySettings({ gainDb: 3 }));
    unplug();
    const { error, tookMs } = await call;
    expect({ tag: tagOf(error), state: camera.status().state }).toEqual(whenCutOff);
    expect(tookMs).toBeLessThanOrEqual(1010);
    await end();
    expect(remains()).toEqual(NOTHING_LEFT);
  });
});

/** Descriptions that no camera should have, and how they are stored. */
function hostileDescriptions(xml: string): readonly (readonly [string, StoredXml])[] {
  const bomb = `<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><RegisterDescription>&b;</RegisterDescription>`;
  return [
    ["cut", { xml: xml.slice(0, xml.length / 2) }],
    ["cut in its zip", { bytes: new Uint8Array([0x50, 0x4b, 3, 4, 20, 0, 0, 0]) }],
    ["empty", { bytes: new Uint8Array(1), isZipped: false }],
    ["noise", { bytes: new Uint8Array(5000).map((_, i) => (i * 7919) & 255) }],
    ["a bomb of entities", { xml: bomb }],
    ["a bomb of zeros", { bytes: new Uint8Array(9 * 2 ** 20) }],
    ["of another kind", { xml: "<html/>" }],
    ["without features", { xml: "<RegisterDescription/>" }],
    ["a circle", { xml: xml.replace("<pValue>WidthReg</pValue>", "<pValue>Width</pValue>") }],
    ["dividing by zero", { xml: xml.replace("<Formula>((S / (B * D) - O) / 8) * 8</Formula>", "<Formula>S / (B - B)</Formula>") }],
    ["pointing outside the camera", { xml: xml.replace(`<Address>0x8000</Address>`, "<Address>0xFFFFFFFFFFFF</Address>") }],
  ];
}

describe.each(CAMERA_TRANSPORTS)("a $name camera whose description is not to be trusted", ({ kind, open }) => {
  it.each(hostileDescriptions(cameraXml(kind)))("refuses one that is %s, in time and in words, and lets the camera go", async (_, file) => {
    const { camera, clock, remains, end } = await open({ file });
    const { error, tookMs } = await settled(clock, camera.connect());
    expect(["DeviceFaulted", "DeviceTimeout"]).toContain(tagOf(error));
    expect(tookMs).toBeLessThanOrEqual(5010);
    expect(camera.status()).toMatchObject({ state: "absent" });
    await clock.advance(0);
    expect(remains()).toMatchObject({ open: 0, held: 0 });
    await end();
    expect(remains()).toEqual(NOTHING_LEFT);
  });

  it("is read plain as well as zipped", async () => {
    for (const isZipped of [false, true]) {
      const { camera, clock, end } = await open({ file: { isZipped } });
      await valueOf(clock, camera.connect());
      expect(camera.nodeMap()?.description).toMatchObject({ vendor: "Ocular Lab", model: "LabCamera", problems: [] });
      await end();
    }
  });
});
