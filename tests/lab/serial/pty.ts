import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LabController } from "./lab-controller.ts";

/** A virtual controller on a pseudo-terminal that any program can open. */
export interface PseudoTerminal {
  /** What to open: a link to the terminal. */
  readonly path: string;
  /** Bytes that came in from the terminal, and bytes given to it: what is on its way can be waited for. */
  readonly heardBytes: () => number;
  readonly saidBytes: () => number;
  /** True once nothing more can come in from it. */
  readonly hasEnded: () => boolean;
  /** The terminal goes away, as a plug pulled out does. */
  hangUp(): Promise<void>;
  close(): Promise<void>;
}

/** Why there can be no pseudo-terminal here; undefined when there can. */
export function whyNoPty(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(":");
  return folders.some((folder) => existsSync(join(folder, "socat"))) ? undefined : "socat is not installed (node scripts/system-packages.mjs installs it on Debian and Ubuntu)";
}

/**
 * Puts a controller on a pseudo-terminal by socat. The line has no speed of its own there: baud rates are whatever the
 * host says, so noise by a wrong one can be had in process only.
 */
export async function ptyOf(controller: LabController): Promise<PseudoTerminal> {
  const folder = mkdtempSync(join(tmpdir(), "ocular-lab-"));
  const path = join(folder, "tty");
  const socat = spawn("socat", [`PTY,link=${path},rawer`, "STDIO"], { stdio: ["pipe", "pipe", "inherit"] });
  let heard = 0;
  let said = 0;
  let hasEnded = false;
  // "close", not "exit": what it had heard before it ended comes in between the two.
  const ended = new Promise<void>((resolve) => {
    socat.once("close", () => {
      hasEnded = true;
      resolve();
    });
  });
  await untilExists(path, socat);
  socat.stdout.on("data", (bytes: Buffer) => {
    heard += bytes.length;
    controller.receive(new Uint8Array(bytes));
  });
  // A terminal that was hung up takes no more: that is what the test wanted.
  socat.stdin.on("error", () => undefined);
  controller.attach({
    async write(bytes) {
      said += bytes.length;
      socat.stdin.write(bytes);
    },
  });
  const hangUp = async (): Promise<void> => {
    controller.detach();
    // Not SIGTERM: socat 1.7 notes it and leaves at its next byte, which may never come (3 in 3000 terminals stayed). What dies so leaves its link.
    if (!hasEnded) {
      rmSync(path, { force: true });
      socat.kill("SIGKILL");
    }
    await ended;
  };
  return {
    path,
    heardBytes: () => heard,
    saidBytes: () => said,
    hasEnded: () => hasEnded,
    hangUp,
    async close() {
      await hangUp();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** socat makes the link when the terminal is there. */
async function untilExists(path: string, socat: ChildProcess): Promise<void> {
  const startedMs = performance.now();
  while (!existsSync(path)) {
    if (socat.exitCode !== null) throw new Error(`socat ended with ${socat.exitCode} before its terminal was there`);
    if (performance.now() - startedMs > 5000) throw new Error("socat made no terminal within 5 s");
    await new Promise((resolve) => setImmediate(resolve));
  }
}
