import { writeFileSync } from "node:fs";

/** What the guest's run came to; written anew after every check, so that a run that is cut off tells what it can. */
export interface GuestReport {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Names of the failed checks. */
  readonly failures: readonly string[];
  readonly isFinished: boolean;
  /** Measured values, in the order in which they were taken. */
  readonly notes: readonly string[];
}

/** Lines of the guest's console that begin so are for people. */
export const MARK = "| ";

/** Checks one after the other, each with a time limit; a failed one does not keep the others from running. */
export class Checks {
  readonly #file: string;
  readonly #notes: string[] = [];
  readonly #failures: string[] = [];
  #passed = 0;
  #skipped = 0;

  /** @param file where the report is kept */
  constructor(file: string) {
    this.#file = file;
  }

  /** @returns the check's value; undefined where it failed */
  async check<T>(name: string, limitMs: number, work: () => Promise<T>): Promise<T | undefined> {
    const startedMs = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`it did not end within ${limitMs / 1000} s`)), limitMs);
    });
    try {
      const value = await Promise.race([work(), late]);
      this.#passed += 1;
      console.log(`${MARK}ok     ${name} (${((performance.now() - startedMs) / 1000).toFixed(1)} s)`);
      return value;
    } catch (error) {
      this.#failures.push(name);
      console.log(`${MARK}FAILED ${name}`);
      for (const line of (error instanceof Error ? (error.stack ?? error.message) : String(error)).split("\n")) console.log(`${MARK}         ${line}`);
      return undefined;
    } finally {
      clearTimeout(timer);
      this.#write(false);
    }
  }

  /** A check that cannot be made here. @param why one clause, printed */
  skip(name: string, why: string): void {
    this.#skipped += 1;
    console.log(`${MARK}skipped ${name}: ${why}`);
    this.#write(false);
  }

  note(text: string): void {
    this.#notes.push(text);
    console.log(`${MARK}       ${text}`);
  }

  finish(): void {
    this.#write(true);
  }

  #write(isFinished: boolean): void {
    const report: GuestReport = { passed: this.#passed, failed: this.#failures.length, skipped: this.#skipped, failures: this.#failures, isFinished, notes: this.#notes };
    writeFileSync(this.#file, JSON.stringify(report));
  }
}
