import { open, readdir, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { OcularError } from "../../shared/errors.ts";
import { pictureTypeOf, TYPE_BYTES } from "./picture-type.ts";

/** Endings that promise a picture: such a file is listed even when it breaks the promise, so that it can be named. */
const PICTURE_ENDINGS = new Set([".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".tif", ".tiff", ".btf"]);

const natural = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/**
 * The pictures of a folder (not of folders in it), in the order people count: `f2.png` before `f10.png`. A file is
 * listed for its ending or for its content. A path to a file gives that file, whatever it is.
 *
 * @throws OcularError `FileMissing`, `NoImages`, `ImageUnreadable` for a folder that may not be read
 */
export async function listPictures(fileOrFolder: string): Promise<string[]> {
  const found = await stat(fileOrFolder).catch((error: unknown) => {
    throw new OcularError({ tag: "FileMissing", path: fileOrFolder }, { cause: error });
  });
  if (!found.isDirectory()) return [fileOrFolder];
  const entries = await readdir(fileOrFolder, { withFileTypes: true }).catch((error: unknown) => {
    throw new OcularError({ tag: "ImageUnreadable", path: fileOrFolder, reason: "the folder may not be read" }, { cause: error });
  });
  const pictures: string[] = [];
  for (const entry of entries.filter(({ name }) => !name.startsWith("."))) {
    if (entry.isDirectory()) continue;
    const path = join(fileOrFolder, entry.name);
    // Pipes and sockets are not looked into: nobody may ever write to them.
    const canBeLookedInto = entry.isFile() || entry.isSymbolicLink();
    if (PICTURE_ENDINGS.has(extname(entry.name).toLowerCase()) || (canBeLookedInto && (await looksLikePicture(path)))) pictures.push(path);
  }
  if (pictures.length === 0) throw new OcularError({ tag: "NoImages", path: fileOrFolder });
  return pictures.sort(inNaturalOrder);
}

/** Numbers by their value; names that differ in case only have a fixed order too. */
export function inNaturalOrder(a: string, b: string): number {
  return natural.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

/** A file that cannot even be opened promised nothing by its name, so it is no picture. */
async function looksLikePicture(path: string): Promise<boolean> {
  const file = await open(path, "r").catch(() => undefined);
  if (file === undefined) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(TYPE_BYTES), 0, TYPE_BYTES, 0);
    return pictureTypeOf(buffer.subarray(0, bytesRead)) !== undefined;
  } finally {
    await file.close();
  }
}
