import type { BatchStatus } from "../../shared/domain/batch.ts";
import type { InputOf, OutputOf } from "../../shared/ipc/contract.ts";

type BatchCall = "batch.status" | "batch.pickFolder" | "batch.start" | "batch.cancel" | "batch.cells" | "batch.showResults";
type BatchReplies = { readonly [M in BatchCall]: (input: InputOf<M>) => OutputOf<M> };

const FILES = 40;
const STEP_MS = 250;

/** A batch that finds grey cells in made-up files, a file every quarter of a second. */
export function fakeBatchReplies(emit: (status: BatchStatus) => void): BatchReplies {
  let status: BatchStatus = { state: "idle", failures: [], classes: [{ id: "cell", name: "Cell", plural: "Cells", letter: "C", colorIndex: 0 }], counts: [], sessions: [] };
  const become = (change: Partial<BatchStatus>): BatchStatus => {
    status = { ...status, ...change };
    emit(status);
    return status;
  };
  const step = (): void => {
    if (status.state === "canceling") become({ state: "canceled", counts: [{ classId: "cell", n: 10, found: 10 }] });
    if (status.state !== "running") return;
    const filesDone = (status.progress?.filesDone ?? 0) + 1;
    become({ progress: { files: FILES, filesDone, filesResumed: 0, pictures: filesDone, failed: 0, picturesPerSecond: 4, secondsLeft: (FILES - filesDone) / 4 } });
    if (filesDone === FILES) become({ state: "done", counts: [{ classId: "cell", n: 100, found: 100 }] });
    else setTimeout(step, STEP_MS);
  };
  return {
    "batch.status": () => status,
    "batch.pickFolder": ({ purpose }) => ({ path: `/pictures/${purpose}` }),
    "batch.start": (order) => {
      const { inputs, ref, out = `${inputs[0] ?? ""} - ${ref.id}` } = order;
      setTimeout(step, STEP_MS);
      return become({ state: "running", order: { ...order, out }, failures: [], counts: [], sessions: [] });
    },
    "batch.cancel": () => {
      become({ state: "canceling" });
      return {};
    },
    "batch.cells": ({ offset, count, sidePx }) => {
      const cells = Array.from({ length: Math.min(count, 100 - offset) }, (_, i) => ({ picture: `f${offset + i}.png`, page: 0, number: 1, score: 1 - (offset + i) / 100 }));
      return { total: 100, cells, crops: { sidePx, rgb: new Uint8Array(cells.length * sidePx * sidePx * 3).map((_, at) => (at * 7) % 200) } };
    },
    "batch.showResults": () => ({}),
  };
}
