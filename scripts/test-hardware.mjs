/**
 * `npm run test:hardware`: one boot of a virtual machine with Debian's own kernel, in which real libusb and real
 * terminals meet the lab's devices over USB/IP, and Debian's Aravis judges the camera. Needs no virtualisation and no
 * device; six minutes at most. Where QEMU or the kernel cannot be had it says why and counts as skipped (exit 0).
 * OCULAR_HARDWARE_CONSOLE=1 shows all that the machine says.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildNative } from "./build-native.mjs";
import { banner, buildNode, external } from "./build-node.mjs";
import { ensureGuestKernel } from "./hardware/guest-kernel.mjs";
import { makeInitramfs, ownFolder } from "./hardware/initramfs.mjs";
import { bootMachine } from "./hardware/machine.mjs";
import { root } from "./lib/paths.mjs";
import { script } from "./lib/script.mjs";
import { ensureHardwarePackages } from "./system-packages.mjs";

/** From switching the machine on to its last check. */
const limitMs = 330_000;
const reportFile = join(root, "test-results", "hardware.json");
const bundles = join(root, "out", "hardware");
const mark = "| ";

/** @typedef {{ passed: number, failed: number, skipped: number, failures: string[] }} Outcome */

await script(async () => {
  const startedMs = performance.now();
  mkdirSync(dirname(reportFile), { recursive: true });
  rmSync(reportFile, { force: true });
  const outcome = await testHardware((line) => console.log(line));
  writeFileSync(reportFile, JSON.stringify(outcome));
  const { passed, failed, skipped } = outcome;
  console.log(`The hardware test took ${seconds(performance.now() - startedMs)}.`);
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  return failed === 0 ? 0 : 1;
});

/**
 * @param {(line: string) => void} log
 * @returns {Promise<Outcome>}
 */
async function testHardware(log) {
  const startedMs = performance.now();
  const kernel = await prepare(log);
  if (kernel === undefined) return { passed: 0, failed: 0, skipped: 1, failures: [] };
  // The command line starts the app's own processes and threads.
  await buildNative();
  await buildNode();
  await bundle();
  const work = mkdtempSync(join(root, ".runtime", "hardware", "run-"));
  /** @type {{ startHardwareLab: () => Promise<{ usbipPort: number, ordersPort: number, close: () => Promise<void> }> }} */
  const { startHardwareLab } = await import(pathToFileURL(join(bundles, "host.mjs")).href);
  const lab = await startHardwareLab();
  try {
    const out = join(work, "out");
    mkdirSync(out);
    const shares = sharesOf(out);
    const command = `cd /tmp; ${process.execPath} --enable-source-maps /project/out/hardware/guest.mjs ${lab.usbipPort} ${lab.ordersPort} /out/report.json`;
    const initramfs = await makeInitramfs(work, { modules: kernel.modules, shares, command, busybox: busybox(), files: { "project/package.json": join(root, "package.json") } });
    log(`Prepared in ${seconds(performance.now() - startedMs)}; booting ${kernel.version}, without virtualisation.`);
    const last = /** @type {string[]} */ ([]);
    const end = await bootMachine({
      kernel: kernel.image, initramfs, shares, limitMs,
      onLine(line) {
        if (line.startsWith(mark)) log(line.slice(mark.length).trimEnd());
        else if (process.env["OCULAR_HARDWARE_CONSOLE"] !== undefined) log(`  ${line}`);
        else last.push(line);
        if (last.length > 30) last.shift();
      },
    });
    return verdict(join(out, "report.json"), end, last, log);
  } finally {
    await lab.close();
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * @param {(line: string) => void} log
 * @returns {Promise<import("./hardware/guest-kernel.mjs").GuestKernel | undefined>} undefined after saying what is missing
 */
async function prepare(log) {
  if (process.platform !== "linux" || process.arch !== "x64") {
    log(`Skipped: the virtual machine is made for 64-bit Linux PCs, this is ${process.platform} ${process.arch}.`);
    return undefined;
  }
  try {
    await ensureHardwarePackages({ log });
    return await ensureGuestKernel({ log });
  } catch (error) {
    log(`Skipped: ${error instanceof Error ? error.message : error}.`);
    return undefined;
  }
}

async function bundle() {
  const esbuild = await import("esbuild");
  /** @type {import("esbuild").BuildOptions} */
  const common = { absWorkingDir: root, outdir: bundles, outExtension: { ".js": ".mjs" }, bundle: true, platform: "node", format: "esm", target: "node20.18", logLevel: "warning" };
  await esbuild.build({ ...common, entryPoints: [{ in: "tests/hardware/host.ts", out: "host" }, { in: "tests/hardware/guest/main.ts", out: "guest" }], packages: "external", sourcemap: "inline" });
  // As it is bundled to be shipped: in one file, which the guest reads in far less time than hundreds.
  await esbuild.build({ ...common, entryPoints: [{ in: "tests/hardware/guest/ocular.ts", out: "ocular" }], external, banner: { js: banner }, minify: true });
}

/**
 * What the guest sees of this machine: programs and libraries, the project's packages and the test itself, nothing of
 * which it can change; and an empty folder for its results.
 *
 * @param {string} out
 * @returns {import("./hardware/initramfs.mjs").Share[]}
 */
function sharesOf(out) {
  const node = ownFolder(process.execPath);
  return [
    { tag: "usr", host: "/usr", guest: "/usr" },
    { tag: "packages", host: join(root, "node_modules"), guest: "/project/node_modules" },
    { tag: "bundles", host: bundles, guest: "/project/out/hardware" },
    { tag: "parts", host: join(root, "out", "node"), guest: "/project/out/node" },
    { tag: "kernels", host: join(root, "out", "native"), guest: "/project/out/native" },
    { tag: "models", host: join(root, "tests", "fixtures", "models"), guest: "/project/models" },
    { tag: "out", host: out, guest: "/out", isWritable: true },
    ...(node === undefined ? [] : [{ tag: "node", host: node, guest: node }]),
  ];
}

/** The static one of the package busybox-static. */
function busybox() {
  const found = ["/usr/bin/busybox", "/bin/busybox"].find((path) => existsSync(path));
  if (found === undefined) throw new Error("there is no busybox");
  return found;
}

/**
 * @param {string} file the guest's report
 * @param {Awaited<ReturnType<typeof bootMachine>>} end
 * @param {string[]} last what the guest said last
 * @param {(line: string) => void} log
 * @returns {Outcome}
 */
function verdict(file, end, last, log) {
  /** @type {{ passed: number, skipped: number, failures: string[], isFinished: boolean }} */
  const report = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { passed: 0, skipped: 0, failures: [], isFinished: false };
  const failures = [...report.failures];
  if (!report.isFinished || end !== "off") {
    const why = end === "killed" ? `the guest was not done within ${limitMs / 1000} s and was switched off` : `the guest ended before its checks did (${JSON.stringify(end)})`;
    failures.push(why);
    log(`FAILED ${why}; it said last:`);
    for (const line of last) log(`  ${line}`);
  }
  return { passed: report.passed, failed: failures.length, skipped: report.skipped, failures };
}

/** @param {number} ms */
function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
