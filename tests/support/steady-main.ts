import type { ElectronApplication } from "@playwright/test";

/** How Node's inspector says that it let go of the promise of an answer before it was there. */
const LOST_ANSWER = /Resulting promise was garbage collected/u;
/** One answer in some hundreds is lost, and while main makes much garbage three in a row were; so many in a row would be another fault. */
const MOST_TRIES = 12;

/**
 * The same app, whose `evaluate` asks again when the inspector of its main process has lost the answer: it holds the
 * promise of one by a weak reference, and a garbage collection in between takes it. The code may have run, so it is run
 * twice then: all that tests ask of main, or tell it, bears that. Every other error comes through.
 */
export function steadyMain(app: ElectronApplication): ElectronApplication {
  const ask = app.evaluate.bind(app);
  app.evaluate = (async (...given: Parameters<typeof ask>) => {
    for (let tried = 1; ; tried += 1) {
      try {
        return await ask(...given);
      } catch (error) {
        if (tried >= MOST_TRIES || !(error instanceof Error) || !LOST_ANSWER.test(error.message)) throw error;
      }
    }
  }) as typeof app.evaluate;
  return app;
}
