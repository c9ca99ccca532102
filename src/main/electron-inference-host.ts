import { utilityProcess } from "electron";
import { modelEnvironment } from "../engine/analysis/inference/inference-host.ts";
import type { InferenceChild, InferenceHost } from "../engine/analysis/inference/inference-host.ts";
import { createLastWords, exitWords } from "../engine/analysis/inference/last-words.ts";

/** Inference in Electron's own kind of child process: it has a port instead of an ipc pipe and dies with the app. */
export function electronInferenceHost(): InferenceHost {
  return { fork: forkUtility };
}

function forkUtility(entryFile: string, args: readonly string[]): InferenceChild {
  const child = utilityProcess.fork(entryFile, [...args], { serviceName: "Ocular inference", env: modelEnvironment(), stdio: ["ignore", "inherit", "pipe"] });
  const words = createLastWords();
  child.stderr?.on("data", (bytes: Buffer) => {
    process.stderr.write(bytes);
    words.add(bytes.toString());
  });
  let ended: string | undefined;
  const exitListeners = new Set<(reason: string) => void>();
  child.on("exit", (code) => {
    ended = exitWords(code, null, words);
    for (const listener of exitListeners) listener(ended);
    exitListeners.clear();
  });
  return {
    get pid() { return ended === undefined ? child.pid : undefined; },
    postMessage: (message) => { if (ended === undefined) child.postMessage(message); },
    onMessage: (listener) => {
      child.on("message", listener);
      return () => { child.off("message", listener); };
    },
    onExit: (listener) => {
      if (ended === undefined) exitListeners.add(listener);
      else queueMicrotask(() => { listener(ended ?? ""); });
      return () => { exitListeners.delete(listener); };
    },
    kill: () => {
      // kill() of a utility process asks politely; one that hangs in native code must go at once.
      const { pid } = child;
      if (ended === undefined && pid !== undefined) process.kill(pid, "SIGKILL");
    },
  };
}
