/** Where exposures are turned into pixels: in a thread of its own (the rule) or in place (tests, tools). */
import { Worker } from "node:worker_threads";
import { entryPath } from "../../../runtime/entries.ts";
import { opticsOf } from "../optics/optics.ts";
import { createSpecimen } from "../specimen/specimen.ts";
import type { SpecimenKind } from "../specimen/types.ts";
import type { Exposure } from "./exposure.ts";
import { FrameRenderer } from "./frame-renderer.ts";

/** Which slide lies under which light path. */
export interface Scene {
  readonly kind: SpecimenKind;
  readonly seed: number;
}

export interface RenderThread {
  /** Fills `bytes` (in shared memory, exact size); resolves when done. Requests are served in order. */
  render(exposure: Exposure, bytes: Uint8Array<SharedArrayBuffer>): Promise<void>;
  dispose(): Promise<void>;
}

export interface RenderRequest {
  readonly id: number;
  readonly exposure: Exposure;
  readonly bytes: Uint8Array<SharedArrayBuffer>;
}

export interface RenderReply {
  readonly id: number;
  /** What went wrong, when something did. */
  readonly failure?: string;
}

/** Renders at once on the calling thread. */
export function renderInPlace(scene: Scene): RenderThread {
  const renderer = new FrameRenderer(createSpecimen(scene.kind, scene.seed), opticsOf(scene.seed));
  return {
    render: async (exposure, bytes) => renderer.render(exposure, bytes),
    dispose: async () => undefined,
  };
}

/**
 * Starts the rendering thread and resolves when it runs.
 * @param onDidDie called when the thread ends without having been asked to
 */
export async function startRenderThread(scene: Scene, onDidDie: (reason: string) => void): Promise<RenderThread> {
  const worker = new Worker(entryPath("virtual-camera-worker"), { workerData: scene });
  const waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  let nextId = 0;
  let isEnding = false;

  const abandon = (reason: string): void => {
    const abandoned = [...waiting.values()];
    waiting.clear();
    for (const { reject } of abandoned) reject(new Error(reason));
    if (!isEnding) {
      isEnding = true;
      onDidDie(reason);
    }
  };
  worker.on("message", ({ id, failure }: RenderReply) => {
    const request = waiting.get(id);
    waiting.delete(id);
    if (failure === undefined) request?.resolve();
    else request?.reject(new Error(failure));
  });
  await new Promise<void>((resolve, reject) => {
    worker.once("online", resolve);
    worker.once("error", reject);
  });
  worker.on("error", (error) => abandon(error instanceof Error ? error.message : String(error)));
  worker.on("exit", (code) => abandon(`the rendering thread ended with code ${code}`));

  return {
    render: (exposure, bytes) =>
      new Promise((resolve, reject) => {
        if (isEnding) {
          reject(new Error("the rendering thread has ended"));
          return;
        }
        const id = (nextId += 1);
        waiting.set(id, { resolve, reject });
        const request: RenderRequest = { id, exposure, bytes };
        worker.postMessage(request);
      }),
    dispose: async () => {
      isEnding = true;
      await worker.terminate();
    },
  };
}
