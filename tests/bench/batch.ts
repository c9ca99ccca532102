import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, open, readdir, readFile, rm, symlink } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { extname, join, resolve } from "node:path";
import { givesMemoryBack } from "../../scripts/lib/gives-memory-back.mjs";
import type { BenchContext, Figure, RunBench } from "./support/bench.ts";

/** Turns in which one and two workers come one after the other; none: only memory is measured. */
const TURNS = Number(process.env["OCULAR_BENCH_BATCH_TURNS"] ?? 2);
const SAMPLE_MS = 200;
/** How often a long run says how far it is. */
const TELL_MS = 30_000;
const RATIO_FILES = Number(process.env["OCULAR_BENCH_BATCH_FILES"] ?? 524);
const MANY = Number(process.env["OCULAR_BENCH_BATCH_MANY"] ?? 5000);

/**
 * `ocular analyze` on real pictures: pictures a second on two workers over one, each with one thread, in turns; and the
 * memory of all its processes together at 500 and at 5,000 pictures (the same ones through links). A quarter of an hour on
 * two cores that have nothing else to do. Skipped where the pictures of ../shared/data are not there.
 */
export const run: RunBench = async (context) => {
  const data = process.env["OCULAR_DATA"] ?? resolve(context.root, "../shared/data");
  const images = join(data, "nuclei-dsb2018", "images");
  if (!existsSync(images)) {
    context.log(`Skipped: there are no pictures in ${images}.`);
    return [];
  }
  const analyzer = existsSync(join(context.root, "models/nuclei/rdf.yaml")) ? ["--model", "nuclei"] : ["--rules", "nuclei"];
  context.log(`${analyzer.join(" ")}, ${availableParallelism()} cores`);
  const files = (await readdir(images)).filter((name) => [".png", ".jpg", ".tif"].includes(extname(name))).sort().map((name) => join(images, name));
  const few = await folderOf(context, "few", files, RATIO_FILES);
  const rates: Record<1 | 2, number[]> = { 1: [], 2: [] };
  for (let turn = 0; turn < TURNS; turn++) {
    for (const workers of [1, 2] as const) {
      const { seconds } = await analyze(context, few, [...analyzer, "--workers", String(workers)]);
      context.log(`${workers} ${workers === 1 ? "worker" : "workers"}: ${(RATIO_FILES / seconds).toFixed(2)} pictures/s`);
      rates[workers].push(RATIO_FILES / seconds);
    }
  }
  const [one, two] = [median(rates[1]), median(rates[2])];
  context.log(`memory, two workers: 500 pictures, then ${MANY}`);
  const small = await analyze(context, await folderOf(context, "500", files, 500), [...analyzer, "--workers", "2"]);
  const large = await analyze(context, await folderOf(context, "many", files, MANY), [...analyzer, "--workers", "2"]);
  const speed: Figure[] = [
    { label: "one worker", value: one, unit: "pictures/s" },
    { label: "two workers", value: two, unit: "pictures/s" },
    { label: "two workers over one", value: two / one, unit: "", target: { atLeast: 1.8 } },
  ];
  return [
    ...(TURNS === 0 ? [] : speed),
    { label: "peak memory, 500 pictures", value: small.peakMb, unit: "MB", target: { atMost: 1500 } },
    { label: `peak memory, ${MANY} pictures`, value: large.peakMb, unit: "MB", target: { atMost: 1500 } },
    { label: `memory at ${MANY} over 500 pictures`, value: large.peakMb / small.peakMb, unit: "", target: { atMost: 1.15 } },
  ] satisfies Figure[];
};

interface Pictures {
  readonly folder: string;
  readonly count: number;
}

/** A folder of `count` links to the files, each several times if need be. */
async function folderOf({ workFolder }: BenchContext, name: string, files: readonly string[], count: number): Promise<Pictures> {
  const folder = join(workFolder, name);
  await mkdir(folder);
  for (let n = 0; n < count; n++) {
    const file = files[n % files.length] ?? "";
    await symlink(file, join(folder, `${String(n).padStart(5, "0")}${extname(file)}`));
  }
  return { folder, count };
}

async function analyze(context: BenchContext, { folder, count }: Pictures, options: readonly string[]): Promise<{ seconds: number; peakMb: number }> {
  const { root, workFolder } = context;
  const out = join(workFolder, "out");
  await rm(out, { recursive: true, force: true });
  const started = performance.now();
  const child = spawn(process.execPath, [join(root, "out/node/cli.mjs"), "analyze", folder, "--out", out, "--threads", "1", ...options], { stdio: ["ignore", "ignore", "pipe"], env: givesMemoryBack() });
  let said = "";
  child.stderr.on("data", (bytes: Buffer) => (said = (said + bytes.toString()).slice(-2000)));
  let peakMb = 0;
  const sampling = setInterval(() => {
    if (child.pid !== undefined) void treeMb(child.pid).then((mb) => { peakMb = Math.max(peakMb, mb); });
  }, SAMPLE_MS);
  const journal = new LineCount(join(out, "journal.jsonl"));
  const telling = setInterval(() => {
    void journal.lines().then((lines) => { context.log(`  ${Math.max(0, lines - 1)} of ${count} pictures, at most ${Math.round(peakMb)} MB`); });
  }, TELL_MS);
  const code = await new Promise<number | null>((done) => child.once("close", done));
  clearInterval(sampling);
  clearInterval(telling);
  if (code !== 0) throw new Error(`ocular analyze ended with ${code}: ${said}`);
  return { seconds: (performance.now() - started) / 1000, peakMb };
}

/** Lines of a file that grows, its bytes read once each; none where the file is not there. */
class LineCount {
  readonly #path: string;
  #at = 0;
  #lines = 0;

  constructor(path: string) {
    this.#path = path;
  }

  async lines(): Promise<number> {
    const file = await open(this.#path).catch(() => undefined);
    if (file === undefined) return this.#lines;
    const piece = Buffer.allocUnsafe(1 << 20);
    for (;;) {
      const { bytesRead } = await file.read(piece, 0, piece.length, this.#at);
      if (bytesRead === 0) break;
      this.#at += bytesRead;
      for (const byte of piece.subarray(0, bytesRead)) if (byte === 0x0a) this.#lines++;
    }
    await file.close();
    return this.#lines;
  }
}

/** Memory of a process and all it started: what is its own, and its share of what is shared (PSS). */
async function treeMb(pid: number): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
  const own = Number(/^Pss:\s+(\d+) kB/mu.exec(rollup)?.[1] ?? 0) / 1024;
  const others = await Promise.all(children.trim().split(" ").filter((each) => each !== "").map((each) => treeMb(Number(each))));
  return others.reduce((sum, mb) => sum + mb, own);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
