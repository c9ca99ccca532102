import { join } from "node:path";
import * as z from "zod";
import type { PixelKernels } from "../../src/core/kernels/pixel-kernels.ts";
import { loadPixelKernels } from "../../src/engine/native/pixel-kernels.ts";
import type { Figure, RunBench } from "./support/bench.ts";
import { HEIGHT, WIDTH, makeInputs, writeInputs, type KernelInputs } from "./support/kernel-inputs.ts";
import { KERNEL_WORK, type KernelWork } from "./support/kernel-work.ts";
import { findPython, startPeer, type PythonPeer } from "./support/python-peer.ts";

/** Calls of each kernel in a turn, and turns, in which ours and the peer's come one after the other. */
const CALLS = 9;
const TURNS = 5;
/** A word that names which: those that have it in their name. */
const WANTED = KERNEL_WORK.filter(({ op }) => op.includes(process.env["OCULAR_BENCH_KERNEL"] ?? ""));

/**
 * Every native kernel on a 1920x1200 picture: the least processor time of a call, and how many times as fast that is as
 * OpenCV or NumPy called from Python for the same (tests/bench/peers/kernels.py) on one thread. Processor time, for a machine
 * with other work would else decide. Where two threads help the peer, that is told beside it, by medians of the clock.
 * The peer runs where $OCULAR_PYTHON or python3 has cv2 and numpy. Results are fresh on both sides, but for the kernels that write into
 * memory in use: there the results of both go where the ones before went. OCULAR_BENCH_KERNEL=threshold measures those alone.
 */
export const run: RunBench = async (context) => {
  const { kernels, notice } = loadPixelKernels();
  if (notice !== undefined) throw new Error(notice);
  const inputs = makeInputs(kernels);
  const python = findPython(["cv2", "numpy"]);
  if (python === undefined) {
    context.log("Not compared with OpenCV and NumPy: neither $OCULAR_PYTHON nor python3 has cv2 and numpy.");
    return WANTED.flatMap((work) => figuresOf(work.op, Array.from({ length: TURNS }, () => ourTurn(work, kernels, inputs)), undefined));
  }
  writeInputs(inputs, context.workFolder);
  const peer = startPeer(python, join(context.root, "tests/bench/peers/kernels.py"), [context.workFolder]);
  const versions = Versions.parse(await peer.ask({ op: "version" }));
  context.log(`on ${WIDTH}x${HEIGHT}; peers: OpenCV ${versions.opencv}, NumPy ${versions.numpy}, one thread each`);
  const figures: Figure[] = [];
  for (const work of WANTED) figures.push(...(await compare(work, kernels, inputs, peer)));
  peer.stop();
  return figures;
};

const Versions = z.object({ opencv: z.string(), numpy: z.string() });
const Answer = z.object({ ms: z.array(z.number()), cpuMs: z.array(z.number()), check: z.number() });

/** What some calls took: by the clock, and of the processor. */
interface Times {
  readonly ms: readonly number[];
  readonly cpuMs: readonly number[];
}

async function compare(work: KernelWork, kernels: PixelKernels, inputs: KernelInputs, peer: PythonPeer): Promise<Figure[]> {
  const ours: Times[] = [];
  const one: Times[] = [];
  const two: Times[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const { check, ...times } = ourTurn(work, kernels, inputs);
    ours.push(times);
    const answer = Answer.parse(await peer.ask({ op: work.op, turns: CALLS, threads: 1 }));
    one.push(answer);
    two.push(Answer.parse(await peer.ask({ op: work.op, turns: CALLS, threads: 2 })));
    if (Math.abs(answer.check - check) > work.within * Math.abs(check)) {
      throw new Error(`${work.op}: the peer does something else (${answer.check} instead of ${check})`);
    }
  }
  return figuresOf(work.op, ours, { one, two });
}

function ourTurn(work: KernelWork, kernels: PixelKernels, inputs: KernelInputs): Times & { readonly check: number } {
  // What earlier kernels left behind is not this one's to clear away.
  globalThis.gc?.();
  const { call, check } = work.start(kernels, inputs);
  const ms: number[] = [];
  const cpuMs: number[] = [];
  for (let n = 0; n < CALLS; n++) {
    const cpu = process.cpuUsage();
    const started = performance.now();
    call();
    ms.push(performance.now() - started);
    const { user, system } = process.cpuUsage(cpu);
    cpuMs.push((user + system) / 1000);
  }
  return { ms, cpuMs, check: check() };
}

function figuresOf(op: string, ours: readonly Times[], theirs: { readonly one: readonly Times[]; readonly two: readonly Times[] } | undefined): Figure[] {
  const least = (turns: readonly Times[]): number => Math.min(...turns.flatMap(({ cpuMs }) => cpuMs));
  const middle = (turns: readonly Times[]): number => median(turns.flatMap(({ ms }) => ms));
  const figures: Figure[] = [{ label: op, value: least(ours), unit: "ms" }];
  if (theirs === undefined) return figures;
  figures.push({ label: `${op}: times as fast as the peer, one thread each`, value: least(theirs.one) / least(ours), unit: "", target: { atLeast: 1 } });
  if (middle(theirs.two) < 0.9 * middle(theirs.one)) figures.push({ label: `${op}: against the peer on two threads`, value: middle(theirs.two) / middle(ours), unit: "" });
  return figures;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}
