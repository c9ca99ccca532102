import { arch, cpus, platform, release, totalmem } from "node:os";
import { strToU8, zipSync } from "fflate";
import type { Clock } from "../../../core/clock.ts";
import type { ConsoleLine } from "../../../shared/domain/device-setup.ts";
import type { LogLine, Snapshot } from "../../../shared/domain/snapshot.ts";
import { saveFile } from "../../runtime/save-file.ts";
import { writeConfiguration } from "./configuration/configuration-file.ts";
import type { DeviceDesk } from "./device-desk.ts";

/** What a support bundle is made of. */
export interface SupportParts {
  readonly desk: DeviceDesk;
  readonly log: readonly LogLine[];
  readonly snapshot: Snapshot;
  /** Of Ocular. */
  readonly version: string;
  readonly clock: Clock;
}

/**
 * A zip of what helps to find a fault: versions, configuration, identities and states, recent conversations and the recent log. No
 * pictures and no sessions; the log names people and specimens as they were entered. All of it is text that can be read before it
 * is sent.
 * @throws OcularError DiskFull, DiskUnwritable: what stood under that name before is still there
 */
export async function writeSupportBundle(path: string, parts: SupportParts): Promise<void> {
  const files = Object.fromEntries(Object.entries(supportFiles(parts)).map(([name, text]) => [name, strToU8(text)]));
  await saveFile(path, zipSync(files, { mtime: new Date(parts.clock.wallTime()) }));
}

/** The files of the bundle, by their names in it. */
export function supportFiles({ desk, log, snapshot, version, clock }: SupportParts): Readonly<Record<string, string>> {
  const { session, disk, ...state } = snapshot;
  const { node, electron, chrome } = process.versions;
  const about = {
    ocular: version, node, ...(electron === undefined ? {} : { electron }), ...(chrome === undefined ? {} : { chrome }), system: `${platform()} ${release()} ${arch()}`,
    processors: cpus().length, memoryBytes: totalmem(), time: clock.wallTime(),
  };
  const conversations = desk.list().map(({ device, console }) => {
    const { lines, dropped } = console.after();
    return [`conversations/${device.key}.txt`, `${dropped === 0 ? "" : `(${dropped} older lines are gone)\n`}${lines.map(lineText).join("")}`] as const;
  });
  return {
    "about.json": json(about),
    "configuration.yaml": writeConfiguration(desk.configuration()),
    "devices.json": json(desk.setup()),
    "instrument.json": json({ ...state, sessionIsOpen: session !== undefined, ...(disk === undefined ? {} : { diskFreeBytes: disk.freeBytes }) }),
    "log.txt": log.map(({ time, tone, text }) => `${time} ${tone} ${text}\n`).join(""),
    ...Object.fromEntries(conversations),
  };
}

function lineText({ time, direction, text }: ConsoleLine): string {
  return `${time} ${direction} ${text}\n`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
