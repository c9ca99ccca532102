import { mostAlike } from "../../../core/embedding/similarity.ts";
import type { FieldFeatures } from "../../../shared/domain/features.ts";
import { describeError, errorDataOf, isOcularError } from "../../../shared/errors.ts";
import type { SessionView } from "../../../shared/ipc/contract.ts";
import type { InstrumentClient } from "../../api/client.ts";
import { formatPlural } from "../../ui/format.ts";
import { axesOf, cellTable, firstAxes } from "./cell-table.ts";
import { embeddingVectors, featureVectors, projectable } from "./cell-vectors.ts";
import type { CellVectors } from "./cell-vectors.ts";
import { askEmbeddings } from "./ask-embeddings.ts";
import { NOTHING_OPEN, createExplorerStore } from "./explorer-store.ts";
import type { ExplorerStore, LaidOut, PlotMode } from "./explorer-store.ts";
import { LEAST_ROWS } from "./projection-protocol.ts";
import type { ProjectionKind } from "./projection-protocol.ts";
import type { Projector } from "./projector.ts";
import { explorerWords as words } from "./words.ts";

/** As many as a person looks through. */
const MOST_ALIKE = 60;

/** What a person does in the explorer. */
export interface ExplorerController {
  readonly store: ExplorerStore;
  /** Reads the list and opens this session, or the newest one. */
  start(name: string | undefined): Promise<void>;
  /** Ends all work; nothing is told any more. */
  stop(): void;
  /** Opens a session and measures its fields one after the other. */
  open(name: string): Promise<void>;
  setMode(mode: PlotMode): Promise<void>;
  setAxes(axes: { readonly x?: string; readonly y?: string }): void;
  /** Selects these cells; `add` keeps those that are. */
  readonly select: (rows: readonly number[], add: boolean) => void;
  /** Looks at one cell; the selection stays. */
  readonly look: (row: number | undefined) => void;
  readonly clear: () => void;
  findAlike(row: number): Promise<void>;
  /** Every cell with its numbers into a CSV file of the person's choice. */
  exportCells(): Promise<void>;
  /** Ends the work that is shown; the plot goes back to the scatter. */
  cancel(): void;
}

