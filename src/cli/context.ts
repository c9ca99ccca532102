import type { Clock } from "../core/clock.ts";
import type { InferenceHost } from "../engine/analysis/inference/inference-host.ts";

/** How a command ended. */
export const EXIT = { success: 0, someFailed: 1, wrongUsage: 2, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What every command gets: where to speak, what time it is, how processes are made, when to stop. */
export interface CliContext {
  /** A line of the answer. */
  out(line: string): void;
  /** A line about what went wrong, or worth knowing. */
  err(line: string): void;
  /** Draws a passing line over the last one on a terminal; does nothing elsewhere. An empty line takes it away. */
  status(line: string): void;
  readonly clock: Clock;
  readonly host: InferenceHost;
  /** Aborts at Ctrl+C: finish what is safe, then end. */
  readonly interrupted: AbortSignal;
  readonly version: string;
  /** Folder of the installed model packages. */
  readonly modelsFolder: string;
  /** Folder of the recipes that come with Ocular. */
  readonly recipesFolder: string;
  /** Called once, at the end of a command. */
  exit(code: ExitCode): void;
}
