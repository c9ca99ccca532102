import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { Option } from "commander";
import type { Command } from "commander";
import { describeLedger } from "../../core/acquisition/ledger-words.ts";
import { countTable } from "../../core/counting/count-table.ts";
import { openModelAnalyzer } from "../../engine/analysis/open-model-analyzer.ts";
import { COUNTING_INSET_UM, modelFor, openMicroscope, parseMicroscopeSource, SOURCE_FORMS, webcamNeedsDesktop } from "../../engine/compose/microscope-source.ts";
import { trueCountsOf } from "../../engine/compose/true-counts.ts";
import { createInstrument } from "../../engine/instrument/create-instrument.ts";
import { scanFields } from "../../engine/instrument/scan.ts";
import { loadPixelKernels } from "../../engine/native/pixel-kernels.ts";
import { verifySession } from "../../engine/session/session-reader.ts";
import type { StopRule } from "../../shared/domain/counting.ts";
import type { FieldView } from "../../shared/domain/snapshot.ts";
import { isOcularError, OcularError } from "../../shared/errors.ts";
import { EXIT, type CliContext } from "../context.ts";
import { openConfigured } from "./open-configured.ts";
import { MOST_FIELDS, requireClass, stopLine, stopOption } from "./run-stop.ts";

const DEFAULT_FIELDS = 20;

interface RunOptions {
  readonly camera: string;
  readonly config?: string;
  readonly fields?: string;
  readonly untilCells?: StopRule;
  readonly untilInterval?: StopRule;
  readonly out: string;
  readonly model?: string;
  readonly models: string;
  readonly seed: string;
  readonly frameRate: string;
  readonly wait: string;
  readonly operator: string;
  readonly specimen?: string;
}

/** `ocular run`: a session without a screen, by the same instrument as the desktop app. */
export function addRunCommand(program: Command, context: CliContext): void {
  program
    .command("run")
    .description("keep fields of a microscope as a session, analysed, without a window")
    .requiredOption("--out <dir>", "folder in which the session's folder is made")
    .option("--camera <source>", SOURCE_FORMS.join(", "), "virtual:blood-smear")
    .addOption(new Option("--config <file>", "device configuration to use in the place of --camera (docs/devices/setup.md)").conflicts("camera"))
    .option("--fields <n>", `how many fields to keep, at most where a stop rule is given; by default 20, or ${MOST_FIELDS} with a stop rule`)
    .option("--until-cells <class=n>", "stop rule: end after the field in which that many cells of a class are counted", stopOption("class-count"))
    .addOption(new Option("--until-interval <class=points>", "stop rule: end after the field in which the 95 % interval of a class's share is at most so many percentage points wide")
      .argParser(stopOption("share-interval")).conflicts("untilCells"))
    .option("--model <id>", "model package; the one that fits the specimen where none is named")
    .option("--models <dir>", "folder of the packages", context.modelsFolder)
    .option("--seed <n>", "seed of the virtual specimen", "28")
    .option("--frame-rate <n>", "frames a second", "15")
    .option("--wait <seconds>", "how long devices of the configuration that are not there yet are waited for", "10")
    .option("--operator <name>", "who answers for the session", "ocular run")
    .option("--specimen <id>", "what is looked at")
    .addHelpText("after", "\nExit codes: 0 session sealed, 1 the run failed (what was kept stays and can be recovered), 2 wrong usage.")
    .action((options: RunOptions) => run(context, options));
}

