import { OcularError } from "../../../shared/errors.ts";
import type { Projection, ProjectionJob, ProjectionMessage } from "./projection-protocol.ts";

/** Lays rows out on a plane beside the page. Rejects with Canceled when the signal aborts. */
export type Projector = (job: ProjectionJob, onProgress: (done: number, total: number) => void, signal: AbortSignal) => Promise<Projection>;

/** One worker a job: cancelling is ending it, and a job that fails leaves nothing behind. */
export const projectInWorker: Projector = async (job, onProgress, signal) => {
  const worker = new Worker(new URL("./projection-worker.ts", import.meta.url), { type: "module" });
  try {
    return await new Promise<Projection>((resolve, reject) => {
      const failed = (reason: string): void => { reject(new OcularError({ tag: "Internal", what: "The map", reason })); };
      const cancel = (): void => { reject(new OcularError({ tag: "Canceled", what: "The map" })); };
      if (signal.aborted) cancel();
      signal.addEventListener("abort", cancel, { once: true });
      worker.onmessage = ({ data: message }: MessageEvent<ProjectionMessage>) => {
        if (message.type === "progress") onProgress(message.done, message.total);
        else if (message.type === "failed") failed(message.reason);
        else resolve({ places: message.places, ...(message.shares === undefined ? {} : { shares: message.shares }) });
      };
      worker.onerror = (event) => { failed(event.message === "" ? "its worker does not start" : event.message); };
      worker.postMessage(job, [job.values.buffer as ArrayBuffer]);
    });
  } finally {
    worker.terminate();
  }
};
