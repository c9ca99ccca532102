/**
 * Compiles native/ (the pixel kernels, C++17 behind Node-API) to out/native/ocular_native.node by calling the compiler
 * itself: g++ or clang++ (or $CXX), cl.exe on Windows. Nothing is downloaded: the headers are the npm package
 * node-api-headers. Does nothing when nothing changed, and compiles only the files that did.
 *
 * Where there is no compiler, or it refuses, that is told once and the app goes on with the TypeScript kernels.
 * Run it by hand (`node scripts/build-native.mjs [--force]`) or call `buildNative()`.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { findCompiler } from "./lib/native-compiler.mjs";
import { root } from "./lib/paths.mjs";
import { run } from "./lib/process.mjs";
import { script } from "./lib/script.mjs";

const outFolder = join(root, "out", "native");
const objectFolder = join(outFolder, "objects");
const addon = join(outFolder, "ocular_native.node");
const stampFile = join(outFolder, ".built.json");

/** @typedef {{ digest: string, compiler: string, notice?: string }} Stamp */

/**
 * @param {{ force?: boolean, log?: (line: string) => void, warn?: (line: string) => void }} [options] `warn` is told
 *   once, until something changes, why there is no addon
 * @returns {Promise<{ built: boolean, notice?: string }>} `notice` says why there is no addon
 */
export async function buildNative({ force = false, log = () => {}, warn = (line) => console.error(line) } = {}) {
  const digest = sourceDigest();
  const stamp = readStamp();
  if (!force && stamp?.digest === digest && stamp.notice === undefined && existsSync(addon)) return { built: false };
  const compiler = findCompiler();
  const isTold = stamp?.digest === digest && stamp.notice !== undefined && stamp.compiler === (compiler?.path ?? "");
  if (!force && isTold && stamp?.notice !== undefined) return { built: false, notice: stamp.notice };
  const started = performance.now();
  mkdirSync(objectFolder, { recursive: true });
  try {
    if (compiler === undefined) throw new Error("no C++ compiler was found (looked for $CXX, c++, g++, clang++; cl.exe on Windows)");
    await compile(compiler, digest);
    writeStamp({ digest, compiler: compiler.path });
    log(`Compiled the native kernels in ${Math.round(performance.now() - started)} ms.`);
    return { built: true };
  } catch (error) {
    // An addon of older sources would be tested and run in its place.
    rmSync(addon, { force: true });
    const why = error instanceof Error ? error.message : String(error);
    const notice = `The native pixel kernels are not built: ${why}. Ocular works with the slower TypeScript ones.`;
    writeStamp({ digest, compiler: compiler?.path ?? "", notice });
    warn(notice);
    return { built: false, notice };
  }
}

/** @returns {string[]} paths below native/, sorted */
function nativeFiles() {
  return readdirSync(join(root, "native"), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(cc|h|inc)$/.test(file))
    .map((file) => join("native", file))
    .sort();
}

/** Changes when a source, a header, how they are compiled, or the machine's kind changes. */
function sourceDigest() {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}\n`);
  for (const file of [...nativeFiles(), "scripts/build-native.mjs", "scripts/lib/native-compiler.mjs"]) {
    hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  }
  return hash.digest("hex");
}

/** @returns {Stamp | undefined} */
function readStamp() {
  return existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, "utf8")) : undefined;
}

/** @param {Stamp} stamp */
function writeStamp(stamp) {
  writeFileSync(stampFile, JSON.stringify(stamp));
}

/**
 * @param {import("./lib/native-compiler.mjs").Compiler} compiler
 * @param {string} digest
 */
async function compile(compiler, digest) {
  const headers = dirname(createRequire(import.meta.url).resolve("node-api-headers/package.json"));
  const files = nativeFiles();
  const sources = files.filter((file) => file.endsWith(".cc") && (compiler.style === "msvc" || !file.includes("windows")));
  const shared = createHash("sha256").update(compiler.path);
  for (const file of files.filter((name) => !name.endsWith(".cc"))) shared.update(readFileSync(join(root, file)));
  const common = shared.digest("hex");
  const includes = [join(headers, "include"), join(root, "native", "src")];
  const work = sources.map((source) => {
    const flags = compiler.compileFlags(includes).join(" ");
    const key = createHash("sha256").update(common).update(flags).update(readFileSync(join(root, source))).digest("hex").slice(0, 16);
    return { source, object: join(objectFolder, `${basename(source, ".cc")}-${key}.o`) };
  });
  const pending = work.filter(({ object }) => !existsSync(object));
  const next = pending.values();
  const worker = async () => {
    for (const { source, object } of next) {
      // Renamed into place whole: a build that was cut off must not leave half an object behind.
      const unfinished = `${object}.${process.pid}`;
      await mustRun(compiler, compiler.compileArguments(join(root, source), unfinished, includes));
      renameSync(unfinished, object);
    }
  };
  await Promise.all(Array.from({ length: Math.min(os.availableParallelism(), pending.length) }, worker));
  const unfinished = join(outFolder, `ocular_native.${digest.slice(0, 8)}.${process.pid}.node`);
  for (const step of compiler.linkSteps(work.map(({ object }) => object), unfinished, { headers, folder: outFolder })) {
    await mustRun({ ...compiler, path: step.program }, step.arguments);
  }
  renameSync(unfinished, addon);
  const kept = new Set(work.map(({ object }) => basename(object)));
  for (const file of readdirSync(objectFolder)) {
    if (file.endsWith(".o") && !kept.has(file)) rmSync(join(objectFolder, file), { force: true });
  }
}

/**
 * @param {{ path: string }} program
 * @param {string[]} args
 * @throws Error with the compiler's first words
 */
async function mustRun(program, args) {
  const { code, stdout, stderr } = await run(program.path, args, { limitMs: 300_000 });
  if (code === 0) return;
  const words = `${stderr}${stdout}`.trim().split("\n").slice(0, 12).join("\n");
  throw new Error(`${basename(program.path)} ended with ${code}:\n${words}\n`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await script(async () => {
    const { built, notice } = await buildNative({ force: process.argv.includes("--force"), log: (line) => console.log(line) });
    if (!built && notice === undefined) console.log("The native kernels are up to date.");
    return notice === undefined ? 0 : 1;
  });
}
