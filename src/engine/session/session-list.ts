import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { SessionName, type SessionSummary } from "../../shared/ipc/contract.ts";
import { LOG_FILE } from "./log-scan.ts";
import { errorCode } from "./session-files.ts";
import { SEAL_FILE } from "./session-seal.ts";
import { sessionSummary } from "./session-reader.ts";

/** What earlier listings read of each session, by folder name. It holds as long as the log's and the seal's files are the very same. */
export type SummaryMemory = Map<string, { readonly files: string; readonly summary: SessionSummary }>;

/** Sessions read side by side: a disk, or a machine with other work, answers each of many small questions late. */
const LANES = 8;

/**
 * Every session of the library, newest first. A session that cannot be read is listed with its problem. Sealed sessions
 * are taken at their seal's word, from the two ends of their log: opening one checks it. Those that `memory` holds are not read
 * again while size, times and place on the disk of their log and seal are what they were.
 */
export async function listSessions(libraryFolder: string, memory: SummaryMemory = new Map()): Promise<SessionSummary[]> {
  const names = (await foldersIn(libraryFolder)).filter((name) => SessionName.safeParse(name).success);
  const summaries: SessionSummary[] = [];
  const waiting = names.values();
  const lane = async (): Promise<void> => {
    for (const name of waiting) summaries.push(await remembered(join(libraryFolder, name), name, memory));
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  const there = new Set(names);
  for (const name of memory.keys()) if (!there.has(name)) memory.delete(name);
  return summaries.sort((a, b) => startOf(b) - startOf(a) || a.name.localeCompare(b.name));
}

/** Not by the text: it is local time, which comes twice when summer time ends, and is another one elsewhere. What cannot be read stands last. */
function startOf({ startedAt }: SessionSummary): number {
  return startedAt === undefined ? 0 : Date.parse(startedAt);
}

async function remembered(folder: string, name: string, memory: SummaryMemory): Promise<SessionSummary> {
  // Looked at before it is read: what is written meanwhile makes it another one the next time.
  const files = `${await fileIdentity(join(folder, LOG_FILE))} ${await fileIdentity(join(folder, SEAL_FILE))}`;
  const known = memory.get(name);
  if (known?.files === files) return known.summary;
  const summary = await sessionSummary(folder);
  memory.set(name, { files, summary });
  return summary;
}

/** Which file lies there and in which state, times in ns: that of the last change cannot be set by hand. */
async function fileIdentity(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [ino, size, mtimeNs, ctimeNs].join("/");
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return errorCode(error) ?? "";
  }
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}
