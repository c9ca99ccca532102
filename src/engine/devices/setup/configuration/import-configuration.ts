import { basename, extname } from "node:path";
import type { ImportedConfiguration } from "../../../../shared/domain/device-setup.ts";
import { OcularError } from "../../../../shared/errors.ts";
import { mapMicroManagerCfg } from "../micro-manager/map-cfg.ts";
import { readMicroManagerCfg } from "../micro-manager/read-cfg.ts";
import { parseConfiguration, readTextFile } from "./configuration-file.ts";

/**
 * A configuration of ours, or one of Micro-Manager.
 *
 * @param kind Micro-Manager's by its ending .cfg unless told
 * @throws OcularError FileMissing, InvalidInput
 */
export async function importConfigurationFile(path: string, kind?: ImportedConfiguration["kind"]): Promise<ImportedConfiguration> {
  const text = await readTextFile(path);
  if ((kind ?? (extname(path).toLowerCase() === ".cfg" ? "micro-manager" : "ocular")) === "ocular") return { path, kind: "ocular", configuration: parseConfiguration(text, path), remarks: [] };
  const cfg = readMicroManagerCfg(text);
  if (cfg.devices.length === 0) throw new OcularError({ tag: "InvalidInput", what: path, reason: `it names no device: it is no Micro-Manager configuration${cfg.problems[0] === undefined ? "" : ` (${cfg.problems[0].replace(/\.$/u, "")})`}` });
  const { configuration, remarks } = mapMicroManagerCfg(cfg, basename(path, extname(path)).slice(0, 120) || "Micro-Manager");
  return { path, kind: "micro-manager", configuration, remarks: [...remarks] };
}
