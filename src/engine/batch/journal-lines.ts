import type { FileHandle } from "node:fs/promises";

/** One line of a file with its place; `length` counts its end. */
export interface Line {
  readonly text: string;
  readonly offset: number;
  readonly length: number;
}

const PIECE_BYTES = 1 << 20;
const NEWLINE = 0x0a;

/** The whole lines of a file, one in memory at a time; a last line without its end is left out. */
export async function* linesOf(file: FileHandle): AsyncGenerator<Line> {
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  let begun: Buffer[] = [];
  let offset = 0;
  for (let at = 0; ; ) {
    const { bytesRead } = await file.read(piece, 0, PIECE_BYTES, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    let from = 0;
    for (let end = piece.indexOf(NEWLINE, from); end >= 0 && end < bytesRead; end = piece.indexOf(NEWLINE, from)) {
      const line = Buffer.concat([...begun, piece.subarray(from, end)]);
      begun = [];
      yield { text: line.toString("utf8"), offset, length: line.byteLength + 1 };
      offset += line.byteLength + 1;
      from = end + 1;
    }
    if (from < bytesRead) begun.push(Buffer.from(piece.subarray(from, bytesRead)));
  }
}
