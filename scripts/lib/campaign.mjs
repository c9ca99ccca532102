/** Campaigns of tests/campaigns are TypeScript: bundled on the way to being run. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root } from "./paths.mjs";

/**
 * @param {string} entry below tests/campaigns, without its ending: "gigevision/fuzz"
 * @returns {Promise<unknown>} the module
 */
export async function loadCampaign(entry) {
  const outfile = join(root, "out/campaigns", `${entry.replaceAll("/", "-")}.mjs`);
  await mkdir(join(root, "out/campaigns"), { recursive: true });
  await build({
    absWorkingDir: root, entryPoints: [`tests/campaigns/${entry}.ts`], outfile,
    bundle: true, platform: "node", target: "node20", format: "esm", packages: "external", logLevel: "warning",
  });
  return import(pathToFileURL(outfile).href);
}
