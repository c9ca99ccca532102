import { crc32, inflateRawSync } from "node:zlib";
import { type Entry, fromBufferPromise, type ZipFile } from "yauzl";
import { GenicamError } from "../genicam-error.ts";

/** Bytes of a camera's file we take, stored and unpacked. Real ones stay below 3 MB unpacked. */
export const DEVICE_FILE_LIMITS = { maxStoredBytes: 8 * 2 ** 20, maxUnpackedBytes: 32 * 2 ** 20 } as const;

/**
 * The text of a GenICam file as a camera stores it: plain, or as the one file of a zip. Whether it is a zip is seen from
 * its first bytes, which are right more often than the manifest.
 *
 * @throws GenicamError `malformed` for a broken zip, one that unpacks to more than we take, or text in no known encoding
 */
export async function deviceFileText(stored: Uint8Array, limits: { readonly maxStoredBytes: number; readonly maxUnpackedBytes: number } = DEVICE_FILE_LIMITS): Promise<string> {
  if (stored.length > limits.maxStoredBytes) throw malformed(`its ${stored.length} bytes are more than ${limits.maxStoredBytes}`);
  const isZip = stored[0] === 0x50 && stored[1] === 0x4b && stored[2] === 3 && stored[3] === 4;
  return decoded(withoutPadding(isZip ? await unzipped(stored, limits.maxUnpackedBytes) : stored));
}

async function unzipped(stored: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  let zip: ZipFile | undefined;
  try {
    // Cameras pad the file to their own block size; a zip ends with its last record.
    zip = await fromBufferPromise(Buffer.from(stored.subarray(0, zipEnd(stored))), { lazyEntries: true, validateEntrySizes: true });
    const entry = await firstFile(zip);
    if (entry === undefined) throw malformed("its zip is empty");
    if (entry.uncompressedSize > maxBytes) throw malformed(`its zip unpacks to ${entry.uncompressedSize} bytes, more than ${maxBytes}`);
    const isPacked = entry.compressionMethod === 8;
    const pieces: Uint8Array[] = [];
    for await (const piece of await zip.openReadStreamPromise(entry, { decompress: isPacked ? false : null })) pieces.push(piece as Uint8Array);
    const packed = Buffer.concat(pieces);
    // A few megabytes at most: quicker done at once than by the thread pool, and it ends in the same turn of a test's clock.
    const unpacked = isPacked ? inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.uncompressedSize) }) : packed;
    if (unpacked.length !== entry.uncompressedSize || crc32(unpacked) !== entry.crc32) throw malformed("its zip holds something else than it says");
    return unpacked;
  } catch (error) {
    if (error instanceof GenicamError) throw error;
    throw malformed(`its zip is broken (${error instanceof Error ? error.message : String(error)})`, error);
  } finally {
    zip?.close();
  }
}

/** The zip's first file that is named .xml, else its first file. */
async function firstFile(zip: ZipFile): Promise<Entry | undefined> {
  const files: Entry[] = [];
  await new Promise<void>((resolve, reject) => {
    zip.on("error", reject);
    zip.on("end", resolve);
    zip.on("entry", (entry: Entry) => {
      if (!entry.fileName.endsWith("/")) files.push(entry);
      if (files.length > 16) reject(malformed("its zip holds more than 16 files"));
      else zip.readEntry();
    });
    zip.readEntry();
  });
  return files.find(({ fileName }) => fileName.toLowerCase().endsWith(".xml")) ?? files[0];
}

/** End of the zip's closing record (22 bytes and a comment), or of the bytes where none is found. */
function zipEnd(stored: Uint8Array): number {
  for (let at = stored.length - 22; at >= 0; at--) {
    if (stored[at] !== 0x50 || stored[at + 1] !== 0x4b || stored[at + 2] !== 5 || stored[at + 3] !== 6) continue;
    const end = at + 22 + (stored[at + 20] ?? 0) + 256 * (stored[at + 21] ?? 0);
    return Math.min(end, stored.length);
  }
  return stored.length;
}

function withoutPadding(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return bytes.subarray(0, end);
}

function decoded(bytes: Uint8Array): string {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 200));
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  const named = /^(?:\u00ef\u00bb\u00bf)?<\?xml[^>]*encoding=["']([A-Za-z0-9_-]{1,20})["']/u.exec(head)?.[1];
  try {
    return new TextDecoder(isUtf16 ? "utf-16le" : (named ?? "utf-8"), { fatal: true }).decode(bytes);
  } catch (error) {
    throw malformed(`its text is not ${named ?? "utf-8"}`, error);
  }
}

function malformed(reason: string, cause?: unknown): GenicamError {
  return new GenicamError("malformed", "", `the camera's description is not usable: ${reason}`, { cause });
}
