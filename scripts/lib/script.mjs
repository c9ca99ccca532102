/**
 * Runs a script's main function: its number becomes the exit code, its error one line on the terminal and exit code 1.
 *
 * @param {() => Promise<number>} main
 */
export async function script(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