export function createExplorerController(client: InstrumentClient, project: Projector): ExplorerController {
  const store = createExplorerStore();
  /** Aborted when another session is opened or the screen is left. */
  let opened = new AbortController();
  /** Aborted by Cancel. */
  let job = new AbortController();
  const inWords = (error: unknown, what: string): string => describeError(errorDataOf(error, what));

  const open = async (name: string): Promise<void> => {
    opened.abort();
    job.abort();
    opened = new AbortController();
    const { signal } = opened;
    store.setState({ ...NOTHING_OPEN, name, opening: { kind: "opening" }, mode: store.getState().mode === "histogram" ? "histogram" : "scatter" });
    try {
      const session = await client.call("library.open", { name });
      const measured = await measureAll(session, name, signal);
      if (signal.aborted) return;
      const table = cellTable(session.fields, measured);
      const axes = axesOf(table);
      const { x, y } = store.getState();
      const first = firstAxes(axes);
      const known = (axis: string): boolean => axes.some((one) => one.name === axis);
      store.setState({ session, table, opening: { kind: "ready" }, x: known(x) ? x : first.x, y: known(y) ? y : first.y });
    } catch (error) {
      if (!signal.aborted) store.setState({ opening: { kind: "failed", text: inWords(error, "Opening the session") } });
    }
  };

  const measureAll = async (session: SessionView, name: string, signal: AbortSignal): Promise<Map<string, FieldFeatures>> => {
    const fields = session.fields.filter(({ detections, second }) => (detections?.length ?? 0) + (second?.detections.length ?? 0) > 0);
    const measured = new Map<string, FieldFeatures>();
    for (const { fieldId } of fields) {
      if (signal.aborted) break;
      store.setState({ opening: { kind: "measuring", done: measured.size, total: fields.length } });
      measured.set(fieldId, await client.call("features.measure", { name, fieldId }));
    }
    return measured;
  };

  /** Asked once a session; a cancelled question is asked again the next time. */
  const vectorsOf = async (signal: AbortSignal): Promise<CellVectors | undefined> => {
    const { vectors, table, session, name } = store.getState();
    if (vectors !== undefined || table === undefined || session === undefined || name === undefined) return vectors;
    const onProgress = (done: number, total: number): void => { store.setState({ work: { words: words.embedding, done, total } }); };
    const { embedded, reason } = await askEmbeddings(client, name, session.fields, onProgress, signal);
    if (signal.aborted) return undefined;
    const found = embeddingVectors(table, embedded) ?? featureVectors(table, session.fields, reason ?? words.noVectors);
    store.setState({ vectors: found });
    return found;
  };

  /** One long piece of work at a time, in words on the screen; what it throws is shown. */
  const working = async (what: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> => {
    job.abort();
    job = new AbortController();
    const { signal } = job;
    try {
      store.setState({ problem: undefined });
      await work(signal);
    } catch (error) {
      if (!signal.aborted && !isOcularError(error, "Canceled")) store.setState({ problem: inWords(error, what) });
    } finally {
      if (!signal.aborted) store.setState({ work: undefined });
    }
  };

  const layOut = (kind: ProjectionKind): Promise<void> => working(words.modes[kind], async (signal) => {
    const vectors = await vectorsOf(signal);
    if (vectors === undefined || signal.aborted) return;
    const { rows, table } = projectable(vectors);
    if (rows.length < LEAST_ROWS[kind] || table.dimensions === 0) {
      store.setState({ problem: words.tooFew(LEAST_ROWS[kind]) });
      return;
    }
    const onProgress = (done: number, total: number): void => { if (!signal.aborted) store.setState({ work: { words: words.projecting[kind], done, total } }); };
    onProgress(0, 1);
    const { places, shares } = await project({ kind, dimensions: table.dimensions, values: Float64Array.from(table.values) }, onProgress, signal);
    if (signal.aborted) return;
    const all = new Float64Array(2 * (store.getState().table?.cells.length ?? 0)).fill(NaN);
    for (const [at, row] of rows.entries()) all.set(places.subarray(2 * at, 2 * at + 2), 2 * row);
    const laidOut: LaidOut = { places: all, shares };
    store.setState({ maps: { ...store.getState().maps, [kind]: laidOut } });
  });

  return {
    store,
    start: async (wanted) => {
      const { signal } = opened;
      try {
        const sessions = await client.call("library.list", {});
        if (signal.aborted) return;
        const usable = sessions.filter(({ fields }) => fields > 0);
        store.setState({ sessions: usable });
        const name = usable.find((one) => one.name === wanted)?.name ?? usable[0]?.name;
        if (name !== undefined) await open(name);
      } catch (error) {
        if (!signal.aborted) store.setState({ sessions: [], opening: { kind: "failed", text: inWords(error, "Listing the sessions") } });
      }
    },
    stop: () => {
      opened.abort();
      job.abort();
      // Its check may take long, and nobody waits for it now.
      if (store.getState().opening?.kind === "opening") client.call("library.cancelOpen", {}).catch((error: unknown) => { store.setState({ problem: inWords(error, "Leaving the session") }); });
    },
    open,
    setMode: async (mode) => {
      store.setState({ mode });
      if ((mode === "pca" || mode === "umap") && store.getState().maps[mode] === undefined) await layOut(mode);
    },
    setAxes: (axes) => { store.setState(axes); },
    select: (rows, add) => {
      const all = new Set(add ? [...store.getState().selected, ...rows] : rows);
      store.setState({ selected: [...all].sort((a, b) => a - b), alike: undefined, ...(add || rows.length === 0 ? {} : { current: rows[0] }) });
    },
    look: (current) => { store.setState({ current }); },
    clear: () => { store.setState({ selected: [], alike: undefined }); },
    findAlike: (row) => working(words.alike, async (signal) => {
      store.setState({ current: row });
      const vectors = await vectorsOf(signal);
      if (vectors === undefined || signal.aborted) return;
      const found = mostAlike(vectors.table, row, MOST_ALIKE);
      store.setState({ alike: { of: row, found }, selected: [row, ...found.map((one) => one.row)].sort((a, b) => a - b), ...(found.length === 0 ? { problem: words.nothingAlike } : {}) });
    }),
    exportCells: () => working(words.exportCells, async (signal) => {
      const { name } = store.getState();
      if (name === undefined) return;
      store.setState({ notice: undefined, work: { words: words.exporting, done: 0, total: 1 } });
      const { path, cells } = await client.call("features.export", { name });
      if (path !== undefined && !signal.aborted) store.setState({ notice: words.exported(formatPlural(cells ?? 0, "cell", "cells"), path.split(/[\\/]/u).at(-1) ?? path) });
    }),
    cancel: () => {
      job.abort();
      const { mode, maps } = store.getState();
      const isEmptyMap = (mode === "pca" || mode === "umap") && maps[mode] === undefined;
      store.setState({ work: undefined, ...(isEmptyMap ? { mode: "scatter" as const } : {}) });
    },
  };
}
