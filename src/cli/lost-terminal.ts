import { isatty } from "node:tty";

const STDIO = [0, 1, 2] as const;

/**
 * Ends this process by SIGHUP, as the end of its terminal means, where one of its own has gone meanwhile. Node puts every terminal it began with
 * back into order at its exit, whatever it is told before, and takes one that is gone for a defect of its own: it ended with SIGABRT and a core.
 * Called once, when the process begins; in its last event nothing is left to be done.
 */
export function endWithItsTerminal(): void {
  const terminals = STDIO.filter((descriptor) => isatty(descriptor));
  process.once("exit", () => {
    // A terminal that was closed says that it is none.
    if (terminals.every((descriptor) => isatty(descriptor))) return;
    process.removeAllListeners("SIGHUP");
    process.kill(process.pid, "SIGHUP");
  });
}
