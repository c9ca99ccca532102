import { describe, expect, it } from "vitest";
import type { ConfiguredDevice } from "../../../../shared/domain/device-configuration.ts";
import type { DeviceFamily, DeviceSetup, DiscoveredDevice, ProbeProgress } from "../../../../shared/domain/device-setup.ts";
import { ROLES } from "../../../../shared/domain/device-configuration.ts";
import { freeRoles } from "./new-device.ts";
import { createWizard } from "./wizard.ts";

const STAGE: DeviceFamily = { id: "prior-proscan", vendor: "Prior", title: "Prior ProScan", connection: "serial", kinds: ["xyStage", "focusDrive"], optionsSchema: { type: "object", properties: { stage: { type: "object", properties: {} } } }, suggestedOptions: { stage: {} } };
const CAMERA: DeviceFamily = { id: "usb3vision", vendor: "A3", title: "USB3 Vision camera", connection: "usb", kinds: ["camera"], optionsSchema: { type: "object", properties: {} }, suggestedOptions: {} };
const NETWORK: DeviceFamily = { ...CAMERA, id: "gige", title: "GigE Vision camera", connection: "network" };
const FAMILIES = [STAGE, CAMERA, NETWORK];

const SUGGESTED: ConfiguredDevice = { key: "proscan", name: "Prior ProScan", family: "prior-proscan", identity: { vendor: "067b", product: "2303", serial: "7" }, line: { baudRate: 38_400 }, options: { stage: {} } };
const PORT: DiscoveredDevice = { id: "serial:COM3", connection: "serial", title: "Prolific adapter", address: "COM3", identity: { vendor: "067b", product: "2303", serial: "7" } };
const USB: DiscoveredDevice = { id: "usb3vision:1", connection: "usb", title: "Basler", address: "port 1", family: "usb3vision", suggestion: { key: "camera", name: "Basler", family: "usb3vision", identity: { vendor: "2676", product: "ba02", serial: "1" }, options: {} } };
const SETUP: DeviceSetup = {
  source: { kind: "stored" }, name: "Room 2", objectives: [],
  devices: [{ device: { key: "proscan", name: "Old stage", family: "prior-proscan", options: {} }, familyTitle: "", state: "missing", parts: [], hasConsole: false, hasFeatures: false }],
  roles: ROLES.map((role) => ({ role, seated: "none", isBack: false, offers: [], ...(role === "xyStage" ? { configured: { device: "proscan" } } : {}) })),
};

/** A main process that answers each call as the test says. */
function makeWizard(answers: Readonly<Record<string, () => unknown>>, first?: DiscoveredDevice) {
  const calls: { readonly name: string; readonly input: unknown }[] = [];
  const listeners = new Set<(progress: ProbeProgress) => void>();
  const added: { readonly device: ConfiguredDevice; readonly roles: readonly string[] | undefined }[] = [];
  let addFails: string | undefined;
  const wizard = createWizard({
    client: {
      call: (async (name: string, input: unknown) => {
        calls.push({ name, input });
        return answers[name]?.();
      }) as never,
      on: ((_name: string, listener: (progress: ProbeProgress) => void) => {
        listeners.add(listener);
        return () => { listeners.delete(listener); };
      }) as never,
    },
    families: () => FAMILIES,
    setup: () => SETUP,
    add: async (device, roles) => {
      added.push({ device, roles });
      return addFails;
    },
    wordsOf: (error) => (error instanceof Error ? error.message : String(error)),
    first,
  });
  return { wizard, calls, listeners, added, failAdding: (text: string | undefined) => { addFails = text; }, state: () => wizard.store.getState() };
}

const answered = () => ({ result: { family: "prior-proscan", title: "Prior ProScan", line: { baudRate: 38_400 }, model: "H101", suggestion: SUGGESTED } });
const parts = () => ({ parts: [{ part: "stage", kind: "xyStage", identity: { id: "s", kind: "xyStage", vendor: "", model: "", serial: "" }, state: "ready" }, { part: "focus", kind: "focusDrive", identity: { id: "f", kind: "focusDrive", vendor: "", model: "", serial: "" }, state: "ready" }] });

