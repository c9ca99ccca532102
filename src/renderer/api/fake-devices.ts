import { ROLES, type ConfiguredDevice, type DeviceConfiguration } from "../../shared/domain/device-configuration.ts";
import type { CameraFeatureValue, ConsoleLine, DeviceFamily, DeviceSetup, DiscoveredDevice, ProbeResult, RoleView } from "../../shared/domain/device-setup.ts";
import type { DeviceKind } from "../../shared/domain/devices.ts";
import type { ErrorData } from "../../shared/error-data.ts";
import type { EventName, EventOf, InputOf, MethodName, OutputOf } from "../../shared/ipc/contract.ts";
import { FAKE_NOW } from "./fake-instrument.ts";
import { FAKE_TREE, fakeFeatureValues } from "./fake-camera-features.ts";
import type { FakeScenario } from "./fake-scenarios.ts";

type DeviceCall = Extract<MethodName, `devices.${string}` | "camera.features" | "camera.readFeatures" | "camera.writeFeature" | "stage.jog" | "focus.jog" | "stage.home" | "axes.trustPlace">;
type DeviceReplies = { readonly [M in DeviceCall]: (input: InputOf<M>) => OutputOf<M> | Promise<OutputOf<M>> };

const PROBE_STEP_MS = 150;
const CONSOLE_STEP_MS = 500;

const STAGE: ConfiguredDevice = {
  key: "proscan", name: "Stage of room 2", family: "prior-proscan", identity: { vendor: "067b", product: "2303", serial: "PR-41077" }, line: { baudRate: 9600 },
  options: { stage: { limitsUm: { x: { min: -38_000, max: 38_000 }, y: { min: -12_500, max: 12_500 } } }, focus: {}, shutters: [1] },
};
const CAMERA: ConfiguredDevice = { key: "camera", name: "Camera", family: "usb3vision", identity: { vendor: "2676", product: "ba02", serial: "22571134" }, options: {} };
const LAMP: ConfiguredDevice = { key: "coolled", name: "Lamp", family: "coolled-pe", identity: { vendor: "0403", product: "6001", serial: "CL-9" }, options: {} };

const CONFIGURED: DeviceConfiguration = {
  format: "ocular-devices", version: 1, name: "Microscope in room 2", devices: [CAMERA, STAGE],
  roles: { camera: { device: "camera" }, xyStage: { device: "proscan", part: "stage" }, focusDrive: { device: "proscan", part: "focus" } },
  objectives: [
    { id: "20x", magnification: 20, numericalAperture: 0.5, immersion: "air", name: "Plan 20x/0.5", pixelSizeUm: 0.1725 },
    { id: "100x", magnification: 100, numericalAperture: 1.25, immersion: "oil", name: "Plan 100x/1.25", pixelSizeUm: 0.0345, stageFromImage: [0.0345, 0, 0, 0, 0.0345, 0] },
  ],
};
const VIRTUAL: DeviceConfiguration = {
  format: "ocular-devices", version: 1, name: "Virtual microscope", objectives: [],
  devices: [{ key: "virtual", name: "Virtual microscope", family: "virtual", options: { specimen: "blood-smear", seed: 28 } }],
  roles: { camera: { device: "virtual", part: "camera" }, xyStage: { device: "virtual", part: "stage" }, focusDrive: { device: "virtual", part: "focus" }, illumination: { device: "virtual", part: "light" }, objectiveTurret: { device: "virtual", part: "turret" } },
};
const PARTS: Readonly<Record<DeviceKind, string>> = { camera: "camera", xyStage: "stage", focusDrive: "focus", illumination: "light", objectiveTurret: "turret" };

/** Parts without a role, by device. */
const BESIDE: Readonly<Record<string, readonly { readonly part: string; readonly kind: DeviceKind }[]>> = { proscan: [{ part: "shutter-1", kind: "illumination" }, { part: "lamp", kind: "illumination" }] };

const FAMILIES: DeviceFamily[] = [
  {
    id: "prior-proscan", vendor: "Prior Scientific", title: "Prior ProScan II, ProScan III, OptiScan", connection: "serial", kinds: ["xyStage", "focusDrive", "illumination"],
    optionsSchema: { type: "object", properties: { stage: axesSchema(["x", "y"]), focus: axesSchema([]), shutters: { type: "array", default: [], items: { type: "integer", minimum: 1, maximum: 3 } } } },
    suggestedOptions: { stage: {}, focus: {}, shutters: [] },
  },
  { id: "coolled-pe", vendor: "CoolLED", title: "CoolLED pE", connection: "serial", kinds: ["illumination"], optionsSchema: { type: "object", properties: {} }, suggestedOptions: {} },
  { id: "usb3vision", vendor: "EMVA / A3", title: "USB3 Vision camera", connection: "usb", kinds: ["camera"], optionsSchema: { type: "object", properties: {} }, suggestedOptions: {} },
  { id: "virtual", vendor: "Ocular", title: "Virtual microscope", connection: "virtual", kinds: [...ROLES], optionsSchema: { type: "object", properties: { seed: { type: "integer", default: 28 } } }, suggestedOptions: {} },
];

