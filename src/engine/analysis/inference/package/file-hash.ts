import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

/** SHA-256 of a file, hex. Read piece by piece: no pause of the event loop, whatever the file's size. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  const pieces: AsyncIterable<Buffer> = createReadStream(path);
  for await (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
}

/** SHA-256 of a text, hex. */
export function sha256OfText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** SHA-256 of a value written as JSON with sorted keys: equal settings, equal hash. */
export function sha256OfSettings(settings: unknown): string {
  return createHash("sha256").update(JSON.stringify(settings, sortKeys)).digest("hex");
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
