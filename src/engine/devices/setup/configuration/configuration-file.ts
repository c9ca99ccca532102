import { readFile, stat } from "node:fs/promises";
import { parseDocument, stringify } from "yaml";
import { fromDisk, snakeCase, toDisk } from "../../../../core/session/disk-keys.ts";
import { DeviceConfiguration } from "../../../../shared/domain/device-configuration.ts";
import { saveFile } from "../../../runtime/save-file.ts";
import { OcularError } from "../../../../shared/errors.ts";

/** No microscope needs more; a file that is larger is something else. */
const LARGEST_BYTES = 1_000_000;

/**
 * A configuration from YAML or JSON.
 * @param where what errors call it: its path
 * @throws OcularError InvalidInput naming the place and what is wrong with it
 */
export function parseConfiguration(text: string, where: string): DeviceConfiguration {
  const refuse = (reason: string): OcularError => new OcularError({ tag: "InvalidInput", what: `The device configuration ${where}`, reason });
  const document = parseDocument(text, { prettyErrors: true });
  const [broken] = document.errors;
  if (broken !== undefined) throw refuse(broken.message.split("\n", 1)[0] ?? "it is not YAML");
  let content: unknown;
  try {
    // Few anchors are enough for a person; many are a bomb.
    content = fromDisk(document.toJS({ maxAliasCount: 20 }));
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error));
  }
  const { format, version } = (typeof content === "object" && content !== null ? content : {}) as { readonly format?: unknown; readonly version?: unknown };
  if (format !== "ocular-devices") throw refuse('it does not begin with "format: ocular-devices"');
  if (typeof version === "number" && version > 1) throw refuse(`it is of version ${version}, newer than this Ocular understands`);
  const parsed = DeviceConfiguration.safeParse(content);
  if (parsed.success) return parsed.data;
  throw refuse(parsed.error.issues.slice(0, 5).map(({ path, message }) => (path.length === 0 ? message : `${placeOf(path)}: ${message}`)).join("; "));
}

/** The same as YAML. */
export function writeConfiguration(configuration: DeviceConfiguration): string {
  return `# Devices of an Ocular microscope (docs/devices/setup.md)\n${stringify(toDisk(configuration), { lineWidth: 120 })}`;
}

/** @throws OcularError FileMissing, InvalidInput */
export async function readConfigurationFile(path: string): Promise<DeviceConfiguration> {
  return parseConfiguration(await readTextFile(path), path);
}

/**
 * A file that a person named, as text.
 * @throws OcularError FileMissing, InvalidInput for what is too large or not text
 */
export async function readTextFile(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > LARGEST_BYTES) throw new OcularError({ tag: "InvalidInput", what: path, reason: `it is larger than ${LARGEST_BYTES / 1e6} MB: it is no device configuration` });
    return new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path));
  } catch (error) {
    if (error instanceof OcularError) throw error;
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") throw new OcularError({ tag: "FileMissing", path }, { cause: error });
    throw new OcularError({ tag: "InvalidInput", what: path, reason: error instanceof TypeError ? "it is not text" : error instanceof Error ? error.message : String(error) }, { cause: error });
  }
}

/** A cut power or a full disk leaves the old file or the new one. @throws OcularError DiskFull, DiskUnwritable */
export async function writeConfigurationFile(path: string, configuration: DeviceConfiguration): Promise<void> {
  await saveFile(path, writeConfiguration(configuration));
}

/** The place as it is written in the file. */
function placeOf(path: readonly PropertyKey[]): string {
  return path.map((step) => (typeof step === "string" && /^[a-z][A-Za-z0-9]*$/u.test(step) ? snakeCase(step) : String(step))).join(".");
}
