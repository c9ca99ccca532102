import { describe, expect, it } from "vitest";
import { OcularError } from "../../../src/shared/errors.ts";
import type { StoredFile } from "./camera-memory.ts";
import { settled, valueOf } from "../genicam/settled.ts";
import { labCamera } from "./lab-camera.ts";

const tagOf = (error: unknown): string => (error instanceof OcularError ? error.data.tag : String(error));

describe("the control pipe", () => {
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
});

describe("a camera whose manifest is not to be trusted", () => {
  const cases: readonly [string, StoredFile][] = [
    ["announced as 2^40 bytes", { announcedBytes: 2n ** 40n }],
    ["announced as 2^64 - 1 files", { announcedEntries: 2n ** 64n - 1n }],
    ["announced as no file", { announcedEntries: 0n }],
    ["longer than it is", { announcedBytes: 100_000n }],
    ["not the one of its SHA-1", { sha1: new Uint8Array(20).fill(7) }],
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
});
