import type { CameraFeatureValue } from "../../../shared/domain/device-setup.ts";
import { OcularError } from "../../../shared/errors.ts";
import { type FeatureCategory, type FeatureLeaf, featureTree, searchFeatures } from "../genicam/features/feature-tree.ts";
import { readFeature, writeFeature } from "../genicam/features/feature-value.ts";
import { GenicamError } from "../genicam/genicam-error.ts";
import type { NodeMap } from "../genicam/map/node-map.ts";
import type { RackedDevice } from "./device-rack.ts";

/** The features of a GenICam camera, all of them down to the last visibility: hiding the rarer ones is the screen's. */
export function cameraFeatures(racked: RackedDevice): FeatureCategory {
  return featureTree(mapOf(racked), "Guru");
}

/** Values as they are now, in the order asked. @throws OcularError UnsupportedValue for a name that is none, and when the camera is gone */
export async function readCameraFeatures(racked: RackedDevice, names: readonly string[]): Promise<CameraFeatureValue[]> {
  const map = mapOf(racked);
  const leaves = names.map((name) => leafOf(racked, map, name));
  const values: CameraFeatureValue[] = [];
  for (const leaf of leaves) values.push(plain(await asOcular(racked, leaf.name, () => readFeature(map, leaf))));
  return values;
}

/** Sets a feature or gives a command, and reads what the camera made of it. @throws OcularError OutOfRange, InvalidInput, WrongState, DeviceFaulted, DeviceDisconnected */
export async function writeCameraFeature(racked: RackedDevice, name: string, text: string): Promise<CameraFeatureValue> {
  const map = mapOf(racked);
  const leaf = leafOf(racked, map, name);
  racked.console.note(">", leaf.kind === "command" ? name : `${name} = ${text}`);
  racked.opened?.genicam?.requireWritable(name);
  await requireInRange(racked, map, leaf, text);
  await asOcular(racked, name, () => writeFeature(map, leaf, text));
  // Exposure, format and the like are seen by the live screen too.
  await racked.opened?.genicam?.refresh({ name, text });
  const value = await asOcular(racked, name, () => readFeature(map, leaf));
  racked.console.note("<", value.problem ?? `${name} is ${value.value ?? value.access}`);
  return plain(value);
}

/** The limits at this moment, so that what is refused is refused with its range. */
async function requireInRange(racked: RackedDevice, map: NodeMap, leaf: FeatureLeaf, text: string): Promise<void> {
  const value = Number(text);
  if ((leaf.kind !== "integer" && leaf.kind !== "float") || !Number.isFinite(value)) return;
  const { min, max } = await asOcular(racked, leaf.name, () => readFeature(map, leaf));
  if (min === undefined || max === undefined || (value >= Number(min) && value <= Number(max))) return;
  throw new OcularError({ tag: "OutOfRange", what: leaf.displayName, value, min: Number(min), max: Number(max), unit: leaf.unit });
}

function mapOf({ device, opened }: RackedDevice): NodeMap {
  if (opened?.genicam === undefined) throw new OcularError({ tag: "InvalidInput", what: `The feature tree of ${device.name}`, reason: "it is no GenICam camera" });
  const map = opened.genicam.nodeMap();
  if (map === undefined) throw new OcularError({ tag: "DeviceDisconnected", deviceId: device.name, command: "features" });
  return map;
}

function leafOf({ device }: RackedDevice, map: NodeMap, name: string): FeatureLeaf {
  const leaf = searchFeatures(featureTree(map, "Invisible"), "").find((each) => each.name === name);
  if (leaf === undefined) throw new OcularError({ tag: "InvalidInput", what: `The feature "${name}"`, reason: `${device.name} has none of that name` });
  return leaf;
}

/** What the node map throws, in the words of everything else. */
async function asOcular<T>(racked: RackedDevice, name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    racked.console.note("<", `refused: ${error instanceof Error ? error.message : String(error)}`);
    if (!(error instanceof GenicamError)) throw error;
    if (error.problem === "range") throw new OcularError({ tag: "InvalidInput", what: `The value of ${name}`, reason: error.message }, { cause: error });
    throw new OcularError({ tag: "DeviceFaulted", deviceId: racked.device.name, command: name, reply: error.message }, { cause: error });
  }
}

/** The arrays of the answer are nobody else's. */
function plain({ choices, ...value }: Awaited<ReturnType<typeof readFeature>>): CameraFeatureValue {
  return choices === undefined ? value : { ...value, choices: [...choices] };
}
