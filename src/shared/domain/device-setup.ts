import * as z from "zod";
import { ConfiguredDevice, ConfiguredObjective, DeviceConfiguration, DeviceKey, DevicePart, HardwareIdentity, SerialLine } from "./device-configuration.ts";
import { DeviceIdentity, DeviceKind, DeviceState } from "./devices.ts";

/** How a family is reached: what the wizard asks for. */
export const Connection = z.enum(["serial", "usb", "network", "capture", "virtual", "files", "hand"]);
export type Connection = z.infer<typeof Connection>;

/** A driver that can be configured. */
export const DeviceFamily = z.object({
  id: z.string(), vendor: z.string(), title: z.string(), connection: Connection,
  /** What a device of this family can have; which parts one has is in its options. */
  kinds: z.array(DeviceKind),
  /** JSON Schema of `options`, defaults and descriptions in it: a form can be made of it. */
  optionsSchema: z.record(z.string(), z.unknown()),
  /** Options that make every usual part, for a first try. */
  suggestedOptions: z.record(z.string(), z.unknown()),
});
export type DeviceFamily = z.infer<typeof DeviceFamily>;

/** A thing found on this computer; nothing of it was opened. */
export const DiscoveredDevice = z.object({
  /** Its own within one discovery. */
  id: z.string(),
  connection: Connection,
  /** For people: "FTDI FT232R USB UART", "Basler acA1920-155um". */
  title: z.string(),
  /** Where it is plugged in: "COM3", "bus 2, port 1.4", "192.168.1.7". What `devices.probe` takes. */
  address: z.string(),
  identity: HardwareIdentity.optional(),
  /** The driver, where it can be told without asking the device. Serial ports: probing tells. */
  family: z.string().optional(),
  /** Key of the configured device that this is. */
  configuredAs: DeviceKey.optional(),
  /** Ready to be added; serial ports only after probing. */
  suggestion: ConfiguredDevice.optional(),
  /** Why it cannot be used as it is: "this user may not open it". */
  problem: z.string().optional(),
});
export type DiscoveredDevice = z.infer<typeof DiscoveredDevice>;

/** Everything found, and which ways of looking failed. */
export const Discovery = z.object({ devices: z.array(DiscoveredDevice), problems: z.array(z.object({ where: z.string(), reason: z.string() })) });
export type Discovery = z.infer<typeof Discovery>;

/** Probing goes on: what is tried now, of how many. */
export const ProbeProgress = z.object({ port: z.string(), family: z.string(), title: z.string(), baudRate: z.number().int(), tried: z.number().int(), total: z.number().int() });
export type ProbeProgress = z.infer<typeof ProbeProgress>;

/** What answered on a port, or at an address of the network (there is no line then). */
export const ProbeResult = z.object({
  family: z.string(), title: z.string(), line: SerialLine.optional(), model: z.string(), version: z.string().optional(), serial: z.string().optional(),
  suggestion: ConfiguredDevice,
});
export type ProbeResult = z.infer<typeof ProbeResult>;

/** One part of a device that was tried or is in use. */
export const PartView = z.object({
  part: z.string(), kind: DeviceKind, identity: DeviceIdentity, state: DeviceState, reason: z.string().optional(),
  /** The role it sits in now. */
  role: DeviceKind.optional(),
  /** What can be said of it without moving anything: "at x 120.0, y -3.5 um". */
  words: z.string().optional(),
  /** Lights that are ready: their level, % of full scale, in a role or not. */
  percent: z.number().optional(),
});
export type PartView = z.infer<typeof PartView>;

/** A configured device as it is now. */
export const ConfiguredDeviceView = z.object({
  device: ConfiguredDevice,
  familyTitle: z.string(),
  /** `unusable`: its options or its family are not known here; the others are states of its parts, the worst one. */
  state: z.enum(["ready", "connecting", "missing", "faulted", "unusable"]),
  /** What is wrong and what to do, in one sentence; absent when ready. */
  reason: z.string().optional(),
  /** Where it is plugged in now. */
  address: z.string().optional(),
  parts: z.array(PartView),
  /** `devices.console` has lines of it. */
  hasConsole: z.boolean(),
  /** `camera.features` has a tree of it now. */
  hasFeatures: z.boolean(),
});
export type ConfiguredDeviceView = z.infer<typeof ConfiguredDeviceView>;

/** Who could sit in a role. `virtual` is a device of the virtual microscope. */
export const Replacement = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("configured") }),
  z.object({ kind: z.literal("part"), part: DevicePart, title: z.string() }),
  z.object({ kind: z.literal("virtual") }),
  z.object({ kind: z.literal("none") }),
]);
export type Replacement = z.infer<typeof Replacement>;

