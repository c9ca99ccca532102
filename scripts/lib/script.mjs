import { isatty } from "node:tty";

/**
 * Runs a script's main function: its number becomes the exit code, its error one line on the terminal and exit code 1.
 *
 * @param {() => Promise<number>} main
 */
export async function script(main) {
  endWithItsTerminal();
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

/**
 * As src/cli/lost-terminal.ts, which says why: Node cannot end by itself once one of its terminals has gone.
 */
function endWithItsTerminal() {
  const terminals = [0, 1, 2].filter((descriptor) => isatty(descriptor));
  process.once("exit", () => {
    if (terminals.every((descriptor) => isatty(descriptor))) return;
    process.removeAllListeners("SIGHUP");
    process.kill(process.pid, "SIGHUP");
  });
}
