/**
 * The stock Debian kernel for the guest: its package is downloaded and unpacked, never installed. What the guest needs
 * of it is kept under .runtime/hardware, named by the package's version.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { root } from "../lib/paths.mjs";
import { run } from "../lib/process.mjs";

const cache = join(root, ".runtime", "hardware");

/** Drivers the guest loads; what they need themselves follows from the package's own list. */
const drivers = ["virtio_pci", "9p", "9pnet_virtio", "virtio_net", "virtio_rng", "vhci-hcd", "cdc-acm"];

/** Where the compressed kernel lies in a bzImage (Documentation/x86/boot.rst): sectors of the setup, offset, length. */
const setup = { sectors: 0x1f1, payloadOffset: 0x248, payloadLength: 0x24c, sectorBytes: 512 };
/** Of the payload the last four bytes tell the unpacked size. */
const sizeBytes = 4;

/**
 * @typedef {object} GuestKernel
 * @property {string} version "6.1.0-57-amd64"
 * @property {string} image what QEMU boots
 * @property {string[]} modules files of the drivers, in the order in which they are loaded
 */

/**
 * @param {{ log: (line: string) => void }} options
 * @returns {Promise<GuestKernel>}
 * @throws Error saying why there can be none
 */
export async function ensureGuestKernel({ log }) {
  const name = await packageName();
  const { stdout, code } = await run("apt-cache", ["policy", name], { env: { ...process.env, LC_ALL: "C" }, limitMs: 30_000 });
  const version = /Candidate: (\S+)/u.exec(stdout)?.[1];
  if (code !== 0 || version === undefined || version === "(none)") throw new Error(`apt-get knows no package ${name} to download`);
  const folder = join(cache, `${name}_${version.replaceAll(/[^\w.+~-]/gu, "_")}`);
  const listFile = join(folder, "kernel.json");
  if (!existsSync(listFile)) {
    log(`Downloading and unpacking ${name} ${version}.`);
    mkdirSync(cache, { recursive: true });
    const work = mkdtempSync(join(cache, "unpacking-"));
    try {
      const made = await unpack(name, work);
      rmSync(folder, { recursive: true, force: true });
      writeFileSync(join(made, "kernel.json"), JSON.stringify({ version: name.replace(/^linux-image-/u, ""), modules: moduleFiles(made) }));
      renameSync(made, folder);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  /** @type {{ version: string, modules: string[] }} */
  const list = JSON.parse(readFileSync(listFile, "utf8"));
  return { version: list.version, image: join(folder, "kernel"), modules: list.modules.map((file) => join(folder, file)) };
}

/** Debian's newest stable kernel by whatever number it has today. */
async function packageName() {
  const { stdout } = await run("apt-cache", ["depends", "linux-image-amd64"], { env: { ...process.env, LC_ALL: "C" }, limitMs: 30_000 });
  const name = /Depends: (linux-image-\S+)/u.exec(stdout)?.[1];
  if (name === undefined) throw new Error("there is no package linux-image-amd64 (Debian has it)");
  return name;
}

/**
 * @param {string} name
 * @param {string} work an empty folder
 * @returns {Promise<string>} a folder with the kernel and its drivers
 */
async function unpack(name, work) {
  await must("apt-get", ["download", name], { cwd: work, limitMs: 120_000 });
  const file = readdirSync(work).find((each) => each.endsWith(".deb"));
  if (file === undefined) throw new Error(`apt-get downloaded no ${name}`);
  const tree = join(work, "tree");
  await must("dpkg-deb", ["-x", join(work, file), tree], { limitMs: 60_000 });
  const version = name.replace(/^linux-image-/u, "");
  await must("depmod", ["-b", tree, version], { limitMs: 60_000 });
  const made = join(work, "made");
  mkdirSync(made);
  await unpackImage(join(tree, "boot", `vmlinuz-${version}`), join(made, "kernel"), work);
  const modules = join(tree, "lib", "modules", version);
  for (const [index, path] of loadOrder(readFileSync(join(modules, "modules.dep"), "utf8"), readFileSync(join(modules, "modules.builtin"), "utf8")).entries()) {
    const plain = join(made, `${String(index).padStart(2, "0")}-${basename(path).replace(/\.(xz|zst)$/u, "")}`);
    if (path.endsWith(".xz")) writeFileSync(plain, (await must("sh", ["-c", 'xz -dc "$1" | base64', "sh", join(modules, path)])).stdout, "base64");
    else if (path.endsWith(".ko")) writeFileSync(plain, readFileSync(join(modules, path)));
    else throw new Error(`drivers packed like ${basename(path)} cannot be unpacked here`);
  }
  return made;
}

/**
 * The kernel itself instead of the bzImage: QEMU boots it as it is, and the guest saves the seconds of unpacking.
 *
 * @param {string} source
 * @param {string} target
 * @param {string} work
 */
async function unpackImage(source, target, work) {
  const bytes = readFileSync(source);
  const start = (bytes.readUInt8(setup.sectors) + 1) * setup.sectorBytes + bytes.readUInt32LE(setup.payloadOffset);
  const payload = bytes.subarray(start, start + bytes.readUInt32LE(setup.payloadLength) - sizeBytes);
  if (payload.toString("latin1", 1, 5) !== "7zXZ") {
    writeFileSync(target, bytes);
    return;
  }
  const packed = join(work, "vmlinux.xz");
  writeFileSync(packed, payload);
  await must("xz", ["-d", packed], { limitMs: 60_000 });
  renameSync(join(work, "vmlinux"), target);
}

/**
 * @param {string} dependencies modules.dep: "path: path path", the nearest need first
 * @param {string} builtin modules.builtin
 * @returns {string[]} paths, each after what it needs
 */
function loadOrder(dependencies, builtin) {
  /** @param {string} path */
  const nameOf = (path) => basename(path).replace(/\.ko(\.\w+)?$/u, "").replaceAll("-", "_");
  const needs = new Map(dependencies.split("\n").filter((line) => line.includes(":")).map((line) => {
    const [path = "", rest = ""] = line.split(":");
    return [nameOf(path), { path, needed: rest.split(" ").filter((each) => each !== "").reverse() }];
  }));
  const fixed = new Set(builtin.split("\n").filter((line) => line !== "").map(nameOf));
  /** @type {string[]} */
  const order = [];
  for (const driver of drivers) {
    const found = needs.get(nameOf(driver));
    if (found === undefined && !fixed.has(nameOf(driver))) throw new Error(`the kernel has no driver ${driver}`);
    for (const path of found === undefined ? [] : [...found.needed, found.path]) if (!order.includes(path)) order.push(path);
  }
  return order;
}

/** @param {string} folder */
function moduleFiles(folder) {
  return readdirSync(folder).filter((file) => file.endsWith(".ko")).sort();
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
async function must(program, args, options) {
  const outcome = await run(program, args, options);
  if (outcome.code !== 0) throw new Error(`"${program} ${args[0] ?? ""}" ended with ${outcome.code}: ${outcome.stderr.trim().split("\n").at(-1) ?? ""}`);
  return outcome;
}
