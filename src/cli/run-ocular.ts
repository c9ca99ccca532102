import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import type { Clock } from "../core/clock.ts";
import { nodeInferenceHost } from "../engine/analysis/inference/inference-host.ts";
import { appRoot } from "../engine/runtime/entries.ts";
import { OcularError, errorDataOf } from "../shared/errors.ts";
import { addAnalyzeCommand } from "./commands/analyze.ts";
import { addDevicesCommand } from "./commands/devices.ts";
import { addModelsCommand } from "./commands/models.ts";
import { addRunCommand } from "./commands/run.ts";
import { addVerifyCommand } from "./commands/verify.ts";
import { EXIT } from "./context.ts";
import type { CliContext } from "./context.ts";
import { endWithItsTerminal } from "./lost-terminal.ts";

/**
 * The `ocular` command: the same engine as the desktop app, without a window. Takes its arguments and its end from the process.
 * @param clock what every deadline goes by
 */
export async function runOcular(clock: Clock): Promise<void> {
  endWithItsTerminal();
  const interruption = new AbortController();
  // The first Ctrl+C ends in good order; the second is not caught and ends at once.
  process.once("SIGINT", () => interruption.abort());
  process.once("SIGTERM", () => interruption.abort());
  // A closing terminal sends it, and its shell may send it once more: what is under way is still ended in good order.
  process.on("SIGHUP", () => interruption.abort());
  for (const stream of [process.stdout, process.stderr]) {
    // Whoever read it is gone, a closed terminal or `| head`: nothing more can be said there.
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
      interruption.abort();
    });
  }

  const context: CliContext = {
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${clearLine()}${line}\n`),
    status: (line) => {
      if (process.stderr.isTTY) process.stderr.write(`${clearLine()}${line.slice(0, process.stderr.columns - 1)}`);
    },
    clock,
    host: nodeInferenceHost(),
    interrupted: interruption.signal,
    version: versionOf(join(appRoot(), "package.json")),
    modelsFolder: join(appRoot(), "models"),
    recipesFolder: join(appRoot(), "recipes"),
    exit: (code) => {
      process.exitCode = code;
    },
  };

  const program = new Command("ocular")
    .description("Analyse pictures, run a microscope and check sessions without a window.")
    .version(context.version, "-V, --version", "print the version")
    .showHelpAfterError("(--help tells more)")
    .exitOverride();
  addAnalyzeCommand(program, context);
  addDevicesCommand(program, context);
  addModelsCommand(program, context);
  addRunCommand(program, context);
  addVerifyCommand(program, context);

  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has said what is wrong; help and version are no error.
      context.exit(error.exitCode === 0 ? EXIT.success : EXIT.wrongUsage);
    } else {
      context.err(error instanceof OcularError ? error.message : new OcularError(errorDataOf(error, "The command")).message);
      context.exit(EXIT.someFailed);
    }
  }
}

function clearLine(): string {
  return process.stderr.isTTY ? "\r\u001b[2K" : "";
}

function versionOf(packageFile: string): string {
  const content: unknown = JSON.parse(readFileSync(packageFile, "utf8"));
  return typeof content === "object" && content !== null && "version" in content ? String(content.version) : "unknown";
}
