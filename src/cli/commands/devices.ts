import type { Command } from "commander";
import { readConfigurationFile, writeConfiguration } from "../../engine/devices/setup/configuration/configuration-file.ts";
import { importConfigurationFile } from "../../engine/devices/setup/configuration/import-configuration.ts";
import { saveNewFile } from "../../engine/runtime/save-file.ts";
import { ROLES } from "../../shared/domain/device-configuration.ts";
import { isOcularError, OcularError } from "../../shared/errors.ts";
import { EXIT, type CliContext, type ExitCode } from "../context.ts";
import { openBareDesk } from "./open-configured.ts";

/** `ocular devices list|probe|check|import-mm`. */
export function addDevicesCommand(program: Command, context: CliContext): void {
  const devices = program.command("devices").description("what is plugged in, and configurations of it");
  devices
    .command("list")
    .description("everything that is found; nothing is opened")
    .action(() => answer(context, () => list(context)));
  devices
    .command("probe")
    .description("which family sits on a serial port, and at which speed, or who answers at an address of the network; nothing moves")
    .argument("<port>", "/dev/ttyUSB0, COM3, ..., or 192.168.1.7")
    .action((port: string) => answer(context, () => probe(context, port)));
  devices
    .command("check")
    .description("opens everything a configuration names, says where each part stands, closes it; nothing moves")
    .argument("<file>", "the configuration, YAML or JSON")
    .addHelpText("after", "\nExit codes: 0 everything is there, 1 something is missing or wrong (named on stderr), 2 wrong usage.")
    .action((file: string) => answer(context, () => check(context, file)));
  devices
    .command("import-mm")
    .description("makes a configuration of a Micro-Manager .cfg; what could not be understood goes to stderr")
    .argument("<file.cfg>", "Micro-Manager's configuration")
    .option("--out <file>", "where it is written; printed where none is named")
    .action((file: string, options: { out?: string }) => answer(context, () => importMicroManager(context, file, options.out)));
}

/** Refusals are one sentence and exit code 1. */
async function answer(context: CliContext, work: () => Promise<ExitCode>): Promise<void> {
  try {
    context.exit(await work());
  } catch (error) {
    if (!isOcularError(error)) throw error;
    context.err(error.message);
    context.exit(EXIT.someFailed);
  }
}

async function list(context: CliContext): Promise<ExitCode> {
  const { desk } = openBareDesk(context);
  try {
    const { devices, problems } = await desk.discover();
    for (const { connection, address, title, identity, family, problem } of devices) {
      const which = identity === undefined ? "" : `  ${[identity.vendor, identity.product, identity.serial].filter((word) => word !== "").join(":")}`;
      context.out(`${connection.padEnd(8)} ${address}  ${title}${which}${family === undefined ? "" : `  ${family}`}${problem === undefined ? "" : `  (${problem})`}`);
    }
    for (const { where, reason } of problems) context.err(`${where} could not be looked at: ${reason}.`);
    return problems.length > 0 ? EXIT.someFailed : EXIT.success;
  } finally {
    await desk.dispose();
  }
}

async function probe(context: CliContext, port: string): Promise<ExitCode> {
  const { desk } = openBareDesk(context);
  const cancel = (): void => { desk.cancelProbe(); };
  context.interrupted.addEventListener("abort", cancel, { once: true });
  try {
    const result = await desk.probe(port, ({ title, baudRate, tried, total }) => { context.status(`${tried} of ${total}: ${title} at ${baudRate}`); });
    context.status("");
    if (result === undefined) {
      context.err(context.interrupted.aborted ? "Probing was canceled." : `Nobody on ${port} answered in a way that is understood: check power and cable, or name the family yourself.`);
      return context.interrupted.aborted ? EXIT.interrupted : EXIT.someFailed;
    }
    const { family, title, line, model, version, serial } = result;
    context.out(`${family}  ${title}  ${line === undefined ? "" : `${line.baudRate} baud  `}${[model, version, serial].filter((word) => word !== undefined && word !== "").join(", ")}`);
    return EXIT.success;
  } finally {
    context.interrupted.removeEventListener("abort", cancel);
    await desk.dispose();
  }
}

async function check(context: CliContext, file: string): Promise<ExitCode> {
  const configuration = await readConfigurationFile(file);
  const { desk } = openBareDesk(context);
  let failed = 0;
  try {
    for (const device of configuration.devices) {
      try {
        for (const { part, identity, state, words, reason } of await desk.test(device)) {
          if (state !== "ready") failed += 1;
          context.out(`${device.key}  ${part}  ${identity.model}  ${state}${words === undefined ? "" : `, ${words}`}${reason === undefined ? "" : ` (${reason})`}`);
        }
      } catch (error) {
        if (!(error instanceof OcularError)) throw error;
        failed += 1;
        context.err(`${device.key}: ${error.message}`);
      }
    }
    for (const role of ROLES) {
      const part = configuration.roles[role];
      if (part !== undefined) context.out(`${role}: ${part.device}${part.part === undefined ? "" : ` ${part.part}`}`);
    }
    return failed > 0 ? EXIT.someFailed : EXIT.success;
  } finally {
    await desk.dispose();
  }
}

async function importMicroManager(context: CliContext, file: string, out: string | undefined): Promise<ExitCode> {
  const { configuration, remarks } = await importConfigurationFile(file, "micro-manager");
  for (const remark of remarks) context.err(remark);
  const text = writeConfiguration(configuration);
  if (out === undefined) context.out(text.trimEnd());
  else {
    if (!(await saveNewFile(out, text))) throw new OcularError({ tag: "DiskUnwritable", path: out, reason: "it is there already" });
    context.out(`Written: ${out}`);
  }
  return EXIT.success;
}
