import { type ConfiguredDevice, type ConfiguredObjective, DeviceConfiguration, type DeviceRoles, scaleOf, SCALES_MAY_DIFFER, type SerialLine } from "../../../../shared/domain/device-configuration.ts";
import type { DeviceKind } from "../../../../shared/domain/devices.ts";
import { CAMERA_LIBRARIES, CAPTURE_LIBRARIES, type KnownAdapter, knownAdapter } from "./adapters.ts";
import type { CfgDevice, CfgPixelSize, MicroManagerCfg } from "./read-cfg.ts";

/** Roles by Micro-Manager's names in `Property,Core,...`. */
const CORE_ROLES: readonly (readonly [string, DeviceKind])[] = [["XYStage", "xyStage"], ["Focus", "focusDrive"], ["Shutter", "illumination"], ["Camera", "camera"]];
const PARTS: Readonly<Record<DeviceKind, string | undefined>> = { xyStage: "stage", focusDrive: "focus", objectiveTurret: "turret", illumination: undefined, camera: "camera" };

interface Mapped {
  readonly cfg: CfgDevice;
  readonly known: KnownAdapter;
  /** Label of its serial port, or "" for what has none. */
  readonly port: string;
}

/** What of a Micro-Manager configuration has a counterpart here, and a sentence for everything that has none. */
export function mapMicroManagerCfg(cfg: MicroManagerCfg, name: string): { readonly configuration: DeviceConfiguration; readonly remarks: readonly string[] } {
  const remarks = [...cfg.problems];
  const mapped: Mapped[] = [];
  for (const device of cfg.devices) {
    if (device.library === "SerialManager") continue;
    const known = knownAdapter(device.library, device.adapter);
    if (known === undefined) remarks.push(whyLeftOut(device));
    else mapped.push({ cfg: device, known, port: known.family === "virtual" ? "" : portOf(device.label, cfg) });
  }

  const devices: ConfiguredDevice[] = [];
  const roles: DeviceRoles = {};
  for (const group of groupsOf(mapped)) {
    const [first] = group;
    if (first === undefined) continue;
    const device = deviceOf(group, devices, cfg, remarks);
    devices.push(device);
    for (const [core, role] of CORE_ROLES) {
      const named = cfg.properties.get("Core")?.get(core);
      const part = group.find(({ cfg: { label }, known }) => known.kind === role && (named === undefined || named === "" || label === named));
      // A shutter is named by its number: which part that is, the driver says.
      if (part !== undefined && roles[role] === undefined) roles[role] = { device: device.key, ...(PARTS[role] === undefined ? {} : { part: PARTS[role] }) };
    }
    if (group.some(({ known }) => known.kind === "objectiveTurret")) roles.objectiveTurret = { device: device.key, part: "turret" };
  }
  const objectives = cfg.pixelSizes.flatMap((size, index) => objectiveOf(size, index, cfg, remarks));
  if (objectives.some(({ stageFromImage }) => stageFromImage !== undefined)) remarks.push("How pictures lie to the stage was taken over. Check it: a cell that is double-clicked must come to the middle of the picture; where it does not, an axis of the stage counts the other way round than in Micro-Manager.");
  if (devices.some(({ family, port }) => family !== "virtual" && port !== undefined)) remarks.push("Micro-Manager names ports, not devices: discover devices and add them again by what their plug says, so that they are found in any port.");
  const configuration: DeviceConfiguration = { format: "ocular-devices", version: 1, name, devices, roles, objectives: unique(objectives, remarks) };
  return { configuration: DeviceConfiguration.parse(configuration), remarks };
}

function whyLeftOut({ label, library, adapter, line }: CfgDevice): string {
  if (CAMERA_LIBRARIES.has(library)) return `Line ${line}: the camera ${label} (${library}) is found by discovery: add it there; which one it is the file does not say.`;
  if (CAPTURE_LIBRARIES.has(library)) return `Line ${line}: the camera ${label} (${library}) is a capture device: add it as a webcam.`;
  return `Line ${line}: adapter ${adapter} of library ${library} (device ${label}) has no driver here; it was left out.`;
}

