import { describe, expect, it } from "vitest";
import { Transcript } from "../../../src/engine/devices/transports/transcript.ts";
import type { GenicamRig } from "./rig.ts";
import { REG } from "./sensor-map.ts";
import { settled, valueOf } from "./settled.ts";
import { CAMERA_TRANSPORTS } from "./transports.ts";

const address = (register: number): string => `0x${register.toString(16)}`;

describe.each(CAMERA_TRANSPORTS)("the conversation with a $name camera", ({ open, isLittleEndian }) => {
  const bytesOf7000 = isLittleEndian ? "00 00 00 00 00 58 bb 40" : "40 bb 58 00 00 00 00 00";

  const talk = async (): Promise<GenicamRig & { readonly since: () => string[] }> => {
    const transcript = new Transcript();
    const talking = await open({ transcript });
    await valueOf(talking.clock, talking.camera.connect());
    let told = 0;
    return { ...talking, since: () => {
      const lines = transcript.entries().slice(told).map(({ direction, text }) => `${direction} ${text}`);
      told = transcript.entries().length;
      return lines;
    } };
  };

  it("has each register that is written and read, with address, value, status and time", async () => {
    const { camera, clock, since, end } = await talk();
    const opening = since();
    // The description comes in pieces, of which the beginning is shown.
    expect(opening.some((line) => /^< ok: 50 4b 03 04 .* \.\.\. of \d+ bytes, \d+\.\d ms$/u.test(line))).toBe(true);
    expect(opening.filter((line) => line.startsWith(">")).length).toBe(opening.filter((line) => line.startsWith("<")).length);
    await valueOf(clock, camera.applySettings({ exposureMs: 7 }));
    const said = since();
    const written = said.indexOf(`> write ${bytesOf7000} at ${address(REG.exposure)}`);
    expect(said[written + 1]).toMatch(/^< ok, \d+\.\d ms$/u);
    const read = said.indexOf(`> read 8 bytes at ${address(REG.exposure)}`);
    expect(said[read + 1]).toMatch(new RegExp(`^< ok: ${bytesOf7000}, \\d+\\.\\d ms$`, "u"));
    await end();
  });

  it("tells how often a command went out, that patience was asked for, and what was got over on the way", async () => {
    const { camera, clock, faults, since, end } = await talk();
    since();
    faults.replies.push("none");
    await valueOf(clock, camera.applySettings({ exposureMs: 7 }));
    expect(since().join("\n")).toMatch(/^< ok(?:: [\da-f ]+)?, \d+\.\d ms, sent 2 times$/mu);
    faults.replies.push("pending");
    await valueOf(clock, camera.applySettings({ exposureMs: 8 }));
    expect(since().join("\n")).toMatch(/^< ok.*, \d+\.\d ms, patience asked for once$/mu);
    faults.replies.push("busy");
    await valueOf(clock, camera.applySettings({ exposureMs: 9 }));
    expect(since().join("\n")).toMatch(/^< ok.* ms, sent 2 times, on the way 0x8007 \(the device is busy\)$/mu);
    await end();
  });

  it("has refusals with their status, and what nobody answered", async () => {
    const { camera, clock, faults, since, end } = await talk();
    since();
    faults.replies.push(...Array.from({ length: 9 }, () => "error"));
    await settled(clock, camera.applySettings({ gainDb: 3 }));
    expect(since().join("\n")).toMatch(/^< 0x8006 \(access is denied\), \d+\.\d ms$/mu);
    faults.replies.length = 0;
    faults.deafMs = 1500;
    await settled(clock, camera.applySettings({ gainDb: 4 }));
    expect(since().join("\n")).toMatch(/^# .*, \d+\.\d ms, sent \d+ times$/mu);
    await clock.advance(3000);
    await end();
  });

  it("is silent while nobody asks anything, and keeps no more than it can hold", async () => {
    const { clock, since, end } = await talk();
    since();
    await clock.advance(10_000);
    expect(since()).toEqual([]);
    await end();
    const small = new Transcript(10);
    const crowded = await open({ transcript: small });
    await valueOf(crowded.clock, crowded.camera.connect());
    expect(small.entries()).toHaveLength(10);
    expect(small.dropped).toBeGreaterThan(0);
    await crowded.end();
  });
});