/** A role and who sits in it. */
export const RoleView = z.object({
  role: DeviceKind,
  /** Who should. Absent: nobody. */
  configured: DevicePart.optional(),
  /** Who does. `configured` also while that one is missing: then it is waited for. `hand`: a nosepiece that a person turns. */
  seated: z.enum(["configured", "part", "virtual", "hand", "none"]),
  identity: DeviceIdentity.optional(),
  state: DeviceState.optional(),
  /** Why the configured one does not do its work: one sentence. Absent when it does, or nobody is configured. */
  missing: z.string().optional(),
  /** Why it is not known where the axes that sit here are, a clause: they do not move before they are homed, or a person gives his word. Absent while it is known. */
  placeDoubt: z.string().optional(),
  /** Where those axes say that they are. */
  placeTold: z.string().optional(),
  /** The configured one is ready again while somebody else sits here: `devices.replace` with `configured` takes it up. */
  isBack: z.boolean(),
  /** Who could sit here instead, best first. */
  offers: z.array(Replacement),
});
export type RoleView = z.infer<typeof RoleView>;

/** Everything the devices screen shows. */
export const DeviceSetup = z.object({
  /** Where the configuration came from. `default`: nothing was set up, the virtual microscope serves. `option`: `--camera`. */
  source: z.object({ kind: z.enum(["default", "option", "file", "stored"]), path: z.string().optional() }),
  name: z.string(),
  /** Why a configuration that is there cannot be used: line and reason. The app is open without it, and the file is left as it is. */
  problem: z.string().optional(),
  devices: z.array(ConfiguredDeviceView),
  roles: z.array(RoleView),
  objectives: z.array(ConfiguredObjective),
  /** Why devices cannot be changed now ("session ... is open"); absent when they can. */
  locked: z.string().optional(),
});
export type DeviceSetup = z.infer<typeof DeviceSetup>;

/** A file that was read and not applied yet: what it says, and what of it could not be understood. */
export const ImportedConfiguration = z.object({
  path: z.string(), kind: z.enum(["ocular", "micro-manager"]), configuration: DeviceConfiguration,
  /** One sentence each: lines left out, adapters without a driver here, things to check. */
  remarks: z.array(z.string()),
});
export type ImportedConfiguration = z.infer<typeof ImportedConfiguration>;

/** One line of the conversation with a device. */
export const ConsoleLine = z.object({
  /** 0, 1, 2, ... of that device; a gap means lines that were dropped. */
  sequence: z.number().int(),
  /** Wall time, ISO 8601. */
  time: z.string(),
  /** `>` to the device, `<` from it, `#` what happened to the line. */
  direction: z.enum([">", "<", "#"]),
  /** Bytes that cannot be seen as \r, \n, \xNN. */
  text: z.string(),
});
export type ConsoleLine = z.infer<typeof ConsoleLine>;

/** Lines of one device, oldest first. */
export const ConsoleLines = z.object({ key: DeviceKey, lines: z.array(ConsoleLine), dropped: z.number().int() });
export type ConsoleLines = z.infer<typeof ConsoleLines>;

/** A feature of a GenICam camera, as far as it never changes. */
export const CameraFeature = z.object({
  kind: z.enum(["integer", "float", "boolean", "enumeration", "command", "string"]),
  name: z.string(), displayName: z.string(), toolTip: z.string(), help: z.string(), unit: z.string(),
  visibility: z.enum(["Beginner", "Expert", "Guru", "Invisible"]),
  isStreamable: z.boolean(),
});
export type CameraFeature = z.infer<typeof CameraFeature>;

/** A category with what is in it, in the camera's own order. */
export interface CameraFeatureCategory {
  readonly kind: "category";
  readonly name: string;
  readonly displayName: string;
  readonly members: readonly (CameraFeatureCategory | CameraFeature)[];
}
export const CameraFeatureCategory: z.ZodType<CameraFeatureCategory> = z.lazy(() => z.object({
  kind: z.literal("category"), name: z.string(), displayName: z.string(), members: z.array(z.union([CameraFeatureCategory, CameraFeature])),
}));

/** A feature as it stands now. Numbers as text: 64 bits do not fit a double. */
export const CameraFeatureValue = z.object({
  name: z.string(),
  /** RW, RO, WO; NA: not now; NI: never on this camera. */
  access: z.enum(["RW", "RO", "WO", "NA", "NI"]),
  value: z.string().optional(), min: z.string().optional(), max: z.string().optional(), inc: z.string().optional(),
  choices: z.array(z.object({ name: z.string(), displayName: z.string(), toolTip: z.string() })).optional(),
  /** Why there is no value though there should be one. */
  problem: z.string().optional(),
});
export type CameraFeatureValue = z.infer<typeof CameraFeatureValue>;