async function run(context: CliContext, options: RunOptions): Promise<void> {
  const { clock } = context;
  const plan = readPlan(context, options);
  if (plan === undefined) return;
  const { notice } = loadPixelKernels();
  if (notice !== undefined) context.err(notice);
  const configured = options.config === undefined ? undefined : await openConfigured(context, options.config, { frameRate: plan.frameRate, waitMs: plan.waitMs });
  const { microscope, virtual, specimenName } = configured ?? openMicroscope(plan.source, { seed: plan.seed, frameRate: plan.frameRate, clock });
  const modelId = options.model ?? modelFor(plan.source);
  const { analyzer, defaultThresholds } = openModelAnalyzer({ modelId, modelsFolder: options.models, host: context.host, clock });
  const instrument = createInstrument({
    microscope, isVirtual: () => configured?.isVirtual() ?? virtual !== undefined, analyzer, analyzerRef: () => ({ kind: "model", id: modelId }), defaultThresholds, clock,
    ids: { next: (kind) => `${kind}-${randomUUID()}` }, libraryFolder: resolve(options.out), software: { name: "Ocular", version: context.version },
    countingInsetUm: COUNTING_INSET_UM, frameRate: plan.frameRate,
  });
  let hasSaidWhy = false;
  const said = new Set<string>();
  const silence = instrument.on("alert", (tone, text) => {
    hasSaidWhy ||= tone === "error";
    said.add(text);
    context.err(text);
  });
  try {
    await analyzer.ready();
    const { stopRule } = plan;
    if (stopRule !== undefined) requireClass(stopRule, analyzer.classes());
    await instrument.start({ areConnected: configured !== undefined });
    // Every analysis is of a kept field: nobody looks at the live ones.
    instrument.setAnalysisEnabled(false);
    await instrument.startSession({ operator: options.operator, specimenId: options.specimen ?? specimenName, note: `ocular run ${options.config === undefined ? `--camera ${options.camera}` : `--config ${options.config}`} --fields ${plan.fields}`, ...(stopRule === undefined ? {} : { stopRule }) });
    const fields = await scanFields(instrument, {
      fields: plan.fields, signal: context.interrupted,
      onField: (kept) => { context.status(`${kept} of ${plan.fields} fields kept`); },
      onRemark: (text) => { context.err(text); },
      ...(stopRule === undefined ? {} : { isEnough: () => instrument.snapshot().session?.stop?.reached === true }),
    }).catch((error: unknown): FieldView[] => {
      // Ctrl+C ends the scan, not the session: what was kept is sealed.
      if (isOcularError(error, "Canceled") && context.interrupted.aborted) return [];
      throw error;
    });
    context.status("");
    // A scan that was ended has not waited for its last answers; the counts that are printed are those of the sealed session.
    await Promise.all(instrument.sessionFields().map(({ fieldId }) => instrument.fieldAnalysed(fieldId)));
    const session = instrument.snapshot().session;
    const { folder, ledger } = await instrument.finishSession();
    const check = await verifySession(folder);
    if (session !== undefined) {
      const trueCounts = virtual === undefined || fields.length === 0 ? undefined : trueCountsOf(virtual)(fields, session.countingFrame);
      for (const line of countTable(session.counts, trueCounts)) context.out(line);
      if (session.stop !== undefined) context.out(stopLine(session.stop));
    }
    context.out(describeLedger(ledger));
    context.out(`Session: ${folder}`);
    if (!check.ok) context.err(check.firstProblem?.message ?? "The session does not verify.");
    context.exit(check.ok && ledger.balanced ? (context.interrupted.aborted ? EXIT.interrupted : EXIT.success) : EXIT.someFailed);
  } catch (error) {
    // The instrument has told it already, or why recording has stopped.
    const isTold = isOcularError(error) && (said.has(error.message) || (hasSaidWhy && isOcularError(error, "WrongState")));
    if (!isTold) throw error;
    context.exit(EXIT.someFailed);
  } finally {
    // What is still owed an answer when a run fails is given up: nothing new to hear of.
    silence();
    await instrument.dispose();
    await configured?.dispose();
  }
}

/** The options as numbers; says what is wrong and gives nothing when one is. */
function readPlan(context: CliContext, options: RunOptions): { source: ReturnType<typeof parseMicroscopeSource>; fields: number; stopRule: StopRule | undefined; seed: number; frameRate: number; waitMs: number } | undefined {
  try {
    const number = (what: string, text: string, min: number, max: number): number => {
      const value = Number(text);
      if (!Number.isFinite(value)) throw new OcularError({ tag: "InvalidInput", what, reason: `"${text}" is not a number` });
      if (value < min || value > max) throw new OcularError({ tag: "OutOfRange", what, value, min, max, unit: "" });
      return value;
    };
    const stopRule = options.untilCells ?? options.untilInterval;
    const source = parseMicroscopeSource(options.camera);
    if (source.kind === "webcam") throw webcamNeedsDesktop();
    return {
      source,
      stopRule,
      fields: Math.floor(number("--fields", options.fields ?? String(stopRule === undefined ? DEFAULT_FIELDS : MOST_FIELDS), 1, 100_000)),
      seed: Math.floor(number("--seed", options.seed, 0, 2 ** 31)),
      frameRate: number("--frame-rate", options.frameRate, 0.1, 500),
      waitMs: 1000 * number("--wait", options.wait, 0, 86_400),
    };
  } catch (error) {
    if (!isOcularError(error)) throw error;
    context.err(error.message);
    context.exit(EXIT.wrongUsage);
    return undefined;
  }
}
