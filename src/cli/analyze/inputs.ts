import { existsSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { AnalyzerInput } from "../../engine/analysis/analyzer.ts";
import { decodePictures } from "../../engine/images/decode-pictures.ts";
import { listPictures } from "../../engine/images/list-pictures.ts";
import { LOG_FILE } from "../../engine/session/log-scan.ts";
import { readOmeTiff } from "../../engine/session/ome-tiff.ts";
import { readSession } from "../../engine/session/session-reader.ts";
import { OcularError, isOcularError } from "../../shared/errors.ts";

/** A file to analyse: a picture, or a kept field of a session with what its log says of it. */
export interface InputFile {
  readonly path: string;
  readonly field?: { readonly sessionId: string | undefined; readonly fieldId: string; readonly pixelSizeUm: number | undefined };
}

/** Where a picture comes from. */
export interface PictureSource {
  /** Base name of the file. */
  readonly name: string;
  readonly path: string;
  /** Page of a multi-page file, from 0. */
  readonly page: number;
  readonly fieldId?: string;
  /** Where the scale is from: told on the command line, stated by the file, or left to the model. */
  readonly pixelSizeFrom: "option" | "file" | "model";
}

/** A picture on its way through the analyzer. */
export type SourcedInput = AnalyzerInput & { readonly source: PictureSource };

/** Told of every input that cannot be used; the others go on. */
export type OnFailure = (input: string, error: OcularError) => void;

/** Every file behind the inputs named on the command line, in order. Only names are read, sessions' logs apart. */
export async function listInputs(inputs: readonly string[], onFailure: OnFailure): Promise<InputFile[]> {
  const files: InputFile[] = [];
  for (const input of inputs) {
    const listed = await orFailure(input, onFailure, () => (isSession(input) ? fieldsOf(input, onFailure) : picturesOf(input)));
    files.push(...(listed ?? []));
  }
  return files;
}

/** The pictures of the files, decoded one at a time. Ends early when `stop` aborts. */
export async function* readInputs(files: readonly InputFile[], pixelSizeUm: number | undefined, stop: AbortSignal, onFailure: OnFailure, onFile: (done: number) => void): AsyncGenerator<SourcedInput> {
  let frameId = 0;
  for (const [index, file] of files.entries()) {
    const pictures = picturesIn(file);
    for (;;) {
      if (stop.aborted) return;
      const next = await orFailure(file.path, onFailure, () => pictures.next());
      if (next === undefined || next.done === true) break;
      const { name, page, width, height, pixelFormat, pixels, pixelSizeUm: stated } = next.value;
      const size = pixelSizeUm ?? stated;
      yield {
        header: { frameId: frameId++, width, height, pixelFormat, ...(size === undefined ? {} : { pixelSizeUm: size }) },
        pixels,
        source: {
          name, path: file.path, page,
          ...(file.field === undefined ? {} : { fieldId: file.field.fieldId }),
          pixelSizeFrom: pixelSizeUm !== undefined ? "option" : stated !== undefined ? "file" : "model",
        },
      };
    }
    onFile(index + 1);
  }
}

interface OpenedPicture {
  readonly name: string;
  readonly page: number;
  readonly width: number;
  readonly height: number;
  readonly pixelFormat: AnalyzerInput["header"]["pixelFormat"];
  readonly pixels: Uint8Array;
  readonly pixelSizeUm?: number | undefined;
}

async function* picturesIn(file: InputFile): AsyncGenerator<OpenedPicture> {
  if (file.field === undefined) {
    yield* decodePictures(file.path);
    return;
  }
  // As the camera gave it: a Bayer field is not demosaiced on the way.
  const { width, height, pixelFormat, pixels } = await readOmeTiff(file.path);
  yield { name: basename(file.path), page: 0, width, height, pixelFormat, pixels, pixelSizeUm: file.field.pixelSizeUm };
}

async function picturesOf(input: string): Promise<InputFile[]> {
  if (!existsSync(input)) throw new OcularError({ tag: "FileMissing", path: input });
  return (await listPictures(input)).map((path) => ({ path }));
}

async function fieldsOf(folder: string, onFailure: OnFailure): Promise<InputFile[]> {
  const { contents, problem } = await readSession(folder);
  if (problem !== undefined) onFailure(folder, new OcularError({ tag: "SessionDamaged", path: folder, line: problem.line ?? 0, reason: problem.message }));
  return contents.fields.flatMap(({ fieldId, header }): InputFile[] => {
    const file = contents.files.get(fieldId);
    if (file === undefined) return [];
    return [{ path: join(folder, ...file.path.split("/")), field: { sessionId: contents.sessionId, fieldId, pixelSizeUm: header.pixelSizeUm } }];
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
