/**
 * When a reply is complete. `none`: nothing comes back. `line`: one line. `lines`: several, the last one by its look.
 * `bytes`: so many, for binary protocols and for single characters without an end of line.
 */
export type ReplyShape =
  | { readonly kind: "none" }
  | { readonly kind: "line" }
  | { readonly kind: "lines"; readonly isLast: (line: string, index: number) => boolean }
  | { readonly kind: "bytes"; readonly count: number };

/** One command and its answer, as a family's pure codec describes them. Text is one character per byte. */
export interface Exchange<T> {
  /** What people read in errors: the command without its end of line. */
  readonly name: string;
  readonly send: string;
  readonly reply: ReplyShape;
  /**
   * Makes a value of the reply (lines joined by \n, their ends cut off).
   * @throws ReplyRefused, ReplyUnreadable
   */
  readonly parse: (reply: string) => T;
  /** False for a line that cannot be the answer to this command (another sequence number): it is put aside. */
  readonly accepts?: (line: string) => boolean;
  /** Default: that of the conversation. */
  readonly timeoutMs?: number;
}

export const NO_REPLY: ReplyShape = { kind: "none" };
export const ONE_LINE: ReplyShape = { kind: "line" };

/** The device understood and said no. The conversation is sound. */
export class ReplyRefused extends Error {
  /** @param meaning the code in words, from the device's manual */
  constructor(meaning: string) {
    super(meaning);
    this.name = "ReplyRefused";
  }
}

/** What came is no answer to this command. Whatever else is on its way must not be taken for one either. */
export class ReplyUnreadable extends Error {
  constructor(expected: string) {
    super(`expected ${expected}`);
    this.name = "ReplyUnreadable";
  }
}
