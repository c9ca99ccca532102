import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";

/** A Python program that does the same work as ours when told to: one JSON line in, one JSON line out. */
export interface PythonPeer {
  /** @throws Error with Python's words when the program fails. */
  ask(question: object): Promise<unknown>;
  stop(): void;
}

/** The Python that has these modules: $OCULAR_PYTHON, else python3; undefined where neither does. */
export function findPython(modules: readonly string[]): string | undefined {
  const candidates = [process.env["OCULAR_PYTHON"], "python3"].filter((name) => name !== undefined && name !== "");
  return candidates.find((name) => spawnSync(name ?? "", ["-c", `import ${modules.join(", ")}`], { stdio: "ignore" }).status === 0);
}

/** Starts a peer script; what it says on stderr goes to ours. */
export function startPeer(python: string, script: string, args: readonly string[]): PythonPeer {
  const child = spawn(python, [script, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let failure: Error | undefined;
  child.once("error", (error) => (failure = error));
  return {
    async ask(question) {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      const line: IteratorResult<string, unknown> = await lines.next();
      if (line.done === true) throw failure ?? new Error(`${script} ended without an answer`);
      const answer: unknown = JSON.parse(line.value);
      return answer;
    },
    stop: () => void child.stdin.end(),
  };
}
