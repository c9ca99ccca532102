import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createLastWords, exitWords } from "./last-words.ts";

/**
 * A process that runs one of our entries. Messages are structured-cloned and small: bulk goes through the tensor link.
 */
export interface InferenceChild {
  /** Undefined before the process has started and after it has ended. */
  readonly pid: number | undefined;
  /** Dropped silently when the process is gone: `onExit` tells. */
  postMessage(message: unknown): void;
  onMessage(listener: (message: unknown) => void): () => void;
  /** Called once, with words such as "killed by SIGKILL"; also when the process could not be started at all. */
  onExit(listener: (reason: string) => void): () => void;
  /** Ends the process at once, even one that hangs or is stopped (SIGKILL, not SIGTERM). Does nothing when it is gone. */
  kill(): void;
}

/** How processes are made here: plain Node (below), or Electron's utilityProcess (src/main). */
export interface InferenceHost {
  /** @param entryFile absolute path of a bundle, see `entryPath`. */
  fork(entryFile: string, args: readonly string[]): InferenceChild;
}

/**
 * What glibc is told in a process that runs a model: pieces from 1 MiB on are pages of their own, which go back to the system when
 * freed. By itself it raises that bound with each piece that is freed (to 32 MiB at most), and keeps all below it in
 * heaps that large and small pictures in turn leave full of holes. Other libraries do not read it. Nothing against a person's own word.
 */
export function modelEnvironment(inherited: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return { MALLOC_MMAP_THRESHOLD_: String(1 << 20), ...inherited };
}

/** Child processes of plain Node. */
export function nodeInferenceHost(): InferenceHost {
  return { fork: forkNode };
}

function forkNode(entryFile: string, args: readonly string[]): InferenceChild {
  // No execArgv: loaders and inspectors of the parent are none of the child's business.
  const child = fork(entryFile, args, { serialization: "advanced", execArgv: [], env: modelEnvironment(), stdio: ["ignore", "ignore", "pipe", "ipc"] });
  const words = createLastWords();
  child.stderr?.setEncoding("utf8").on("data", (text: string) => { words.add(text); });
  let ended: string | undefined;
  const exitListeners = new Set<(reason: string) => void>();
  const end = (reason: string): void => {
    if (ended !== undefined) return;
    ended = reason;
    for (const listener of exitListeners) listener(reason);
    exitListeners.clear();
  };
  child.on("error", (error) => end(error.message));
  // "close", not "exit": its last words are heard between the two.
  child.on("close", (code, signal) => end(exitWords(code, signal, words)));
  return {
    get pid() {
      return ended === undefined ? child.pid : undefined;
    },
    postMessage: (message) => sendQuietly(child, message),
    onMessage: (listener) => {
      child.on("message", listener);
      return () => child.off("message", listener);
    },
    onExit: (listener) => {
      if (ended === undefined) exitListeners.add(listener);
      else queueMicrotask(() => listener(ended ?? ""));
      return () => exitListeners.delete(listener);
    },
    kill: () => {
      child.kill("SIGKILL");
    },
  };
}

/** A message to a process that is just dying is lost with it; its exit is reported by itself. */
function sendQuietly(child: ChildProcess, message: unknown): void {
  if (!child.connected || typeof message !== "object" || message === null) return;
  child.send(message, () => undefined);
}
