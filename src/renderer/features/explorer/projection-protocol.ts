/** Ways to lay many numbers out on a plane. */
export type ProjectionKind = "pca" | "umap";

/** What the page sends to the projection worker: one job, then the worker is done. */
export interface ProjectionJob {
  readonly kind: ProjectionKind;
  readonly dimensions: number;
  /** Rows of `dimensions` numbers each, none missing. */
  readonly values: Float64Array;
}

/** A place for each row, two numbers in turn; shares of the variance for PCA. */
export interface Projection {
  readonly places: Float64Array;
  readonly shares?: readonly number[];
}

export type ProjectionMessage =
  | { readonly type: "progress"; readonly done: number; readonly total: number }
  | ({ readonly type: "done" } & Projection)
  | { readonly type: "failed"; readonly reason: string };

/** Fewest rows that a map can be made of. */
export const LEAST_ROWS: Readonly<Record<ProjectionKind, number>> = { pca: 3, umap: 8 };