/** As zod writes the options of a stage, or with no axes of a focus drive (drivers/kit/axis-options.ts). */
function axesSchema(axes: readonly string[]): Record<string, unknown> {
  const range = { type: "object", properties: { min: { type: "number" }, max: { type: "number" } }, required: ["min", "max"] };
  const ofAxes = (each: unknown): Record<string, unknown> => ({ type: "object", properties: Object.fromEntries(axes.map((axis) => [axis, each])), required: [...axes] });
  const reversed = { type: "boolean" };
  return {
    type: "object",
    properties: {
      limitsUm: axes.length === 0 ? { ...range, default: { min: -2000, max: 2000 } } : { ...ofAxes(range), default: { x: { min: -50_000, max: 50_000 }, y: { min: -35_000, max: 35_000 } } },
      toleranceUm: { type: "number", exclusiveMinimum: 0, default: 0.5 }, speedUmPerS: { type: "number", exclusiveMinimum: 0, default: 1000 }, settleMs: { type: "number", minimum: 0, default: 0 },
      isReversed: axes.length === 0 ? { ...reversed, default: false } : { ...ofAxes(reversed), default: { x: false, y: false } },
    },
  };
}

const FOUND: DiscoveredDevice[] = [
  { id: "usb3vision:2676:ba02:22571134", connection: "usb", title: "Basler acA1920-155um", address: "bus 2, port 1.4", family: "usb3vision", identity: { vendor: "2676", product: "ba02", serial: "22571134" }, configuredAs: "camera" },
  { id: "serial:/dev/ttyUSB0", connection: "serial", title: "Prolific USB-Serial Controller", address: "/dev/ttyUSB0", identity: { vendor: "067b", product: "2303", serial: "PR-41077" }, configuredAs: "proscan" },
  { id: "serial:/dev/ttyUSB1", connection: "serial", title: "FTDI FT232R USB UART", address: "/dev/ttyUSB1", identity: { vendor: "0403", product: "6001", serial: "CL-9" } },
  { id: "serial:/dev/ttyS0", connection: "serial", title: "RS-232 port", address: "/dev/ttyS0", problem: "this user may not open it: add yourself to the group dialout, then log in again" },
];

const CONSOLE: readonly (readonly [ConsoleLine["direction"], string])[] = [
  ["#", "opened /dev/ttyUSB0 at 9600"], [">", "COMP,0\\r"], ["<", "0\\r"], [">", "PS\\r"], ["<", "124805,-31200\\r"], [">", "$\\r"], ["<", "0\\r"],
];

