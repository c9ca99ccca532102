import { FrameTally } from "../../core/session/frame-tally.ts";
import { ledgerFromLog } from "../../core/session/ledger-check.ts";
import { sealedCounts } from "../../core/session/session-audit.ts";
import { readSession } from "./session-reader.ts";
import { recoverSession, type SessionWriter, type WriterTools } from "./session-writer.ts";

/**
 * Recovers a session that was never finished and seals it as it was found, outcome "errored". Its ledger holds what the
 * log proves (see `ledgerFromLog`).
 *
 * @param onOpen is given the writer before the seal, to listen or to leave a note
 * @throws OcularError as `recoverSession` and `SessionWriter.finish`
 */
export async function sealInterruptedSession(folder: string, tools: WriterTools, onOpen: (writer: SessionWriter) => void = () => undefined): Promise<void> {
  const writer = await recoverSession(folder, tools);
  try {
    onOpen(writer);
    const { records, contents } = await readSession(folder);
    const tally = new FrameTally();
    for (const { event } of records) tally.add(event);
    await writer.finish(
      { outcome: "errored", reason: "not finished by the program that recorded it", ledger: ledgerFromLog(contents, tally.frames()), fields: contents.fields.length, counts: sealedCounts(contents) },
      { kind: "system", name: "Ocular" },
    );
  } finally {
    await writer.close();
  }
}
