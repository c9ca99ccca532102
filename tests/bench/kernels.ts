import { join } from "node:path";
import { z } from "zod";
import type { PixelKernels } from "../../src/core/kernels/pixel-kernels.ts";
import { loadPixelKernels } from "../../src/engine/native/pixel-kernels.ts";
import type { Figure, RunBench } from "./support/bench.ts";
import { HEIGHT, WIDTH, makeInputs, writeInputs, type KernelInputs } from "./support/kernel-inputs.ts";
import { KERNEL_WORK, type KernelWork } from "./support/kernel-work.ts";
import { findPython, startPeer, type PythonPeer } from "./support/python-peer.ts";

/** Calls of each kernel in a turn, and turns, in which ours and the peer's come one after the other. */
const CALLS = 9;
const TURNS = 5;

/**
 * Every native kernel on a 1920x1200 picture: milliseconds on one thread, how many times as fast as OpenCV or NumPy called
 * from Python for the same (tests/bench/peers/kernels.py), on one thread too; where two help the peer, that is told beside it.
 * The peer runs where $OCULAR_PYTHON or python3 has cv2 and numpy. Fresh results are part of the time on both sides.
 */
export const run: RunBench = async (context) => {
  const { kernels, notice } = loadPixelKernels();
  if (notice !== undefined) throw new Error(notice);
  const inputs = makeInputs(kernels);
  const python = findPython(["cv2", "numpy"]);
  if (python === undefined) {
    context.log("Not compared with OpenCV and NumPy: neither $OCULAR_PYTHON nor python3 has cv2 and numpy.");
    return KERNEL_WORK.flatMap((work) => figuresOf(work.op, Array.from({ length: TURNS }, () => ourTurn(work, kernels, inputs).ms).flat(), undefined));
  }
  writeInputs(inputs, context.workFolder);
  const peer = startPeer(python, join(context.root, "tests/bench/peers/kernels.py"), [context.workFolder]);
  const versions = Versions.parse(await peer.ask({ op: "version" }));
  context.log(`on ${WIDTH}x${HEIGHT}; peers: OpenCV ${versions.opencv}, NumPy ${versions.numpy}, one thread each`);
  const figures: Figure[] = [];
  for (const work of KERNEL_WORK) figures.push(...(await compare(work, kernels, inputs, peer)));
  peer.stop();
  return figures;
};

const Versions = z.object({ opencv: z.string(), numpy: z.string() });
const Answer = z.object({ ms: z.array(z.number()), check: z.number() });

async function compare(work: KernelWork, kernels: PixelKernels, inputs: KernelInputs, peer: PythonPeer): Promise<Figure[]> {
  const ours: number[] = [];
  const theirs: number[] = [];
  const theirsOnTwo: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const { ms, check } = ourTurn(work, kernels, inputs);
    ours.push(...ms);
    const answer = Answer.parse(await peer.ask({ op: work.op, turns: CALLS, threads: 1 }));
    theirs.push(...answer.ms);
    theirsOnTwo.push(...Answer.parse(await peer.ask({ op: work.op, turns: CALLS, threads: 2 })).ms);
    if (Math.abs(answer.check - check) > work.within * Math.abs(check)) {
      throw new Error(`${work.op}: the peer does something else (${answer.check} instead of ${check})`);
    }
  }
  return figuresOf(work.op, ours, { one: theirs, two: theirsOnTwo });
}

function ourTurn(work: KernelWork, kernels: PixelKernels, inputs: KernelInputs): { ms: number[]; check: number } {
  // What earlier kernels left behind is not this one's to clear away.
  globalThis.gc?.();
  const { call, check } = work.start(kernels, inputs);
  const ms = Array.from({ length: CALLS }, () => {
    const started = performance.now();
    call();
    return performance.now() - started;
  });
  return { ms, check: check() };
}

function figuresOf(op: string, ours: readonly number[], theirs: { one: readonly number[]; two: readonly number[] } | undefined): Figure[] {
  const ms = median(ours);
  const figures: Figure[] = [{ label: op, value: ms, unit: "ms" }];
  if (theirs === undefined) return figures;
  figures.push({ label: `${op}: times as fast as the peer, one thread each`, value: median(theirs.one) / ms, unit: "", target: { atLeast: 1 } });
  if (median(theirs.two) < 0.9 * median(theirs.one)) figures.push({ label: `${op}: against the peer on two threads`, value: median(theirs.two) / ms, unit: "" });
  return figures;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}
