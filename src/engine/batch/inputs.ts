import { existsSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { countReport } from "../../core/counting/count-report.ts";
import type { CountReport } from "../../shared/domain/counting.ts";
import type { FrameHeader } from "../../shared/domain/frame.ts";
import type { CountingFrame } from "../../shared/domain/session.ts";
import { OcularError, isOcularError } from "../../shared/errors.ts";
import { listPictures } from "../images/list-pictures.ts";
import { LOG_FILE } from "../session/log-scan.ts";
import { readSession } from "../session/session-reader.ts";
import { JOURNAL_FILE } from "./journal.ts";

/** A session among the inputs, as its log tells it. */
export interface SessionInput {
  readonly folder: string;
  readonly countingFrame: CountingFrame;
  readonly fieldsKept: number;
  /** What stands in the session: by its own analyzer, corrections applied. */
  readonly recorded: CountReport;
}

/** A file to analyse: a picture, or a kept field of a session with what its log says of it. */
export interface InputFile {
  readonly path: string;
  readonly field?: { readonly fieldId: string; readonly header: FrameHeader; readonly session: SessionInput };
}

/** Told of every input that cannot be used; the others go on. */
export type OnFailure = (input: string, error: OcularError) => void;

/** Told, in a sentence, of what was left out and may have been meant. */
export type OnLeftOut = (text: string) => void;

/**
 * Every file behind the inputs, in order, each once however often it is named. Only names are read, sessions' logs apart.
 */
export async function listInputs(inputs: readonly string[], onFailure: OnFailure, onLeftOut: OnLeftOut): Promise<InputFile[]> {
  const files = new Map<string, InputFile>();
  for (const input of inputs) {
    const listed = await orFailure(input, onFailure, () => (isSession(input) ? fieldsOf(input, onFailure) : picturesOf(input, onLeftOut)));
    for (const file of listed ?? []) {
      const place = resolve(file.path);
      if (!files.has(place)) files.set(place, file);
    }
  }
  return [...files.values()];
}

async function picturesOf(input: string, onLeftOut: OnLeftOut): Promise<InputFile[]> {
  if (!existsSync(input)) throw new OcularError({ tag: "FileMissing", path: input });
  const pictures = await listPictures(input);
  const folders = statSync(input).isDirectory() ? await foldersIn(input) : [];
  if (folders.length > 0) onLeftOut(`${input} holds ${folders.length === 1 ? `the folder ${folders[0] ?? ""}, which was` : `${folders.length} folders, which were`} not looked into: name ${folders.length === 1 ? "it" : "them"} too where that is meant.`);
  return pictures.map((path) => ({ path }));
}

/** Names of the folders in a folder, but for hidden ones and results of batches. */
async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const isResult = (name: string): boolean => ["run.json", JOURNAL_FILE].some((file) => existsSync(join(folder, name, file)));
  return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && !isResult(entry.name)).map(({ name }) => name);
}

async function fieldsOf(folder: string, onFailure: OnFailure): Promise<InputFile[]> {
  const { contents, problem } = await readSession(folder);
  if (problem !== undefined) onFailure(folder, new OcularError({ tag: "SessionDamaged", path: folder, line: problem.line ?? 0, reason: problem.message }));
  const { fields, countingFrame, classes } = contents;
  const session = { folder, countingFrame, fieldsKept: fields.length, recorded: countReport(fields, countingFrame, classes.map(({ id }) => id)) };
  return fields.flatMap(({ fieldId, header }): InputFile[] => {
    const file = contents.files.get(fieldId);
    if (file === undefined) return [];
    return [{ path: join(folder, ...file.path.split("/")), field: { fieldId, header, session } }];
  });
}

function isSession(input: string): boolean {
  return existsSync(join(input, LOG_FILE)) || (input.replace(/[\\/]+$/, "").endsWith(".ocular") && existsSync(input) && statSync(input).isDirectory());
}

async function orFailure<T>(input: string, onFailure: OnFailure, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!isOcularError(error)) throw error;
    onFailure(input, error);
    return undefined;
  }
}
