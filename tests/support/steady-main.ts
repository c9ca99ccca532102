import type { ElectronApplication } from "@playwright/test";

/** What main is to do, as text, and what it is given. */
interface Task {
  readonly source: string;
  readonly given: unknown;
}

/**
 * The same app, whose `evaluate` always gets its answer. The inspector of main holds the promise of an answer by a weak reference only, and
 * a garbage collection before it looks takes it: "promise was garbage collected". Here main holds every promise of the call until the answer is out.
 */
export function steadyMain(app: ElectronApplication): ElectronApplication {
  const ask = app.evaluate.bind(app);
  app.evaluate = ((work: unknown, given?: unknown) => ask(answerHeld, { source: String(work), given })) as typeof app.evaluate;
  return app;
}

/** Runs in main, where it is known by its text alone. */
function answerHeld(electron: unknown, { source, given }: Task): Promise<unknown> {
  const root = globalThis as typeof globalThis & { promisesOfTests?: Set<readonly unknown[]> };
  const calls = (root.promisesOfTests ??= new Set());
  // What is weakly held are promises that Playwright and the inspector make around ours, right after we return.
  const held: unknown[] = [];
  calls.add(held);
  const endWatch = process.getBuiltinModule("node:v8").promiseHooks.onInit((promise: unknown) => { held.push(promise); }) as () => void;
  queueMicrotask(endWatch);
  const coming = (async (): Promise<unknown> => {
    const work = process.getBuiltinModule("node:vm").runInThisContext(`(${source})`) as (electron: unknown, given: unknown) => unknown;
    return work(electron, given);
  })();
  // The answer goes out in the microtasks that follow it; an immediate comes after all of them.
  const letGo = (): void => { setImmediate(() => calls.delete(held)); };
  void coming.then(letGo, letGo);
  return coming;
}