/** A device's port is its own, or its hub's, or its hub's hub's. */
function portOf(label: string, { properties, parents }: MicroManagerCfg): string {
  let at: string | undefined = label;
  for (let steps = 0; at !== undefined && steps < 8; steps += 1) {
    const port = properties.get(at)?.get("Port") ?? properties.get(at)?.get("SerialPort");
    if (port !== undefined && port !== "" && port !== "Undefined") return port;
    at = parents.get(at);
  }
  return "";
}

/** One controller is one family on one port. */
function groupsOf(mapped: readonly Mapped[]): readonly (readonly Mapped[])[] {
  const groups = new Map<string, Mapped[]>();
  for (const each of mapped) {
    const key = `${each.known.family} ${each.port}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()];
}

function deviceOf(group: readonly Mapped[], before: readonly ConfiguredDevice[], cfg: MicroManagerCfg, remarks: string[]): ConfiguredDevice {
  const [{ known: { family }, port, cfg: { label, line } }] = group as readonly [Mapped];
  const options: Record<string, unknown> = {};
  for (const { known, cfg: { label: own } } of group) {
    for (const [key, value] of Object.entries(known.options ?? {})) options[key] = Array.isArray(value) && Array.isArray(options[key]) ? [...new Set([...(options[key] as unknown[]), ...(value as unknown[])])] : value;
    if (known.option === undefined) continue;
    options[known.option] = reversedOf(known.kind, own, cfg);
  }
  const keys = new Set(before.map(({ key }) => key));
  let key = family;
  for (let number = 2; keys.has(key); number += 1) key = `${family}-${number}`;
  const speed = port === "" ? undefined : lineOf(port, cfg);
  if (port === "" && family !== "virtual") remarks.push(`Line ${line}: the port of ${label} is not in the file; name it.`);
  return { key, name: label.slice(0, 80), family, options, ...(port === "" ? {} : { port: portPath(port) }), ...(speed === undefined ? {} : { line: speed }) };
}

/** The axes that Micro-Manager counts the other way round than their controller: affines and soft limits are of its places. */
function reversedOf(kind: KnownAdapter["kind"], label: string, { focusDirections, properties }: MicroManagerCfg): Record<string, unknown> {
  if (kind === "focusDrive") return focusDirections.get(label) === -1 ? { isReversed: true } : {};
  if (kind !== "xyStage") return {};
  const isReversed = { x: isOn(properties, label, "TransposeMirrorX"), y: isOn(properties, label, "TransposeMirrorY") };
  return isReversed.x || isReversed.y ? { isReversed } : {};
}

function isOn(properties: MicroManagerCfg["properties"], label: string, property: string): boolean {
  return properties.get(label)?.get(property) === "1";
}

/** The camera whose pictures its adapter turns or mirrors before Micro-Manager sees them; undefined where it leaves them as they are. */
function turnedCamera({ properties }: MicroManagerCfg): string | undefined {
  const camera = properties.get("Core")?.get("Camera") ?? "";
  const isTurned = isOn(properties, camera, "TransposeCorrection") && ["TransposeXY", "TransposeMirrorX", "TransposeMirrorY"].some((each) => isOn(properties, camera, each));
  return isTurned ? camera : undefined;
}

/** Micro-Manager's own names for ports are those of the system. */
function portPath(label: string): string {
  return label.slice(0, 500);
}

function lineOf(port: string, { properties }: MicroManagerCfg): SerialLine | undefined {
  const own = properties.get(port);
  const baudRate = Number(own?.get("BaudRate"));
  if (!Number.isInteger(baudRate) || baudRate <= 0 || baudRate > 4_000_000) return undefined;
  const parity = ({ Even: "even", Odd: "odd" } as const)[own?.get("Parity") ?? ""];
  return { baudRate, ...(own?.get("StopBits") === "2" ? { stopBits: 2 as const } : {}), ...(own?.get("DataBits") === "7" ? { dataBits: 7 as const } : {}), ...(parity === undefined ? {} : { parity }), ...(own?.get("Handshaking") === "Hardware" ? { rtscts: true } : {}) };
}

/** A resolution preset as a lens: its magnification from the state's label, or from its own name. */
function objectiveOf(size: CfgPixelSize, index: number, cfg: MicroManagerCfg, remarks: string[]): ConfiguredObjective[] {
  const { id, conditions, pixelSizeUm, affine } = size;
  const label = conditions.map(({ device, property, value }) => (property === "State" ? (cfg.labels.get(device)?.get(Number(value)) ?? value) : value)).find((text) => magnificationOf(text) !== undefined);
  const magnification = magnificationOf(label ?? "") ?? magnificationOf(id);
  if (magnification === undefined) {
    remarks.push(`The pixel size "${id}" names no magnification; it was left out.`);
    return [];
  }
  const name = label ?? id;
  const stated = numericalApertureOf(name);
  if (stated === undefined) remarks.push(`The objective "${name}": its numerical aperture is not in the file; ${typicalAperture(magnification)} was taken. Correct it.`);
  const scaleUm = affine === undefined ? undefined : scaleOf([...affine]);
  const turned = turnedCamera(cfg);
  if (affine !== undefined && turned !== undefined) remarks.push(`The pixel size "${id}": its affine is of pictures that Micro-Manager turns (TransposeCorrection of ${turned}); here they come as the camera gives them, and the affine was left out.`);
  const isUnit = scaleUm !== undefined && pixelSizeUm !== undefined && Math.abs(scaleUm / pixelSizeUm - 1) > SCALES_MAY_DIFFER;
  if (isUnit) remarks.push(`The pixel size "${id}": its affine (${scaleUm.toPrecision(3)} um per pixel) does not fit ${pixelSizeUm} um; the affine was left out.`);
  return [{
    id: `${magnification}x${index === 0 ? "" : `-${index + 1}`}`, name: name.slice(0, 80), magnification, numericalAperture: stated ?? typicalAperture(magnification), immersion: magnification >= 60 || /oil/iu.test(name) ? "oil" : /water|W$/iu.test(name) ? "water" : "air",
    ...(pixelSizeUm === undefined ? (scaleUm === undefined ? {} : { pixelSizeUm: scaleUm }) : { pixelSizeUm }),
    ...(affine === undefined || isUnit || turned !== undefined ? {} : { stageFromImage: [...affine] as ConfiguredObjective["stageFromImage"] }),
  }];
}

function magnificationOf(text: string): number | undefined {
  const found = Number(/(?<![\d.])(\d{1,3}(?:\.\d{1,2})?)\s*x(?![a-z])/iu.exec(text)?.[1]);
  return Number.isFinite(found) && found > 0 ? found : undefined;
}

function numericalApertureOf(text: string): number | undefined {
  const found = Number(/(?:NA\s*[=:]?\s*|\/\s*)([01]?\.\d{1,3})/iu.exec(text)?.[1]);
  return Number.isFinite(found) && found > 0 ? found : undefined;
}

/** Plan achromats as they are sold. */
function typicalAperture(magnification: number): number {
  if (magnification <= 4) return 0.1;
  if (magnification <= 10) return 0.25;
  if (magnification <= 20) return 0.4;
  return magnification < 60 ? 0.65 : 1.25;
}

function unique(objectives: readonly ConfiguredObjective[], remarks: string[]): ConfiguredObjective[] {
  if (objectives.length > 24) remarks.push(`There are ${objectives.length} pixel sizes; the first 24 were taken.`);
  return objectives.slice(0, 24);
}
