/** One measured number. */
export interface Figure {
  readonly label: string;
  readonly value: number;
  /** "frames/s", "ms", "MB/s", or "" for a ratio. */
  readonly unit: string;
  /** What it should reach; left out where a number is only told. */
  readonly target?: { readonly atLeast: number } | { readonly atMost: number };
}

/** What the frame (scripts/bench.mjs) gives to every benchmark. */
export interface BenchContext {
  /** The project's folder, with everything built in out/. */
  readonly root: string;
  /** An empty folder on the project's disk, removed afterwards. */
  readonly workFolder: string;
  /** An environment with a display to open windows on. */
  readonly env: Readonly<Record<string, string>>;
  /** How to start the desktop app: `spawn(executable, [...args, root, ...])`. */
  readonly electron: { readonly executable: string; readonly args: readonly string[]; readonly version: string };
  /** Says what is going on, on stderr. */
  log(line: string): void;
}

/**
 * A benchmark is a module `tests/bench/<name>.ts` that exports `run`. It runs in a process of its own; ratios are taken
 * within one run, so that a slow machine does not look like slow code.
 */
export type RunBench = (context: BenchContext) => Promise<readonly Figure[]>;
