import { join } from "node:path";
import type { Command } from "commander";
import { checkModel } from "../../engine/analysis/inference/check-model.ts";
import { defaultThreads } from "../../engine/analysis/inference/default-threads.ts";
import { listModels } from "../../engine/analysis/inference/package/model-package.ts";
import { OcularError, isOcularError } from "../../shared/errors.ts";
import { EXIT } from "../context.ts";
import type { CliContext } from "../context.ts";

/** `ocular models list|check`. */
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
    .addHelpText("after", "\nExit codes: 0 all reproduced, 1 one is refused (named on stderr), 2 wrong usage.")
    .action((ids: string[], options: { models: string; keep: string }) => check(context, ids, options));
}

async function list(context: CliContext, folder: string): Promise<void> {
  const models = await listModels(folder);
  if (models.length === 0) context.err(`There is no model package in ${folder}.`);
  for (const model of models) {
    if ("error" in model) {
      context.err(model.error.message);
      continue;
    }
    const { id, version, name, weights, classes } = model.package;
    context.out(`${id} ${version}  ${name}  sha256 ${weights.sha256.slice(0, 12)}...  ${classes.map((one) => one.id).join(", ")}`);
  }
  context.exit(models.some((model) => "error" in model) ? EXIT.someFailed : EXIT.success);
}

async function check(context: CliContext, ids: readonly string[], options: { models: string; keep: string }): Promise<void> {
  const known = (await listModels(options.models)).map((model) => model.id);
  let failed = known.length === 0 ? 1 : 0;
  if (failed > 0) context.err(`There is no model package in ${options.models}.`);
  for (const id of ids.length > 0 ? ids : known) {
    try {
      if (!known.includes(id)) throw new OcularError({ tag: "ModelUnknown", modelId: id, known });
      const { model, runtime, outputs } = await checkModel(join(options.models, id), { ...context, threads: defaultThreads(), keepIn: options.keep });
      const worst = outputs.map((output) => `${output.id} within ${output.largestDifference.toPrecision(2)}`).join(", ");
      context.out(`${id} ${model.version} reproduced with ${runtime}: ${worst}`);
    } catch (error) {
      if (!isOcularError(error)) throw error;
      failed++;
      context.err(error.message);
      if (error.data.tag === "ModelNotReproduced") context.err(`Both tensors are kept in ${options.keep}.`);
    }
  }
  context.exit(failed > 0 ? EXIT.someFailed : EXIT.success);
}
