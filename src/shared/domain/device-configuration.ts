import * as z from "zod";
import { type DeviceKind, Objective } from "./devices.ts";
import type { FrameHeader } from "./frame.ts";

/*
 * What stands round a microscope, as a person has set it up: a versioned file that is exported, imported and kept by the
 * app. On disk it is YAML or JSON with names in snake_case (docs/devices/setup.md).
 */

/**
 * Which thing it is, wherever it is plugged in. USB: vendor and product as four hexadecimal digits in lower case. Network and
 * capture devices: names. An empty serial number fits any of that make: some adapters have none.
 */
export const HardwareIdentity = z.object({ vendor: z.string().max(200), product: z.string().max(200), serial: z.string().max(200) });
export type HardwareIdentity = z.infer<typeof HardwareIdentity>;

/** How a serial line is set; both ends must agree. */
export const SerialLine = z.object({
  baudRate: z.number().int().positive().max(4_000_000),
  dataBits: z.union([z.literal(7), z.literal(8)]).optional(),
  stopBits: z.union([z.literal(1), z.literal(2)]).optional(),
  parity: z.enum(["none", "even", "odd"]).optional(),
  rtscts: z.boolean().optional(),
});
export type SerialLine = z.infer<typeof SerialLine>;

/** Own name of a device within a configuration: ids of its parts begin with it. */
export const DeviceKey = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/u, "small letters, digits and hyphens, at most 40");

/** One thing with a plug: a controller with its stage and focus, a camera, a lamp. */
export const ConfiguredDevice = z.object({
  key: DeviceKey,
  /** What people call it. */
  name: z.string().min(1).max(80),
  /** Which driver: "prior-proscan", "usb3vision", "virtual". */
  family: z.string().min(1).max(60),
  /** Found by this wherever it is plugged in. */
  identity: HardwareIdentity.optional(),
  /** Only where the plug tells no identity (RS-232, pseudo-terminals) or the thing is a place (a folder of pictures). */
  port: z.string().min(1).max(500).optional(),
  /** Serial families only; absent: as the family comes. */
  line: SerialLine.optional(),
  /** The family's own, checked by its schema: limits, speeds, what is fitted. */
  options: z.record(z.string(), z.unknown()).default({}),
}).strict();
export type ConfiguredDevice = z.infer<typeof ConfiguredDevice>;

/** One part of a configured device: `part` is "stage", "focus", "camera", ... and may be left out where only one fits. */
export const DevicePart = z.object({ device: DeviceKey, part: z.string().min(1).max(60).optional() }).strict();
export type DevicePart = z.infer<typeof DevicePart>;

/**
 * 2x3 affine: a point of the picture (unbinned px, from its middle) to stage um, [a, b, tx, c, d, ty] with x' = a x + b y + tx and
 * y' = c x + d y + ty. Its shift is kept and not used.
 */
export const StageFromImage = z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()]);
export type StageFromImage = z.infer<typeof StageFromImage>;

/** A lens on this microscope, with the scale of its picture. */
export const ConfiguredObjective = Objective.extend({
  /** um per pixel at the specimen, unbinned. Absent: not measured yet, pictures have no scale. */
  pixelSizeUm: z.number().positive().optional(),
  /** The camera's view (`Camera.view`) for which the pixel size was stated. Absent: as it is opened, and all cameras whose settings tell their scale. */
  pixelSizeView: z.string().min(1).max(80).optional(),
  stageFromImage: StageFromImage.optional(),
}).strict();
export type ConfiguredObjective = z.infer<typeof ConfiguredObjective>;

/** Who does what; a role that is left out is empty. */
export const DeviceRoles = z.object({
  camera: DevicePart.optional(), xyStage: DevicePart.optional(), focusDrive: DevicePart.optional(),
  illumination: DevicePart.optional(), objectiveTurret: DevicePart.optional(),
}).strict();
export type DeviceRoles = z.infer<typeof DeviceRoles>;

/** A stated scale and an affine that differ by more than this describe two different microscopes. */
export const SCALES_MAY_DIFFER = 0.25;

/** The whole configuration. Every field is checked here but `options`, which are the families' own. */
export const DeviceConfiguration = z.object({
  format: z.literal("ocular-devices"),
  version: z.literal(1),
  name: z.string().min(1).max(120),
  devices: z.array(ConfiguredDevice).max(64),
  roles: DeviceRoles.default({}),
  objectives: z.array(ConfiguredObjective).max(24).default([]),
}).strict().superRefine((configuration, context) => {
  const complain = (path: (string | number)[], message: string): void => { context.addIssue({ code: "custom", path, message }); };
  const keys = new Set<string>();
  for (const [index, { key }] of configuration.devices.entries()) {
    if (keys.has(key)) complain(["devices", index, "key"], `"${key}" is there twice`);
    keys.add(key);
  }
  for (const [role, part] of Object.entries(configuration.roles)) {
    if (part !== undefined && !keys.has(part.device)) complain(["roles", role, "device"], `there is no device "${part.device}"`);
  }
  const lenses = new Set<string>();
  for (const [index, { id, pixelSizeUm, stageFromImage }] of configuration.objectives.entries()) {
    if (lenses.has(id)) complain(["objectives", index, "id"], `"${id}" is there twice`);
    lenses.add(id);
    if (stageFromImage === undefined) continue;
    const scaleUm = scaleOf(stageFromImage);
    if (!(scaleUm > 0)) complain(["objectives", index, "stageFromImage"], "it flattens the picture");
    else if (pixelSizeUm !== undefined && Math.abs(scaleUm / pixelSizeUm - 1) > SCALES_MAY_DIFFER) {
      complain(["objectives", index, "stageFromImage"], `its scale, ${scaleUm.toPrecision(3)} um per pixel, is more than 25 % off the pixel size, ${pixelSizeUm}`);
    }
  }
});
export type DeviceConfiguration = z.infer<typeof DeviceConfiguration>;

/** um per pixel of an affine: the root of its area factor. */
export function scaleOf([a, b, , c, d]: StageFromImage): number {
  return Math.sqrt(Math.abs(a * d - b * c));
}

/** What pictures through a lens are told of its scale, for unbinned pixels: nothing while its pixel size is unknown. */
export function frameScaleOf({ pixelSizeUm, stageFromImage }: ConfiguredObjective): Pick<FrameHeader, "pixelSizeUm" | "stageUmFromPx"> {
  if (pixelSizeUm === undefined || stageFromImage === undefined) return { pixelSizeUm };
  // Its shift is left out: the stage's position is that of the sensor's middle, and Micro-Manager writes there where it was calibrated.
  const [a, b, , c, d] = stageFromImage;
  return { pixelSizeUm, stageUmFromPx: [a, b, c, d] };
}

/** The roles in the order in which people think of them. */
export const ROLES: readonly DeviceKind[] = ["camera", "xyStage", "focusDrive", "illumination", "objectiveTurret"];
