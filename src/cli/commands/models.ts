import { join } from "node:path";
import type { Command } from "commander";
import { checkModel } from "../../engine/analysis/inference/check-model.ts";
import type { ModelCheck } from "../../engine/analysis/inference/check-model.ts";
import { defaultThreads } from "../../engine/analysis/inference/default-threads.ts";
import { describeOnnxFile, listProviders, requireProvider } from "../../engine/analysis/inference/describe-onnx.ts";
import { listModels } from "../../engine/analysis/inference/package/model-package.ts";
import { OcularError, isOcularError } from "../../shared/errors.ts";
import { EXIT } from "../context.ts";
import type { CliContext } from "../context.ts";
import { addModelAddCommand } from "./models-add.ts";

/** `ocular models list|check|providers|describe|add`. */
export function addModelsCommand(program: Command, context: CliContext): void {
  const models = program.command("models").description("the model packages installed here");
  models
    .command("list")
    .description("name, version, hash and classes of every package")
    .option("--models <dir>", "folder of the packages", context.modelsFolder)
    .action((options: { models: string }) => list(context, options.models));
  models
    .command("check")
    .description("whether packages do on this machine what their makers saw: hashes and test tensors")
    .argument("[id...]", "packages to check; all of them when none is named")
    .option("--models <dir>", "folder of the packages", context.modelsFolder)
    .option("--keep <dir>", "where both tensors go when they differ", "model-check")
    .option("--provider <name>", "what computes, one of `ocular models providers`; also prints ms per run", "cpu")
    .addHelpText("after", "\nExit codes: 0 all reproduced, 1 one is refused (named on stderr), 2 wrong usage.")
    .action((ids: string[], options: CheckOptions) => check(context, ids, options));
  models
    .command("providers")
    .description("what models can be computed on with the runtime installed here")
    .action(() => providers(context));
  models
    .command("describe")
    .description("inputs and outputs of an ONNX file")
    .argument("<file>", "the .onnx file")
    .action((file: string) => describe(context, file));
  addModelAddCommand(models, context);
}

interface CheckOptions {
  readonly models: string;
  readonly keep: string;
  readonly provider: string;
}

/** Enough for a median, few enough for a slow model. */
const TIMED_RUNS = 5;

async function list(context: CliContext, folder: string): Promise<void> {
  const models = await listModels(folder);
  if (models.length === 0) context.err(`There is no model package in ${folder}.`);
  for (const model of models) {
    if ("error" in model) {
      context.err(model.error.message);
      continue;
    }
    const { id, version, name, weights, classes, config } = model.package;
    context.out(`${id} ${version}  ${name}  ${config.head}  sha256 ${weights.sha256.slice(0, 12)}...  ${classes.map((one) => one.id).join(", ")}`);
  }
  context.exit(models.some((model) => "error" in model) ? EXIT.someFailed : EXIT.success);
}

async function check(context: CliContext, ids: readonly string[], options: CheckOptions): Promise<void> {
  try {
    await requireProvider(options.provider, context);
  } catch (error) {
    if (!isOcularError(error)) throw error;
    context.err(error.message);
    context.exit(isOcularError(error, "UnsupportedValue") ? EXIT.wrongUsage : EXIT.someFailed);
    return;
  }
  const known = (await listModels(options.models)).map((model) => model.id);
  let failed = known.length === 0 ? 1 : 0;
  if (failed > 0) context.err(`There is no model package in ${options.models}.`);
  for (const id of ids.length > 0 ? ids : known) {
    try {
      if (!known.includes(id)) throw new OcularError({ tag: "ModelUnknown", modelId: id, known });
      const { provider, keep: keepIn } = options;
      const done = await checkModel(join(options.models, id), { ...context, threads: defaultThreads(), keepIn, provider, timedRuns: TIMED_RUNS });
      if (done.notice !== undefined) context.err(done.notice);
      context.out(wordsOf(done));
    } catch (error) {
      if (!isOcularError(error)) throw error;
      failed++;
      context.err(error.message);
    }
  }
  context.exit(failed > 0 ? EXIT.someFailed : EXIT.success);
}

function wordsOf({ model, runtime, outputs, msPerRun }: ModelCheck): string {
  const worst = outputs.map((output) => (output.holdsObjects ? `${output.id} gives numbers (its test tensor holds objects: not compared)` : `${output.id} within ${output.largestDifference.toPrecision(2)}`)).join(", ");
  return `${model.id} ${model.version} reproduced with ${runtime}: ${worst}${msPerRun === undefined ? "" : `; ${msPerRun.toFixed(1)} ms per run`}`;
}

async function providers(context: CliContext): Promise<void> {
  const offered = await listProviders(context);
  context.out(offered.runtime);
  for (const { name, title, isBundled } of offered.providers) context.out(`${name.padEnd(10)} ${title}${isBundled ? "" : " (needs libraries of its own)"}`);
  context.exit(EXIT.success);
}

async function describe(context: CliContext, file: string): Promise<void> {
  try {
    const { inputs, outputs } = await describeOnnxFile(file, context);
    for (const [what, tensors] of [["input", inputs], ["output", outputs]] as const) {
      for (const { name, type, shape } of tensors) context.out(`${what.padEnd(7)} ${name}  ${type}  ${shape.join(" x ")}`);
    }
    context.exit(EXIT.success);
  } catch (error) {
    if (!isOcularError(error)) throw error;
    context.err(error.message);
    context.exit(EXIT.someFailed);
  }
}