describe("adding a device", () => {
  it("asks a serial port what it is, tests what answered, and adds it under a name that is free with the roles that are free", async () => {
    const { wizard, calls, added, state } = makeWizard({ "devices.probe": answered, "devices.test": parts });
    wizard.pick(PORT);
    expect(wizard.canGoOn()).toBe(false);
    wizard.primary();
    await expect.poll(() => state().probe.state).toBe("answered");
    expect(state().device).toMatchObject({ key: "proscan-2", family: "prior-proscan" });
    wizard.primary();
    await expect.poll(() => state().test.state).toBe("passed");
    expect(calls.map(({ name }) => name)).toEqual(["devices.probe", "devices.test"]);
    wizard.primary();
    expect(state().step).toBe("options");
    wizard.primary();
    expect(state().step).toBe("name");
    wizard.setName("  Stage of room 2 ");
    wizard.primary();
    await expect.poll(() => state().adding).toBe(false);
    expect(added).toEqual([{ device: { ...SUGGESTED, key: "proscan-2", name: "Stage of room 2" }, roles: ["focusDrive"] }]);
  });

  it("shows how far the asking is, cancels it with a step back, and stays where it was", async () => {
    let end: (answer: unknown) => void = () => undefined;
    const { wizard, calls, listeners, state } = makeWizard({ "devices.probe": () => new Promise((resolve) => { end = resolve; }), "devices.cancelProbe": () => { end({}); return {}; } });
    wizard.pick(PORT);
    wizard.primary();
    const progress: ProbeProgress = { port: "COM3", family: "asi", title: "ASI", baudRate: 9600, tried: 3, total: 12 };
    for (const listener of listeners) listener(progress);
    for (const listener of listeners) listener({ ...progress, port: "COM9", tried: 9 });
    expect(state().probe).toEqual({ state: "running", progress });
    wizard.pick(USB);
    expect(state().pick).toBe(PORT);
    expect(wizard.back()).toBe(true);
    await expect.poll(() => state().probe.state).toBe("silent");
    expect(calls.at(-1)?.name).toBe("devices.cancelProbe");
    expect(listeners.size).toBe(0);
    expect(wizard.back()).toBe(false);
  });

  it("takes a person's word for a port that nobody answers on, known again by its plug", async () => {
    const { wizard, state } = makeWizard({ "devices.probe": () => ({}) });
    wizard.pick(PORT);
    wizard.primary();
    await expect.poll(() => state().probe.state).toBe("silent");
    wizard.setHand({ family: "prior-proscan", baudRate: 9600 });
    expect(state().device).toEqual({ key: "prior-proscan", name: "Prior ProScan", family: "prior-proscan", identity: PORT.identity, line: { baudRate: 9600 }, options: { stage: {} } });
    expect(wizard.canGoOn()).toBe(true);
  });

  it("by hand needs a place, and a plug where only the plug tells", () => {
    const { wizard, state } = makeWizard({});
    wizard.pick("hand");
    wizard.setHand({ family: "prior-proscan" });
    expect(state().device).toBeUndefined();
    wizard.setHand({ address: " COM9 " });
    expect(state().device).toMatchObject({ family: "prior-proscan", port: "COM9" });
    wizard.setHand({ family: "usb3vision" });
    expect(state().device).toBeUndefined();
    expect(wizard.askable()).toBeUndefined();
  });

  it("asks an address that was typed who is there, and knows it by that; another address is asked anew", async () => {
    const camera: ConfiguredDevice = { key: "gige", name: "Maker Camera", family: "gige", identity: { vendor: "Maker", product: "Camera", serial: "7" }, options: { addresses: ["10.1.0.7"] } };
    const { wizard, calls, state } = makeWizard({ "devices.probe": () => ({ result: { family: "gige", title: "GigE Vision camera", model: "Maker Camera", serial: "7", suggestion: camera } }), "devices.test": parts });
    wizard.pick("hand");
    wizard.setHand({ family: "gige" });
    expect([state().device, wizard.askable()]).toEqual([undefined, undefined]);
    wizard.setHand({ address: " 10.1.0.7 " });
    expect([state().device, wizard.askable()]).toEqual([undefined, "10.1.0.7"]);
    wizard.primary();
    await expect.poll(() => state().probe.state).toBe("answered");
    expect(calls).toEqual([{ name: "devices.probe", input: { port: "10.1.0.7" } }]);
    expect(state().device).toEqual(camera);
    expect(wizard.askable()).toBeUndefined();
    wizard.setHand({ address: "10.1.0.8" });
    expect(state()).toMatchObject({ device: undefined, probe: { state: "idle" } });
    expect(wizard.askable()).toBe("10.1.0.8");
  });

  it("a test that fails loses nothing: test again, or go on without", async () => {
    let fails = true;
    const { wizard, state } = makeWizard({ "devices.test": () => { if (fails) throw new Error("no answer"); return parts(); } }, { ...PORT, suggestion: SUGGESTED });
    expect(state().step).toBe("test");
    await expect.poll(() => state().test).toEqual({ state: "failed", reason: "no answer" });
    expect(wizard.canGoOn()).toBe(false);
    wizard.next();
    expect(state()).toMatchObject({ step: "options", device: { name: "Prior ProScan" } });
    expect([wizard.kinds(), wizard.roles()]).toEqual([undefined, undefined]);
    expect(wizard.back()).toBe(true);
    fails = false;
    wizard.primary();
    await expect.poll(() => state().test.state).toBe("passed");
  });

  it("asks again for the parts when options were changed, and leaves the roles to the instrument when nobody answers", async () => {
    let fails = false;
    const { wizard, calls, added, state } = makeWizard({ "devices.test": () => { if (fails) throw new Error("no answer"); return parts(); } }, { ...PORT, suggestion: SUGGESTED });
    await expect.poll(() => state().test.state).toBe("passed");
    wizard.primary();
    fails = true;
    wizard.setOptions({ stage: {}, shutters: [1] });
    wizard.primary();
    expect(state().step).toBe("name");
    // A name is typed while the device is still asked: its answer counts all the same.
    wizard.setName("Stage with a shutter");
    expect(wizard.canGoOn()).toBe(false);
    await expect.poll(() => state().test.state).toBe("failed");
    expect(calls.map(({ name }) => name)).toEqual(["devices.test", "devices.test"]);
    wizard.primary();
    await expect.poll(() => added.map(({ roles, device }) => [device.options, roles])).toEqual([[{ stage: {}, shutters: [1] }, undefined]]);
  });

  it("takes a role from the virtual microscope, which only stands there until something real is plugged in", () => {
    const virtual = { device: { key: "virtual", name: "Virtual", family: "virtual", options: {} }, familyTitle: "", state: "ready" as const, parts: [], hasConsole: false, hasFeatures: false };
    const roles = SETUP.roles.map((role) => (role.role === "camera" ? { ...role, configured: { device: "virtual" } } : role));
    expect(freeRoles(["camera", "xyStage", "illumination"], { devices: [...SETUP.devices, virtual], roles })).toEqual(["camera", "illumination"]);
  });

  it("skips options where there are none, and keeps everything when adding fails", async () => {
    const { wizard, state, added, failAdding } = makeWizard({ "devices.test": () => ({ parts: [{ part: "camera", kind: "camera", identity: { id: "c", kind: "camera", vendor: "", model: "", serial: "" }, state: "ready" }] }) }, USB);
    expect(wizard.steps()).toEqual(["find", "test", "name"]);
    await expect.poll(() => state().test.state).toBe("passed");
    wizard.primary();
    wizard.setName("");
    expect(wizard.canGoOn()).toBe(false);
    wizard.setName("Camera");
    wizard.setRole("camera", false);
    failAdding("a session is open");
    wizard.primary();
    await expect.poll(() => state().addProblem).toBe("a session is open");
    expect(state()).toMatchObject({ step: "name", device: { name: "Camera" }, adding: false });
    wizard.setRole("camera", true);
    failAdding(undefined);
    wizard.primary();
    await expect.poll(() => added.length).toBe(2);
    expect(added.map(({ roles }) => roles)).toEqual([[], ["camera"]]);
  });

  it("forgets the test of the one before when another is chosen, and does not take its late answer", async () => {
    let end: (answer: unknown) => void = () => undefined;
    const { wizard, state } = makeWizard({ "devices.test": () => new Promise((resolve) => { end = resolve; }) }, USB);
    expect(state().test.state).toBe("running");
    wizard.back();
    wizard.pick({ ...PORT, suggestion: SUGGESTED });
    end(parts());
    await Promise.resolve();
    expect(state().test.state).toBe("untested");
  });
});
