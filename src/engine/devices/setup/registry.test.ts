import { describe, expect, it } from "vitest";
import * as z from "zod";
import { createManualClock } from "../../../core/testing/manual-clock.ts";
import type { SerialHost } from "../transports/serial-host.ts";
import { LAB_FAMILIES } from "../../../../tests/lab/serial/families.ts";
import type { DeviceProvider } from "./device-provider.ts";
import { createSerialProvider } from "./providers/serial-provider.ts";
import { createDeviceRegistry } from "./registry.ts";

const HOST: SerialHost = {
  list: async () => [{ path: "/dev/ttyUSB0", manufacturer: "FTDI", vendorId: "0403", productId: "6001", serialNumber: "A1" }, { path: "/dev/ttyS0" }],
  port: (path) => ({ path, open: () => Promise.reject(new Error("nothing is there")) }),
  exists: async (path) => path === "/dev/ttyS0",
  onDidChange: () => () => undefined,
};

function broken(discover: DeviceProvider["discover"]): DeviceProvider {
  return { name: "Broken bus", connection: "usb", families: [], discover, open: () => Promise.reject(new Error("never")), onDidChange: () => () => undefined, dispose: async () => undefined };
}

describe("the device registry", () => {
  it("tells what is found, what of it is configured, and which way of looking failed", async () => {
    const clock = createManualClock();
    const registry = createDeviceRegistry([createSerialProvider({ host: HOST, clock }), broken(() => Promise.reject(new Error("libusb cannot be loaded")))], (ms, signal) => clock.delay(ms, signal));
    const { devices, problems } = await registry.discover([{ key: "stage", name: "Stage", family: "prior-proscan", identity: { vendor: "0403", product: "6001", serial: "A1" }, options: {} }]);
    expect(devices.map(({ address, configuredAs, identity }) => ({ address, configuredAs, serial: identity?.serial }))).toEqual([
      { address: "/dev/ttyUSB0", configuredAs: "stage", serial: "A1" },
      { address: "/dev/ttyS0", configuredAs: undefined, serial: undefined },
    ]);
    expect(problems).toEqual([{ where: "Broken bus", reason: "libusb cannot be loaded" }]);
  });

  it("does not wait for a way of looking that hangs", async () => {
    const clock = createManualClock();
    const registry = createDeviceRegistry([broken(() => new Promise(() => undefined))], (ms, signal) => clock.delay(ms, signal));
    const discovery = registry.discover([]);
    await clock.advance(5000);
    expect((await discovery).problems).toEqual([{ where: "Broken bus", reason: "it did not end within 5 s" }]);
  });

  it("describes the options of every family as a schema that a form can be made of, and suggests options that it takes itself", () => {
    const clock = createManualClock();
    const registry = createDeviceRegistry([createSerialProvider({ host: HOST, clock })], (ms, signal) => clock.delay(ms, signal));
    const families = registry.families();
    expect(families.length).toBeGreaterThanOrEqual(6);
    for (const { id, optionsSchema, suggestedOptions } of families) {
      expect(optionsSchema, id).toMatchObject({ type: "object" });
      const made = registry.family(id)?.optionsSchema.safeParse(suggestedOptions);
      expect(made?.success, `${id}: ${made?.error === undefined ? "" : z.prettifyError(made.error)}`).toBe(true);
    }
    expect(families.find(({ id }) => id === "prior-proscan")?.suggestedOptions).toEqual({ stage: {}, focus: {} });
  });

  it("finds a controller again under another port name by its identity, and drives it there", async () => {
    const clock = createManualClock();
    const { LabController } = await import("../../../../tests/lab/serial/lab-controller.ts");
    const family = LAB_FAMILIES["prior-proscan"];
    if (family === undefined) throw new Error("the lab has no ProScan");
    const lab = new LabController(family.model(clock), clock);
    let path = "/dev/ttyUSB0";
    const host: SerialHost = { ...HOST, list: async () => [{ path, vendorId: "0403", productId: "6001", serialNumber: "A1" }], port: (asked) => (asked === path ? lab.port : { path: asked, open: () => Promise.reject(new Error("there is no such port")) }) };
    const provider = createSerialProvider({ host, clock });
    const opened = await provider.open({ key: "prior", name: "Stage", family: "prior-proscan", identity: { vendor: "0403", product: "6001", serial: "" }, options: { stage: {} } });
    const [stage] = opened.parts;
    expect(stage?.part).toBe("stage");
    path = "/dev/ttyUSB7";
    const connecting = stage?.device.connect();
    for (let i = 0; i < 100; i += 1) await clock.advance(20);
    await connecting;
    expect(stage?.device.status().state).toBe("ready");
    expect(await opened.whereIs()).toBe("/dev/ttyUSB7");
    expect(opened.transcript?.entries().some(({ direction }) => direction === ">")).toBe(true);
    await opened.dispose();
  });
});
