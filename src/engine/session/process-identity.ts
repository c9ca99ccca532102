import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { errorCode } from "./session-files.ts";

/** A process, told apart from a later one that got the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the system's own terms; empty where the system does not say. */
  readonly started: string;
  readonly host: string;
}

/** Asks about processes; injected in tests. */
export interface ProcessTable {
  self(): ProcessIdentity;
  /** Undefined when no process has that number now. */
  startOf(pid: number): string | undefined;
}

export const systemProcesses: ProcessTable = {
  self: () => ({ pid: process.pid, started: startOf(process.pid) ?? "", host: hostname() }),
  startOf,
};

function startOf(pid: number): string | undefined {
  return isRunning(pid) ? linuxStart(pid) : undefined;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, but belongs to somebody else.
    return errorCode(error) === "EPERM";
  }
}

/**
 * Boot id and start tick of a process (proc(5), field 22 of /proc/PID/stat); empty on systems without /proc. A zombie is
 * dead to us: it writes no more.
 */
function linuxStart(pid: number): string | undefined {
  if (process.platform !== "linux") return "";
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the name in parentheses and may hold blanks: count from its end.
    const afterName = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (afterName[0] === "Z" || afterName[0] === "X") return undefined;
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot}:${afterName[19] ?? ""}`;
  } catch (error) {
    return errorCode(error) === "ENOENT" || errorCode(error) === "ESRCH" ? undefined : "";
  }
}
