import type { SessionRecord } from "../../shared/domain/session.ts";
import { NO_PREVIOUS } from "./codec.ts";

/** A log line as far as it could be read. */
export interface ReadLine {
  /** Undefined when the line is no record; then `fault` says why. */
  readonly record: SessionRecord | undefined;
  readonly fault: string | undefined;
  /** SHA-256 of the line, newline not included. */
  readonly sha256: string;
}

/** What is wrong, with the log line (from 1) where it is wrong. */
export interface LineProblem {
  readonly line: number;
  readonly message: string;
}

/**
 * Finds the first record that was changed, lost or moved. A broken link alone does not say which of its two ends was
 * changed: when the next link breaks too, the record between them was; else it was the one before.
 */
export class ChainCheck {
  #line = 0;
  #lastSha256 = NO_PREVIOUS;
  /** Line whose link to the line before does not hold; judged with the line after. */
  #suspect: number | undefined;
  #problem: LineProblem | undefined;

  get problem(): LineProblem | undefined {
    return this.#problem;
  }

  next({ record, fault, sha256 }: ReadLine): void {
    this.#line += 1;
    if (this.#problem !== undefined) return;
    const linkHolds = record?.previous === this.#lastSha256;
    if (this.#suspect !== undefined) this.#judge(this.#suspect, linkHolds || record === undefined);
    else if (record === undefined) this.#problem = { line: this.#line, message: fault ?? "is not a record" };
    else if (record.sequence !== this.#line - 1) this.#problem = { line: this.#line, message: sequenceMessage(record.sequence, this.#line - 1) };
    else if (!linkHolds && this.#line === 1) this.#problem = { line: 1, message: "was changed: the first record follows nothing" };
    else if (!linkHolds) this.#suspect = this.#line;
    this.#lastSha256 = sha256;
  }

  /** @param sealedSha256 hash of the last line as the seal has it; undefined for a session without a seal */
  end(sealedSha256: string | undefined): LineProblem | undefined {
    if (this.#problem !== undefined) return this.#problem;
    const sealHolds = sealedSha256 === undefined || sealedSha256 === this.#lastSha256;
    if (this.#suspect !== undefined) this.#judge(this.#suspect, sealHolds);
    else if (!sealHolds) this.#problem = { line: this.#line, message: "the last record is not the one that was sealed" };
    return this.#problem;
  }

  #judge(suspect: number, nextLinkHolds: boolean): void {
    const line = nextLinkHolds ? suspect - 1 : suspect;
    this.#problem = { line, message: "was changed after it was written: its SHA-256 is not the one in the chain" };
  }
}

function sequenceMessage(found: number, due: number): string {
  if (found > due) return `holds record ${found} where ${due} is due: a record is missing, or this one was changed`;
  return `holds record ${found} where ${due} is due: records were repeated or moved, or this one was changed`;
}
