/**
 * A bare Electron's default app: loads the app whose folder or file is the first argument that is no flag, the way
 * Electron's own default app does. `-r FILE` (as Playwright uses it) is loaded first.
 *
 * It waits for the app's module at the top level: Electron is not "ready" before, so that the app can still do what
 * must be done early (register schemes, add switches).
 */
import { app } from "electron";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** What Electron offers its default app without writing it in its types. */
const inside = /** @type {Electron.App & { setAppPath(path: string): void, setVersion(version: string): void }} */ (app);

const { preloads, target } = readArguments(process.argv.slice(1));
const require = createRequire(join(process.cwd(), "default-app.js"));
for (const file of preloads) require(resolve(file));

if (target === undefined) {
  console.error("No app was named: electron [flags] <folder or file>");
  app.exit(2);
} else {
  try {
    await import(pathToFileURL(describeApp(resolve(target))).href);
  } catch (error) {
    console.error(error);
    app.exit(1);
  }
}

/** @param {string[]} args */
function readArguments(args) {
  /** @type {string[]} */
  const preloads = [];
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? "";
    if (word === "-r" || word === "--require") preloads.push(args[(at += 1)] ?? "");
    else if (word === "--") return { preloads, target: args[at + 1] };
    else if (!word.startsWith("-")) return { preloads, target: word };
  }
  return { preloads, target: undefined };
}

/**
 * Gives Electron the app's name, version and path.
 *
 * @param {string} path
 * @returns {string} the file to load
 */
function describeApp(path) {
  if (!statSync(path).isDirectory()) return path;
  const packageJson = join(path, "package.json");
  const about = existsSync(packageJson) ? JSON.parse(readFileSync(packageJson, "utf8")) : {};
  inside.setAppPath(path);
  if (about.version) inside.setVersion(about.version);
  const name = about.productName ?? about.name;
  if (name) {
    app.setName(name);
    app.setPath("userData", join(app.getPath("appData"), name));
  }
  return join(path, about.main ?? "index.js");
}
