import { projectByComponents, projectByUmap } from "./project-rows.ts";
import type { ProjectionJob, ProjectionMessage } from "./projection-protocol.ts";

/** The worker's own side of its channel; the page's types do not know it. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<ProjectionJob>) => void) | null;
  postMessage(message: ProjectionMessage): void;
}
const scope = globalThis as unknown as WorkerScope;

/** Progress is told about this often of a whole run. */
const TOLD = 50;

scope.onmessage = ({ data: { kind, dimensions, values } }) => {
  const table = { dimensions, values };
  try {
    const projection = kind === "pca" ? projectByComponents(table) : projectByUmap(table, (done, total) => {
      if (done % Math.max(Math.floor(total / TOLD), 1) === 0) scope.postMessage({ type: "progress", done, total });
    });
    scope.postMessage({ type: "done", ...projection });
  } catch (error) {
    scope.postMessage({ type: "failed", reason: error instanceof Error ? error.message : String(error) });
  }
};
