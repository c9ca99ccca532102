import { createRequire } from "node:module";
import { join } from "node:path";
import { appRoot } from "../../runtime/entries.ts";

/** Name and version of the runtime that is installed, as the inference process will say it. */
export function installedRuntime(): string {
  const installed: unknown = createRequire(join(appRoot(), "package.json"))("onnxruntime-node/package.json");
  const version = typeof installed === "object" && installed !== null && "version" in installed ? String(installed.version) : "unknown";
  return `onnxruntime-node ${version}`;
}
