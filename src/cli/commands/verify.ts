import type { Command } from "commander";
import { verifySession } from "../../engine/session/session-reader.ts";
import { EXIT } from "../context.ts";
import type { CliContext } from "../context.ts";

/** `ocular verify SESSION`: chain, files and ledger of a session. */
export function addVerifyCommand(program: Command, context: CliContext): void {
  program
    .command("verify")
    .description("check a session: every record's hash, every file, the frame ledger")
    .argument("<session>", "folder of the session, <name>.ocular")
    .addHelpText("after", "\nExit codes: 0 sound, 1 not sound (the first broken record is named), 2 wrong usage.")
    .action(async (folder: string) => {
      const report = await verifySession(folder);
      const counted = `${report.records} records, ${report.files} files`;
      if (report.ok) {
        context.out(`${folder}: sound, ${report.sealed ? "sealed" : "not sealed yet"} (${counted})`);
        context.exit(EXIT.success);
        return;
      }
      const { line, file, message = "it is not sound" } = report.firstProblem ?? {};
      const place = [line === undefined ? "" : `log line ${line}`, file ?? ""].filter((part) => part !== "").join(", ");
      context.err(`${folder}: ${place === "" ? "" : `${place}: `}${message} (${counted} checked)`);
      context.exit(EXIT.someFailed);
    });
}
