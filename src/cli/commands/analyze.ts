import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import { requireProvider } from "../../engine/analysis/inference/describe-onnx.ts";
import { findModel } from "../../engine/analysis/inference/package/model-package.ts";
import { defaultChecksFolder, ensureReproduced } from "../../engine/analysis/inference/reproduced-models.ts";
import { PictureBorder } from "../../shared/domain/batch.ts";
import { isOcularError, OcularError } from "../../shared/errors.ts";
import { findRecipe } from "../../engine/analysis/rules/recipe-store.ts";
import { modelSource, recipeSource } from "../../engine/batch/analysis-source.ts";
import type { AnalysisSource } from "../../engine/batch/analysis-source.ts";
import { defaultWorkers } from "../../engine/batch/default-workers.ts";
import { runAnalysis } from "../analyze/run-analysis.ts";
import { EXIT } from "../context.ts";
import type { CliContext } from "../context.ts";

interface AnalyzeOptions {
  readonly model?: string;
  readonly rules?: string;
  readonly out: string;
  readonly pixelSize?: number;
  readonly scale: "estimated" | "as-is";
  readonly threshold: Readonly<Record<string, number>>;
  readonly workers: number;
  readonly threads: number;
  readonly features: boolean;
  readonly border: PictureBorder;
  readonly restart: boolean;
  readonly provider: string;
  readonly models: string;
}

/** `ocular analyze INPUT... --model ID | --rules NAME --out DIR`. */
export function addAnalyzeCommand(program: Command, context: CliContext): void {
  program
    .command("analyze")
    .description("find and count cells in pictures, folders of pictures, or the kept fields of sessions")
    .argument("<input...>", "PNG, JPEG or TIFF files (8/16 bit, multi-page), folders of them, or sessions (*.ocular)")
    .option("--model <id>", "model package, see `ocular models list`")
    .option("--rules <name>", "rule recipe in place of a model: its name (nuclei, nuclei@1) or its file, see docs/recipes.md")
    .requiredOption("--out <dir>", "folder for the results; made when it is missing")
    .option("--pixel-size <um>", "um per pixel of every input, in place of what the files say", positiveNumber)
    .addOption(new Option("--scale <how>", "pictures without a pixel size: taken for what the size of their cells says, where the model knows it, or for what the model assumes").choices(["estimated", "as-is"]).default("estimated"))
    .addOption(new Option("--border <rule>", "which objects of a picture count: every one, or those that touch neither the right nor the lower border; sessions count by their own rule, each cell once").choices(PictureBorder.options).default("every" satisfies PictureBorder))
    .option("--threshold <class=score>", "lowest score that counts for a class, 0 to 1; may be given once per class", threshold, {})
    .option("--workers <n>", "pictures at a time, each with a process of its own", positiveInteger, defaultWorkers())
    .option("--threads <n>", "threads for the model in each worker", positiveInteger, 1)
    .option("--no-features", "leave the objects unmeasured: less to write, a little faster")
    .option("--restart", "begin anew where an unfinished analysis lies in the folder", false)
    .option("--provider <name>", "what computes the model, see `ocular models providers`", "cpu")
    .option("--models <dir>", "folder of the model packages", context.modelsFolder)
    .addHelpText("after", HELP)
    .action((inputs: string[], options: AnalyzeOptions) => analyze(context, inputs, options));
}

const HELP = `
Writes to the folder:
  detections.coco.json  COCO: images (file_name is the input's base name), annotations (bbox, score, category), categories
  objects.csv, .parquet a row per object with its features, see docs/features.md
  counts.csv, .parquet  a row per picture and class, with 95 % intervals (Poisson for counts, Wilson for shares)
  run.json              versions, hashes and settings; what failed and why
Exit codes: 0 success, 1 some inputs failed (each named on stderr, the rest done), 2 wrong usage.
Ctrl+C finishes the pictures under way and writes what is done; the same command then goes on where it was, also after
a crash: what is in journal.jsonl is not done again.`;

async function analyze(context: CliContext, inputs: readonly string[], options: AnalyzeOptions): Promise<void> {
  try {
    const source = await sourceOf(context, options);
    const { out, pixelSize, threshold: thresholds, workers, features: withFeatures, border, restart, scale } = options;
    context.exit(await runAnalysis(context, source, { inputs, out, thresholds, workers, withFeatures, border, restart, estimatesScale: scale === "estimated", ...(pixelSize === undefined ? {} : { pixelSizeUm: pixelSize }) }));
  } catch (error) {
    if (!isOcularError(error)) throw error;
    context.err(error.message);
    const isUsage = ["ModelUnknown", "RecipeUnknown", "UnsupportedValue", "OutOfRange"].includes(error.data.tag);
    context.exit(isUsage ? EXIT.wrongUsage : EXIT.someFailed);
  }
}

async function sourceOf(context: CliContext, options: AnalyzeOptions): Promise<AnalysisSource> {
  if (options.rules !== undefined && options.model === undefined) return recipeSource(await findRecipe(options.rules, { shipped: context.recipesFolder }));
  if (options.model !== undefined && options.rules === undefined) {
    const { threads, provider } = options;
    await requireProvider(provider, context);
    const model = await findModel(options.models, options.model);
    await ensureReproduced(model, { host: context.host, clock: context.clock, threads, provider, checksFolder: defaultChecksFolder() });
    return modelSource(model, threads, provider);
  }
  throw new OcularError({ tag: "UnsupportedValue", what: "What looks at the pictures", value: options.model === undefined ? "nothing" : "--model and --rules", allowed: ["--model", "--rules"] });
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError("It must be a number above 0.");
  return value;
}

function positiveInteger(text: string): number {
  const value = positiveNumber(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError("It must be a whole number above 0.");
  return value;
}

function threshold(text: string, before: Readonly<Record<string, number>>): Record<string, number> {
  const [classId = "", score = ""] = text.split("=", 2);
  const value = Number(score);
  if (classId === "" || score.trim() === "" || !(value >= 0 && value <= 1)) throw new InvalidArgumentError("It must be class=score with a score from 0 to 1.");
  return { ...before, [classId]: value };
}
