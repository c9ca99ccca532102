import type { Page } from "@playwright/test";

/**
 * What `page.evaluate` gives of work that takes time, and an answer that is not lost: the inspector holds a promise that it waits for by
 * a weak reference only, and a garbage collection takes it. The page holds it meanwhile. `given` goes there as JSON.
 */
export async function evaluateHeld<R>(page: Page, work: () => Promise<R>): Promise<R>;
export async function evaluateHeld<R, G>(page: Page, work: (given: G) => Promise<R>, given: G): Promise<R>;
export async function evaluateHeld<R, G>(page: Page, work: (given: G) => Promise<R>, given?: G): Promise<R> {
  return page.evaluate<R>(`(() => {
    const awaited = (window.awaitedByTest ??= new Set());
    const coming = (${work.toString()})(${JSON.stringify(given) ?? ""}).finally(() => awaited.delete(coming));
    awaited.add(coming);
    return coming;
  })()`);
}
