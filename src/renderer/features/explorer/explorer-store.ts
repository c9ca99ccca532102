import { createStore } from "zustand/vanilla";
import type { Alike } from "../../../core/embedding/similarity.ts";
import type { SessionSummary, SessionView } from "../../../shared/ipc/contract.ts";
import type { CellTable } from "./cell-table.ts";
import type { CellVectors } from "./cell-vectors.ts";
import type { ProjectionKind } from "./projection-protocol.ts";

export type PlotMode = "scatter" | "histogram" | ProjectionKind;

/** Where the cells lie on a laid-out plane: x and y in turn, NaN for those that could not be compared. */
export interface LaidOut {
  readonly places: Float64Array;
  readonly shares: readonly number[] | undefined;
}

/** What the session in hand is doing. */
export type Opening =
  | { readonly kind: "none" }
  | { readonly kind: "opening" }
  | { readonly kind: "measuring"; readonly done: number; readonly total: number }
  | { readonly kind: "failed"; readonly text: string }
  | { readonly kind: "ready" };

export interface ExplorerState {
  /** Undefined while the list is read. */
  readonly sessions: readonly SessionSummary[] | undefined;
  readonly name: string | undefined;
  readonly opening: Opening;
  readonly session: SessionView | undefined;
  readonly table: CellTable | undefined;
  readonly mode: PlotMode;
  readonly x: string;
  readonly y: string;
  /** What cells are compared by, once somebody asked. */
  readonly vectors: CellVectors | undefined;
  readonly maps: Partial<Record<ProjectionKind, LaidOut>>;
  /** A long piece of work that can be cancelled. */
  readonly work: { readonly words: string; readonly done: number; readonly total: number } | undefined;
  readonly problem: string | undefined;
  /** What was done, in words. */
  readonly notice: string | undefined;
  /** Rows of the table, rising. */
  readonly selected: readonly number[];
  readonly current: number | undefined;
  /** Cells like one of them, the most alike first. */
  readonly alike: { readonly of: number; readonly found: readonly Alike[] } | undefined;
}
export type ExplorerStore = ReturnType<typeof createExplorerStore>;

/** What is forgotten when another session is opened. */
export const NOTHING_OPEN = {
  session: undefined, table: undefined, vectors: undefined, maps: {}, work: undefined, problem: undefined, notice: undefined, selected: [], current: undefined, alike: undefined,
} as const satisfies Partial<ExplorerState>;

export function createExplorerStore() {
  return createStore<ExplorerState>(() => ({ sessions: undefined, name: undefined, opening: { kind: "none" }, mode: "scatter", x: "areaUm2", y: "meanIntensity", ...NOTHING_OPEN }));
}
