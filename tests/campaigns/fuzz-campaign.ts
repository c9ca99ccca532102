import fc from "fast-check";

/** What one part of a fuzz went through. */
export interface FuzzReport {
  readonly name: string;
  readonly cases: number;
  readonly seconds: number;
  /** Longest single case, ms. */
  readonly slowestMs: number;
}

/** Runs parts of a fuzz one after another. A case ends as it must when `check` neither throws nor rejects. */
export interface FuzzCampaign {
  /** Rejects with the counterexample when a case ends otherwise than it must. */
  part<T>(name: string, values: fc.Arbitrary<T>, check: (value: T) => void | Promise<void>): Promise<void>;
  readonly reports: readonly FuzzReport[];
}

/** What a fuzz is asked for. */
export interface FuzzOrder {
  /** Of each part. */
  readonly cases: number;
  readonly seed: number;
  /** This part alone; without it all of them. */
  readonly only?: string;
}

export function createFuzzCampaign({ cases, seed, only }: FuzzOrder): FuzzCampaign {
  const reports: FuzzReport[] = [];
  return {
    reports,
    async part(name, values, check) {
      if (only !== undefined && only !== name) return;
      const startedMs = performance.now();
      let slowestMs = 0;
      const timed = async (value: Parameters<typeof check>[0]): Promise<void> => {
        const beganMs = performance.now();
        await check(value);
        slowestMs = Math.max(slowestMs, performance.now() - beganMs);
      };
      await fc.assert(fc.asyncProperty(values, timed), { numRuns: cases, seed, includeErrorInReport: true });
      reports.push({ name, cases, seconds: (performance.now() - startedMs) / 1000, slowestMs });
    },
  };
}
