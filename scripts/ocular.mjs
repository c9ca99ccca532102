/**
 * `npm run -s ocular -- ...`: the command line from this checkout, built first when a source is newer. Nothing of this
 * script goes to stdout; paths are read from the folder the command was typed in.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { buildNative } from "./build-native.mjs";
import { buildNode } from "./build-node.mjs";
import { givesMemoryBack } from "./lib/gives-memory-back.mjs";
import { root } from "./lib/paths.mjs";
import { exitCode } from "./lib/process.mjs";
import { script } from "./lib/script.mjs";

await script(async () => {
  await buildNative();
  await buildNode();
  const cli = join(root, "out", "node", "cli.mjs");
  // npm runs a script in the project's folder and says in INIT_CWD where it was called.
  const cwd = process.cwd() === root ? (process.env["INIT_CWD"] ?? root) : process.cwd();
  const child = spawn(process.execPath, [cli, ...process.argv.slice(2)], { stdio: "inherit", cwd, env: givesMemoryBack() });
  // The terminal sends Ctrl+C, and its own end, to the whole group: the command itself decides how to end, this only waits for it.
  process.on("SIGINT", () => {});
  process.on("SIGHUP", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(exitCode(code, signal)));
  });
});
