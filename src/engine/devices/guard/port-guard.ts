import { spawn, type ChildProcessByStdio } from "node:child_process";
import { Socket } from "node:net";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Clock } from "../../../core/clock.ts";
import { waitAtMost } from "../transports/resync.ts";
import type { GuardOrder, WatchedPort } from "./watched-port.ts";

/**
 * Leaves devices safe when this process ends without doing so itself: killed, crashed, out of memory. Promises:
 *  - once `watch` has resolved, the end of this process in whatever way makes that port safe, within seconds;
 *  - a guard that cannot be started, or ends, is told as a problem and does not keep anybody from working;
 *  - while nothing is watched no process runs.
 */
export interface PortGuard {
  /** From now on, instead of what was said of that path before. */
  watch(port: WatchedPort): Promise<void>;
  /** That port was left safe. */
  forget(path: string): Promise<void>;
}

export interface PortGuardOptions {
  /** The bundle of src/engine/entries/port-guard.ts; asked for when the first port is watched. */
  readonly entryFile: () => string;
  readonly clock: Clock;
  /** A sentence for people. */
  readonly onProblem: (text: string) => void;
}

/** A guard that has not answered by then is not one, ms. */
const ANSWER_LIMIT_MS = 2000;

type Child = ChildProcessByStdio<Writable, Readable, null>;

interface Running {
  readonly child: Child;
  /** The newest order that it has understood. */
  answered: number;
  hasEnded: boolean;
  readonly onNews: Set<() => void>;
}

/** See docs/adr/0030-port-guard.md. */
export function createPortGuard({ entryFile, clock, onProblem }: PortGuardOptions): PortGuard {
  const watched = new Map<string, WatchedPort>();
  let running: Running | undefined;
  let sequence = 0;

  const orderOf = (ports: readonly WatchedPort[]): string => {
    sequence += 1;
    const order: GuardOrder = { sequence, ports: [...ports] };
    return `${JSON.stringify(order)}\n`;
  };

  const start = (): Running => {
    // Electron's own binary serves as Node. Detached: a Ctrl+C for the app must not end its guard before it has done its work.
    const child = spawn(process.execPath, [entryFile()], { stdio: ["pipe", "pipe", "ignore"], detached: true, windowsHide: true, env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" } });
    const guard: Running = { child, answered: 0, hasEnded: false, onNews: new Set() };
    const tellNews = (): void => {
      for (const listener of guard.onNews) listener();
    };
    const end = (why: string): void => {
      if (guard.hasEnded) return;
      guard.hasEnded = true;
      if (running === guard) running = undefined;
      if (watched.size > 0) onProblem(`The guard of the serial ports has ended (${why}). If Ocular should crash now, stages may go on and lights stay lit. Connect the devices again to start it anew.`);
      tellNews();
    };
    child.on("error", (error) => end(error.message));
    child.on("exit", (code, signal) => end(signal ?? `exit code ${code ?? "unknown"}`));
    // A guard that has just ended takes no more orders; its exit tells that.
    child.stdin.on("error", (error) => end(error.message));
    createInterface({ input: child.stdout }).on("line", (line) => {
      guard.answered = Math.max(guard.answered, Number(line));
      tellNews();
    });
    // It must not keep this process alive: it is there for its end.
    child.unref();
    for (const pipe of [child.stdin, child.stdout]) if (pipe instanceof Socket) pipe.unref();
    return guard;
  };

  /** Tells the guard all that is watched; resolves when it knows, or when there is none. */
  const tell = async (): Promise<void> => {
    if (watched.size === 0) {
      // Its input ends with nothing left to do: so does it. Said in so many words, for an end alone means a crash.
      const idle = running;
      running = undefined;
      if (idle !== undefined && !idle.hasEnded) await new Promise<void>((resolve) => idle.child.stdin.end(orderOf([]), () => resolve()));
      return;
    }
    try {
      running ??= start();
    } catch (error) {
      onProblem(`The guard of the serial ports could not be started: ${error instanceof Error ? error.message : String(error)}. If Ocular should crash now, stages may go on and lights stay lit.`);
      return;
    }
    const guard = running;
    guard.child.stdin.write(orderOf([...watched.values()]));
    const own = sequence;
    if (await isAnswered(guard, own, clock)) return;
    if (!guard.hasEnded) onProblem(`The guard of the serial ports has not answered for ${ANSWER_LIMIT_MS / 1000} s. If Ocular should crash now, stages may go on and lights stay lit.`);
  };

  return {
    async watch(port) {
      watched.set(port.path, port);
      await tell();
    },
    async forget(path) {
      if (watched.delete(path)) await tell();
    },
  };
}

/** False when it has ended, or time is up. */
async function isAnswered(guard: Running, sequence: number, clock: Clock): Promise<boolean> {
  const over = new AbortController();
  const check = (): void => {
    if (guard.answered >= sequence || guard.hasEnded) over.abort();
  };
  guard.onNews.add(check);
  check();
  await waitAtMost(clock, ANSWER_LIMIT_MS, over.signal);
  guard.onNews.delete(check);
  return guard.answered >= sequence;
}
