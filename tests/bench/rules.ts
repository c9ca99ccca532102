import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { findRecipe } from "../../src/engine/analysis/rules/recipe-store.ts";
import { RulesDesk } from "../../src/engine/analysis/rules/rules-desk.ts";
import { loadPixelKernels } from "../../src/engine/native/pixel-kernels.ts";
import type { Figure, RunBench } from "./support/bench.ts";
import { findPython, startPeer } from "./support/python-peer.ts";

const WIDTH = 1388;
const HEIGHT = 1040;
/** As dense as the densest fluorescence pictures people count on. */
const NUCLEI = 420;
const TURNS = 7;
const CALLS = 3;

const Answer = z.object({ ms: z.array(z.number()), objects: z.number() });

/**
 * The shipped recipe "nuclei" on a grey 1388x1040 picture, from bytes to classed objects with outlines, on one thread, as
 * the rules thread does it;
 * against the same recipe written with OpenCV and with scikit-image in Python (tests/bench/peers/nuclei_recipe.py). They
 * take turns, so that a machine that slows down slows all. The peers run where $OCULAR_PYTHON or python3 has them.
 */
export const run: RunBench = async ({ root, workFolder, log }) => {
  const { kernels, notice } = loadPixelKernels();
  if (notice !== undefined) log(notice);
  const { recipe } = await findRecipe("nuclei", { shipped: join(root, "recipes") });
  const pixels = nucleiPicture();
  const file = join(workFolder, "nuclei.raw");
  writeFileSync(file, pixels);
  const desk = new RulesDesk(kernels, () => performance.now());
  /** Every call a fresh picture, as live frames are; gives the number of objects. */
  const ours = (): number => {
    const { message } = desk.answer({ id: 1, recipe, picture: { width: WIDTH, height: HEIGHT, pixelFormat: "Mono8", pixels } });
    if (message.type !== "result") throw new Error("the recipe failed");
    return message.objects.classes.length;
  };
  const peers = [
    { name: "OpenCV", op: "opencv", modules: ["cv2", "numpy"], atLeast: 1 },
    { name: "scikit-image", op: "skimage", modules: ["skimage", "scipy", "numpy"], atLeast: 10 },
  ].flatMap((peer) => {
    const python = findPython(peer.modules);
    if (python === undefined) {
      log(`Not compared with ${peer.name}: neither $OCULAR_PYTHON nor python3 has ${peer.modules.join(", ")}.`);
      return [];
    }
    return [{ ...peer, process: startPeer(python, join(root, "tests/bench/peers/nuclei_recipe.py"), [file, String(WIDTH), String(HEIGHT)]), ms: [] as number[], objects: 0 }];
  });
  const found = ours();
  const ms: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    for (let call = 0; call < CALLS; call++) {
      const started = performance.now();
      ours();
      ms.push(performance.now() - started);
    }
    for (const peer of peers) {
      // One call of scikit-image lasts as long as many of the others.
      const answer = Answer.parse(await peer.process.ask({ op: peer.op, turns: peer.op === "opencv" ? CALLS : 1, threads: 1 }));
      peer.ms.push(...answer.ms);
      peer.objects = answer.objects;
    }
  }
  const figures: Figure[] = [
    { label: `recipe nuclei on ${WIDTH}x${HEIGHT}, kernels ${kernels.name}`, value: median(ms), unit: "ms" },
    { label: "objects found", value: found, unit: "" },
  ];
  for (const peer of peers) {
    peer.process.stop();
    if (Math.abs(peer.objects - found) > 0.2 * found) throw new Error(`${peer.name} does something else: ${peer.objects} objects instead of ${found}`);
    figures.push(
      { label: `the same with ${peer.name}`, value: median(peer.ms), unit: "ms" },
      { label: `objects found with ${peer.name}`, value: peer.objects, unit: "" },
      { label: `times as fast as ${peer.name}`, value: median(peer.ms) / median(ms), unit: "", target: { atLeast: peer.atLeast } },
    );
  }
  return figures;
};

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

/** Bright ellipses of many sizes, some touching, on noise: the same for everybody. */
function nucleiPicture(): Uint8Array {
  let state = 20261122;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const light = new Float32Array(WIDTH * HEIGHT);
  for (let n = 0; n < NUCLEI; n++) {
    const [x, y, a, b, tilt, value] = [random() * WIDTH, random() * HEIGHT, 9 + 9 * random(), 8 + 5 * random(), random() * Math.PI, 40 + 140 * random()];
    const reach = Math.ceil(Math.max(a, b) + 4);
    for (let row = Math.max(Math.floor(y - reach), 0); row < Math.min(y + reach, HEIGHT); row++) {
      for (let column = Math.max(Math.floor(x - reach), 0); column < Math.min(x + reach, WIDTH); column++) {
        const [dx, dy] = [column - x, row - y];
        const along = (dx * Math.cos(tilt) + dy * Math.sin(tilt)) / a;
        const across = (dy * Math.cos(tilt) - dx * Math.sin(tilt)) / b;
        const here = value / (1 + Math.exp((Math.hypot(along, across) - 1) * 8));
        const at = row * WIDTH + column;
        light[at] = Math.max(light[at] ?? 0, here);
      }
    }
  }
  return Uint8Array.from(light, (value) => Math.min(12 + value + 6 * (random() - 0.5), 255));
}
