import { createWriteStream } from "node:fs";
import { basename, dirname, posix, resolve, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { openPromise } from "yauzl";
import type { Entry, ZipFile } from "yauzl";
import { OcularError } from "../../../../shared/errors.ts";
import { makeFolders } from "../../../runtime/make-folders.ts";
import { diskError, isDiskFull } from "../../../session/disk-errors.ts";
import { diskFiles } from "../../../session/session-files.ts";
import { DESCRIPTION_NAMES } from "./model-package.ts";

/** What a zip may come to: far above any package, far below what fills a disk unnoticed. */
export interface ZipLimits {
  readonly files: number;
  /** Of all files together, unpacked. */
  readonly bytes: number;
}

const LIMITS: ZipLimits = { files: 1000, bytes: 8 * 2 ** 30 };

/**
 * Unpack the model package in a zip: the folder that holds its description, at the top or one folder down, and nothing
 * beside it. All names and sizes are looked at before the first byte is written; files are streamed, so memory does not
 * grow with the weights.
 *
 * @param folder an empty folder that is there.
 * @throws OcularError DiskFull; InvalidInput in one sentence: no zip, damaged, encrypted, no package in it, names that lead out of the
 * folder, more or larger files than the limits.
 */
export async function unpackModelZip(file: string, folder: string, limits: ZipLimits = LIMITS): Promise<void> {
  let zip: ZipFile | undefined;
  try {
    zip = await openPromise(file, { autoClose: false, strictFileNames: true, validateEntrySizes: true });
    for (const { entry, name } of await filesToUnpack(zip, limits)) {
      const path = resolve(folder, ...name.split("/"));
      if (!path.startsWith(resolve(folder) + sep)) throw new Unfit(`${entry.fileName} leads out of the package`);
      await makeFolders(dirname(path));
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(path, { flags: "wx" }));
    }
  } catch (error) {
    // It is not the package that is wrong then.
    if (isDiskFull(error)) throw await diskError(error, folder, 0, diskFiles);
    const reason = error instanceof Error ? error.message.replace(/\.\s*$/, "") : String(error);
    throw new OcularError({ tag: "InvalidInput", what: `The model package ${basename(file)}`, reason: error instanceof Unfit ? reason : `it cannot be unpacked: ${lowerFirst(reason)}` }, { cause: error });
  } finally {
    zip?.close();
  }
}

/** What is wrong with a zip that can be read. */
class Unfit extends Error {}

interface WantedFile {
  readonly entry: Entry;
  /** Below the package's folder. */
  readonly name: string;
}

async function filesToUnpack(zip: ZipFile, limits: ZipLimits): Promise<WantedFile[]> {
  const entries: Entry[] = [];
  let bytes = 0;
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName.endsWith("/")) continue;
    entries.push(entry);
    bytes += entry.uncompressedSize;
    if (entries.length > limits.files) throw new Unfit(`it holds more than ${limits.files} files`);
    if (bytes > limits.bytes) throw new Unfit(`its files come to more than ${Math.round(limits.bytes / 2 ** 20)} MiB`);
    if (entry.isEncrypted()) throw new Unfit(`${entry.fileName} is encrypted`);
  }
  const description = entries.map((entry) => entry.fileName).filter((name) => DESCRIPTION_NAMES.includes(posix.basename(name)) && name.split("/").length <= 2).sort((a, b) => a.split("/").length - b.split("/").length)[0];
  if (description === undefined) throw new Unfit(`there is no ${DESCRIPTION_NAMES.join(" or ")} in it`);
  const parent = posix.dirname(description);
  const prefix = parent === "." ? "" : `${parent}/`;
  const wanted = entries.filter((entry) => entry.fileName.startsWith(prefix)).map((entry) => ({ entry, name: entry.fileName.slice(prefix.length) }));
  // Two names that differ in letters' size only are one file on many disks.
  const names = wanted.map(({ name }) => name.toLowerCase());
  const twice = wanted.find(({ name }, index) => names.indexOf(name.toLowerCase()) !== index);
  if (twice !== undefined) throw new Unfit(`it holds ${twice.name} twice`);
  return wanted;
}

function lowerFirst(words: string): string {
  return words.charAt(0).toLowerCase() + words.slice(1);
}
