/**
 * The libraries an Electron window needs on Debian and Ubuntu, and the virtual display for machines without a screen.
 * As root they are installed; otherwise the one command to run is in the error. Other systems bring them along.
 */
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { run } from "./lib/process.mjs";
import { script } from "./lib/script.mjs";

/** Each by its names, newest first: releases since 2024 call some of them `...t64`. */
const windowPackages = [
  ["libgtk-3-0t64", "libgtk-3-0"],
  ["libasound2t64", "libasound2"],
  ["libnss3"],
  ["libgbm1"],
  ["libxss1"],
  ["libxtst6"],
  ["udev"],
  ["fonts-dejavu-core"],
];
const headlessPackages = [["xvfb"], ["xauth"]];
/** What the lab of virtual devices needs: pseudo-terminals, and Aravis's tools as outside judges of cameras. */
const labPackages = [["socat"], ["aravis-tools"], ["aravis-tools-cli"]];
/** What the hardware test needs: a virtual machine and what is in it, and somebody else's programs for the camera. */
const hardwarePackages = [["qemu-system-x86"], ["busybox-static"], ["cpio"], ["kmod"], ["xz-utils"], ["udev"], ["usbip"], ...labPackages.slice(1)];

const aptGet = "/usr/bin/apt-get";

/**
 * @param {{ headless: boolean, lab?: boolean, log?: (line: string) => void }} options `headless`: a virtual display is
 *   needed as well; `lab`: the virtual devices of the tests too
 * @throws Error naming the command to run, when something is missing and cannot be installed from here
 */
export async function ensureSystemPackages({ headless, lab = false, log = (line) => console.error(line) }) {
  if (process.platform !== "linux") return;
  const wanted = [...windowPackages, ...(headless ? headlessPackages : []), ...(lab ? labPackages : [])];
  if (!existsSync(aptGet)) {
    requireVirtualDisplay(headless);
    return;
  }
  await ensureInstalled(wanted, log);
}

/**
 * @param {{ log?: (line: string) => void }} [options]
 * @throws Error saying why the packages of the hardware test cannot be had
 */
export async function ensureHardwarePackages({ log = (line) => console.error(line) } = {}) {
  if (!existsSync(aptGet)) throw new Error("its packages come from Debian, and this system has no apt-get");
  await ensureInstalled(hardwarePackages, log, 180_000);
}

/**
 * @param {string[][]} wanted
 * @param {(line: string) => void} log
 * @param {number} [limitMs] of each call of apt-get
 */
async function ensureInstalled(wanted, log, limitMs = 600_000) {
  const missing = await missingOf(wanted);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) {
    const names = await installNames(missing);
    throw new Error(`Some system packages are missing. Run: sudo apt-get install -y ${names.join(" ")}`);
  }
  log(`Installing system packages: ${missing.map((names) => names.at(-1)).join(" ")}`);
  // One list that cannot be read need not matter: whether the packages can be had is what counts.
  const update = await apt(["update", "-qq"], limitMs);
  const args = ["install", "-y", "-qq", "--no-install-recommends", ...(await installNames(missing))];
  const install = await apt(args, limitMs);
  if (install.code === 0) return;
  const said = `${update.stderr}${install.stdout}${install.stderr}`.trim();
  throw new Error(`"apt-get ${args.join(" ")}" failed with ${install.code}:\n${said}`);
}

/** @param {boolean} headless */
function requireVirtualDisplay(headless) {
  const folders = (process.env["PATH"] ?? "").split(":");
  if (!headless || folders.some((folder) => existsSync(`${folder}/Xvfb`))) return;
  throw new Error(
    "There is no display and no Xvfb to stand in for it. Install Xvfb, GTK 3, NSS, ALSA and GBM with this system's package manager.",
  );
}

/**
 * @param {string[][]} wanted
 * @returns {Promise<string[][]>} those of which no name is installed
 */
async function missingOf(wanted) {
  const { stdout } = await run("dpkg-query", ["-W", "-f=${Package} ${db:Status-Status}\n", ...wanted.flat()]);
  const installed = new Set();
  for (const line of stdout.split("\n")) {
    const [name, state] = line.split(" ");
    if (state === "installed") installed.add(name);
  }
  return wanted.filter((names) => !names.some((name) => installed.has(name)));
}

/**
 * @param {string[][]} missing
 * @returns {Promise<string[]>} the name this release knows each package by
 */
async function installNames(missing) {
  const { stdout } = await run("apt-cache", ["policy", ...missing.flat()], { env: { ...process.env, LC_ALL: "C" } });
  const known = new Set();
  for (const entry of stdout.matchAll(/^(\S+):\n {2}Installed: .*\n {2}Candidate: (.*)$/gm)) {
    if (entry[2] !== "(none)") known.add(entry[1]);
  }
  return missing.map((names) => names.find((name) => known.has(name)) ?? names.at(-1) ?? "");
}

/**
 * @param {string[]} args
 * @param {number} limitMs
 */
function apt(args, limitMs) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return run("apt-get", args, { env, limitMs });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await script(async () => {
    await ensureSystemPackages({ headless: true, lab: true });
    console.log("All system packages are here.");
    return 0;
  });
}
