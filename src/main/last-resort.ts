import { describeError, errorDataOf } from "../shared/errors.ts";

/** What is needed of the instrument when something nobody expected was thrown. */
export interface Unexpected {
  /** Tells the person, and the record of an open session. */
  readonly announce: (tone: "error", text: string) => void;
  /** Stage and focus stop. */
  readonly stopMotion: () => Promise<void>;
  readonly say: (line: string) => void;
}

/** The part of Node's process used here. */
export interface FailureSource {
  on(event: "uncaughtException" | "unhandledRejection", listener: (error: unknown) => void): unknown;
  off(event: "uncaughtException" | "unhandledRejection", listener: (error: unknown) => void): unknown;
}

/** The same failure again is told only so often: one that comes with every frame must not bury the log. */
const TELL_EVERY = 1000;

/**
 * Errors that reached nobody: they are defects of ours, and they end neither the app nor a session. What moves stops, for it is
 * not known what was cut off; the person and the session's record are told, and the stack goes to stderr. Without this
 * Electron opens a dialog of its own and goes on with the stage moving.
 * @returns stops watching
 */
export function watchForTheUnexpected(source: FailureSource, { announce, stopMotion, say }: Unexpected): () => void {
  const times = new Map<string, number>();
  const tell = (error: unknown): void => {
    const sentence = describeError(errorDataOf(error, "A part of Ocular"));
    const before = times.get(sentence) ?? 0;
    times.set(sentence, before + 1);
    if (before % TELL_EVERY !== 0) return;
    say(error instanceof Error ? error.stack ?? sentence : sentence);
    announce("error", before === 0 ? sentence : `${sentence} It has happened ${before} times.`);
  };
  const onException = (error: unknown): void => {
    tell(error);
    stopMotion().catch((failure: unknown) => { tell(failure); });
  };
  source.on("uncaughtException", onException);
  source.on("unhandledRejection", tell);
  return () => {
    source.off("uncaughtException", onException);
    source.off("unhandledRejection", tell);
  };
}