/** Devices that are found, probed, added, missing and back, in memory. In "no-camera" the configured camera is missing. */
export function fakeDeviceReplies(scenario: FakeScenario, emit: <E extends EventName>(name: E, event: EventOf<E>) => void, refuse: (data: ErrorData) => Error): DeviceReplies {
  const isVirtual = !["no-camera", "no-stage", "disconnected", "session"].includes(scenario);
  let configuration: DeviceConfiguration = isVirtual ? VIRTUAL : CONFIGURED;
  const replaced = new Map<DeviceKind, RoleView["seated"]>();
  let probing: ReturnType<typeof setTimeout> | undefined;
  let cancelProbe = (): void => undefined;
  let watched: string | undefined;
  let sequence = CONSOLE.length;
  const values = fakeFeatureValues();
  const levels = new Map<string, number>();
  const isMissing = (key: string): boolean => (key === "camera" && scenario === "no-camera") || (key === "proscan" && scenario === "no-stage");

  const setup = (): DeviceSetup => ({
    source: { kind: configuration === VIRTUAL ? "default" : "stored", ...(configuration === VIRTUAL ? {} : { path: "/home/lab/.config/Ocular/devices.yaml" }) },
    name: configuration.name,
    devices: configuration.devices.map((device) => {
      const missing = isMissing(device.key);
      const state = missing ? "missing" as const : "ready" as const;
      const roles = ROLES.filter((role) => configuration.roles[role]?.device === device.key);
      return {
        device, familyTitle: FAMILIES.find(({ id }) => id === device.family)?.title ?? device.family, state,
        ...(missing ? { reason: `${device.name} is not plugged in: plug it in; it is taken up by itself.` } : { address: FOUND.find(({ configuredAs }) => configuredAs === device.key)?.address ?? "in this computer" }),
        parts: [...roles.map((role) => ({ part: configuration.roles[role]?.part ?? PARTS[role], kind: role })), ...(BESIDE[device.key] ?? []).filter(({ part, kind }) => configuration.roles[kind]?.device !== device.key || configuration.roles[kind]?.part !== part)]
          .map(({ part, kind }) => ({
            part, kind, identity: { id: `${device.key}-${part}`, kind, vendor: "", model: device.name, serial: device.identity?.serial ?? "" }, state: missing ? "absent" as const : "ready" as const,
            ...(configuration.roles[kind]?.device === device.key && (configuration.roles[kind]?.part ?? part) === part && !replaced.has(kind) ? { role: kind } : {}),
            ...(kind === "illumination" && !missing ? { percent: levels.get(`${device.key} ${part}`) ?? 0 } : {}),
          })),
        hasConsole: device.family === "prior-proscan", hasFeatures: device.family === "usb3vision" && !missing,
      };
    }),
    roles: ROLES.map((role): RoleView => {
      const configured = configuration.roles[role];
      const missing = configured !== undefined && isMissing(configured.device);
      const seated = replaced.get(role) ?? (configured === undefined ? "none" : "configured");
      return {
        role, seated, isBack: replaced.has(role) && !missing && configured !== undefined, ...(configured === undefined ? {} : { configured }),
        ...(seated === "none" ? {} : { identity: { id: seated === "virtual" ? `virtual:${role}` : `${configured?.device ?? ""}-${PARTS[role]}`, kind: role, vendor: "", model: seated === "virtual" ? "Virtual device" : configured?.device ?? "", serial: "" }, state: missing && seated === "configured" ? "absent" : "ready" }),
        ...(missing && configured !== undefined ? { missing: `${configuration.devices.find(({ key }) => key === configured.device)?.name ?? configured.device} is not plugged in: plug it in; it is taken up by itself.` } : {}),
        offers: [...(configured !== undefined && seated !== "configured" ? [{ kind: "configured" as const }] : []), ...(seated === "virtual" ? [] : [{ kind: "virtual" as const }]), ...(seated === "none" ? [] : [{ kind: "none" as const }])],
      };
    }),
    objectives: configuration.objectives,
    ...(scenario === "session" ? { locked: "Changing devices is not possible while session 2026-11-22 0941 B-2026-0117.ocular is open: it needs the session to be finished." } : {}),
  });
  const changed = (next: DeviceConfiguration = configuration): DeviceSetup => {
    if (scenario === "session") throw refuse({ tag: "WrongState", what: "Changing devices", state: "session 2026-11-22 0941 B-2026-0117.ocular is open", allowedIn: ["the session to be finished"] });
    configuration = next;
    const now = setup();
    emit("devices", now);
    return now;
  };
  const known = (key: string): ConfiguredDevice => {
    const device = configuration.devices.find((each) => each.key === key);
    if (device === undefined) throw refuse({ tag: "UnsupportedValue", what: "Device", value: key, allowed: configuration.devices.map((each) => each.key) });
    return device;
  };
  const valueOf = (name: string): CameraFeatureValue => values.get(name) ?? { name, access: "NI" };
  const line = (index: number): ConsoleLine => {
    const [direction, text] = CONSOLE[index % CONSOLE.length] ?? ["#", ""];
    return { sequence: index, time: new Date(Date.parse(FAKE_NOW) + index * CONSOLE_STEP_MS).toISOString(), direction, text };
  };
  const talk = (): void => {
    if (watched === undefined) return;
    emit("console", { key: watched, lines: [line(sequence)], dropped: 0 });
    sequence += 1;
    setTimeout(talk, CONSOLE_STEP_MS);
  };

  return {
    "devices.setup": () => (scenario === "loading" ? new Promise<never>(() => undefined) : setup()),
    "devices.families": () => FAMILIES,
    "devices.discover": () => ({ devices: FOUND, problems: [{ where: "GigE Vision", reason: "the network card eth1 is down" }] }),
    "devices.probe": ({ port }) => new Promise((resolve) => {
      const total = 12;
      const end = (result: ProbeResult | undefined): void => {
        clearTimeout(probing);
        resolve(result === undefined ? {} : { result });
      };
      cancelProbe = () => end(undefined);
      const step = (tried: number): void => {
        emit("probe", { port, family: "prior-proscan", title: FAMILIES[0]?.title ?? "", baudRate: 9600, tried, total });
        const answers = port === "/dev/ttyUSB1" && tried === 5;
        if (answers) end({ family: "coolled-pe", title: "CoolLED pE", line: { baudRate: 57_600 }, model: "pE-300", version: "1.2", suggestion: LAMP });
        else if (tried === total) end(undefined);
        else probing = setTimeout(() => step(tried + 1), PROBE_STEP_MS);
      };
      step(1);
    }),
    "devices.cancelProbe": () => {
      cancelProbe();
      return {};
    },
    "devices.test": ({ device }) => ({ parts: [{ part: "light", kind: "illumination", identity: { id: `${device.key}-light`, kind: "illumination", vendor: "CoolLED", model: "pE-300", serial: "" }, state: "ready", words: "off" }] }),
    "devices.configuration": () => configuration,
    "devices.apply": ({ configuration: next }) => changed({ ...next, roles: next.roles ?? {}, objectives: next.objectives ?? [], devices: next.devices.map((device) => ({ ...device, options: device.options ?? {} })) }),
    "devices.add": ({ device, roles }) => {
      const key = device.key;
      const given = Object.fromEntries((roles ?? (device.family === "coolled-pe" ? ["illumination" as const] : [])).map((role) => [role, { device: key, part: PARTS[role] }]));
      return changed({ ...configuration, devices: [...configuration.devices, { ...device, options: device.options ?? {} }], roles: { ...configuration.roles, ...given } });
    },
    "devices.remove": ({ key }) => {
      known(key);
      return changed({ ...configuration, devices: configuration.devices.filter((each) => each.key !== key), roles: Object.fromEntries(Object.entries(configuration.roles).filter(([, part]) => part?.device !== key)) });
    },
    "devices.assign": ({ role, to }) => {
      const { [role]: _before, ...others } = configuration.roles;
      return changed({ ...configuration, roles: to === undefined ? others : { ...others, [role]: to } });
    },
    "devices.replace": ({ role, by }) => {
      if (by.kind === "configured") replaced.delete(role);
      else replaced.set(role, by.kind);
      return changed();
    },
    "devices.setLight": ({ key, part, percent }) => {
      known(key);
      levels.set(`${key} ${part}`, percent);
      emit("devices", setup());
      return { percent };
    },
    "devices.reconnect": ({ key }) => {
      known(key);
      return setup();
    },
    "devices.forget": () => changed(VIRTUAL),
    "devices.export": () => ({ path: "/home/lab/microscope.yaml" }),
    "devices.import": () => ({ imported: { path: "/home/lab/MMConfig.cfg", kind: "micro-manager", configuration: CONFIGURED, remarks: ["Line 14: adapter NikonTI of device TIZDrive has no driver here; it was left out."] } }),
    "devices.console": ({ key, after = -1 }) => {
      known(key);
      return { key, lines: Array.from({ length: sequence }, (_, index) => line(index)).filter((each) => each.sequence > after), dropped: 0 };
    },
    "devices.watchConsole": ({ key }) => {
      const wasWatching = watched !== undefined;
      watched = key;
      if (key !== undefined && !wasWatching) setTimeout(talk, CONSOLE_STEP_MS);
      return {};
    },
    "devices.supportBundle": () => ({ path: "/home/lab/ocular-support.zip" }),
    "camera.features": ({ key }) => {
      const device = known(key);
      if (device.family !== "usb3vision") throw refuse({ tag: "InvalidInput", what: `The feature tree of ${device.name}`, reason: "it is no GenICam camera" });
      return { root: FAKE_TREE };
    },
    "camera.readFeatures": ({ names }) => names.map(valueOf),
    "camera.writeFeature": ({ name, text }) => {
      const before = valueOf(name);
      const number = Number(text);
      if (before.min !== undefined && before.max !== undefined && (number < Number(before.min) || number > Number(before.max))) throw refuse({ tag: "OutOfRange", what: name, value: number, min: Number(before.min), max: Number(before.max), unit: "" });
      const after = before.access === "RW" ? { ...before, value: text } : before;
      values.set(name, after);
      return after;
    },
    "stage.jog": () => ({}),
    "focus.jog": () => ({}),
    "stage.home": () => ({}),
    "axes.trustPlace": () => ({}),
  };
}
