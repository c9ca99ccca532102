import fs from "node:fs";
import { promisify } from "node:util";

type Kind = "read" | "write";

/** A read or write of serialport, held before the system is called: what a busy machine does by chance to a thread of Node's pool. */
export interface HeldCall {
  /** Carries it out on whatever has that number by now; resolves when serialport has been told, also of an error. */
  release(): Promise<void>;
  /** Lets it come back with an error of the system, not carried out. */
  fail(code: string): void;
}

const takers: Partial<Record<Kind, (call: HeldCall) => void>> = {};

/** The next such call is held. Works in files that import this one before anything that loads serialport. */
export function holdNext(kind: Kind): Promise<HeldCall> {
  return new Promise((resolve) => {
    takers[kind] = resolve;
  });
}

// serialport makes promises of both when it is loaded, and calls them by those only.
for (const kind of ["read", "write"] as const) {
  const original = fs[kind] as (...call: unknown[]) => void;
  const promised = promisify(fs[kind]) as (...call: unknown[]) => Promise<unknown>;
  const heldWhenWanted = (...call: unknown[]): Promise<unknown> => {
    const take = takers[kind];
    if (take === undefined) return promised(...call);
    delete takers[kind];
    return new Promise((resolve, reject) => {
      take({
        release: () => promised(...call).then(resolve, reject),
        fail: (code) => reject(Object.assign(new Error(`${code}: held`), { code })),
      });
    });
  };
  Object.assign(fs, { [kind]: Object.assign((...call: unknown[]) => original(...call), { [promisify.custom]: heldWhenWanted }) });
}
