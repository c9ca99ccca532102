/**
 * The thread in which exposures are turned into pixels (render-in-place.ts does without, for tests). This side of it is
 * small, because the app starts it before anything else is read.
 */
import { Worker } from "node:worker_threads";
import { entryPath } from "../../../runtime/entries.ts";
import type { SpecimenKind } from "../specimen/types.ts";
import type { Exposure } from "./exposure.ts";

/** Which slide lies under which light path. */
export interface Scene {
  readonly kind: SpecimenKind;
  readonly seed: number;
}

/** What the thread is started with. */
export interface RenderThreadStart extends Scene {
  /** Folder in which the first view is kept from one start to the next; absent: it is drawn at every start. */
  readonly viewsFolder?: string | undefined;
}

export interface RenderThread {
  /** Fills `bytes` (in shared memory, exact size); resolves when done. Requests are served in order. */
  render(exposure: Exposure, bytes: Uint8Array<SharedArrayBuffer>): Promise<void>;
  dispose(): Promise<void>;
}

/** A thread that has been started and builds the first view; nobody uses it yet. */
export interface LaunchedThread {
  readonly scene: Scene;
  /**
   * Resolves when it runs, or throws what it died of.
   * @param onDidDie called when the thread ends without having been asked to
   */
  open(onDidDie: (reason: string) => void): Promise<RenderThread>;
  /** Ends it unused. */
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

/**
 * Starts the rendering thread. It builds what the first exposure will show while the caller goes on.
 * @param viewsFolder where that view is kept from one start to the next; absent: it is drawn
 */
export function launchRenderThread(scene: Scene, viewsFolder?: string): LaunchedThread {
  const workerData: RenderThreadStart = { ...scene, viewsFolder };
  const worker = new Worker(entryPath("virtual-camera-worker"), { workerData });
  const waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  let nextId = 0;
  let ended: string | undefined;
  let isEnding = false;
  let tellOfDeath: ((reason: string) => void) | undefined;

  const abandon = (reason: string): void => {
    ended ??= reason;
    const abandoned = [...waiting.values()];
    waiting.clear();
    for (const { reject } of abandoned) reject(new Error(reason));
    if (!isEnding) {
      isEnding = true;
      tellOfDeath?.(reason);
    }
  };
  worker.on("message", ({ id, failure }: RenderReply) => {
    const request = waiting.get(id);
    waiting.delete(id);
    if (failure === undefined) request?.resolve();
    else request?.reject(new Error(failure));
  });
  const running = new Promise<void>((resolve) => {
    worker.once("online", resolve);
    worker.once("exit", () => { resolve(); });
  });
  worker.on("error", (error) => abandon(error instanceof Error ? error.message : String(error)));
  worker.on("exit", (code) => abandon(`the rendering thread ended with code ${code}`));
  const dispose = async (): Promise<void> => {
    isEnding = true;
    await worker.terminate();
  };

  const render: RenderThread["render"] = (exposure, bytes) =>
    new Promise((resolve, reject) => {
      if (isEnding) {
        reject(new Error("the rendering thread has ended"));
        return;
      }
      const id = (nextId += 1);
      waiting.set(id, { resolve, reject });
      const request: RenderRequest = { id, exposure, bytes };
      worker.postMessage(request);
    });

  return {
    scene,
    open: async (onDidDie) => {
      await running;
      if (ended !== undefined) throw new Error(ended);
      tellOfDeath = onDidDie;
      return { render, dispose };
    },
    dispose,
  };
}
