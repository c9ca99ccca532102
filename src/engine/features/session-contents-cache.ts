import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { SessionContents } from "../../core/session/session-reducer.ts";
import type { FieldView } from "../../shared/domain/snapshot.ts";
import { OcularError } from "../../shared/errors.ts";
import { LOG_FILE } from "../session/log-scan.ts";
import { readSession } from "../session/session-reader.ts";

/** The last session read, kept until its log grows: a log is only ever appended to. */
export class SessionContentsCache {
  #last: { readonly folder: string; readonly bytes: number; readonly contents: SessionContents } | undefined;

  /** @throws OcularError NotASession, FileMissing, InvalidInput (no such field) */
  async field(folder: string, fieldId: string): Promise<FieldView> {
    const field = (await this.#contents(folder)).fields.find((one) => one.fieldId === fieldId);
    if (field === undefined) throw new OcularError({ tag: "InvalidInput", what: `Field "${fieldId}"`, reason: "this session has no such field" });
    return field;
  }

  async #contents(folder: string): Promise<SessionContents> {
    const log = join(folder, LOG_FILE);
    const bytes = await stat(log).then(({ size }) => size, () => undefined);
    if (bytes === undefined) throw new OcularError({ tag: "FileMissing", path: log });
    if (this.#last?.folder === folder && this.#last.bytes === bytes) return this.#last.contents;
    const { contents } = await readSession(folder);
    this.#last = { folder, bytes, contents };
    return contents;
  }
}
