import path from "node:path";
import { dialog } from "electron";
import type { BrowserWindow } from "electron";
import type { AnalyzerCatalog } from "../engine/analysis/analyzer-catalog.ts";
import type { AnalyzerSeat } from "../engine/analysis/analyzer-seat.ts";
import { checkModel } from "../engine/analysis/inference/check-model.ts";
import { defaultThreads } from "../engine/analysis/inference/default-threads.ts";
import { describeOnnxFile, listProviders, requireProvider } from "../engine/analysis/inference/describe-onnx.ts";
import { packageFromOnnx } from "../engine/analysis/inference/form/package-from-onnx.ts";
import { packageFromZip } from "../engine/analysis/inference/form/package-from-zip.ts";
import type { InferenceHost } from "../engine/analysis/inference/inference-host.ts";
import { findModel, listModels } from "../engine/analysis/inference/package/model-package.ts";
import { readProviderChoice, writeProviderChoice } from "../engine/analysis/inference/provider-choice.ts";
import { defaultChecksFolder } from "../engine/analysis/inference/reproduced-models.ts";
import type { Instrument } from "../engine/instrument/instrument.ts";
import { systemClock } from "../engine/runtime/system-clock.ts";
import type { ModelEntry } from "../shared/domain/model-package.ts";
import { OcularError } from "../shared/errors.ts";
import type { Implementations } from "./answer-call.ts";

export interface ModelCallParts {
  readonly modelsFolder: string;
  readonly host: InferenceHost;
  /** Remembers what was chosen to compute on. */
  readonly choiceFile: string;
  readonly instrument: Instrument;
  readonly catalog: AnalyzerCatalog;
  readonly seat: AnalyzerSeat;
  /** Where dialogs belong; undefined when there is no window any more. */
  readonly window: () => BrowserWindow | undefined;
  /** What was last said of a model that does not run as it was asked for. */
  readonly notice: () => string | undefined;
  /** What was said is of another choice now. */
  readonly forgetNotice: () => void;
}

export type ModelCalls = Pick<Implementations, Extract<keyof Implementations, `models.${string}`>>;

const TIMED_RUNS = 5;

/** The calls about model packages and what computes them. No path comes from the page: it asks for a dialog. */
export function implementModelCalls(parts: ModelCallParts): ModelCalls {
  const { modelsFolder, host, choiceFile, instrument, catalog, seat } = parts;
  const run = { host, clock: systemClock };
  let pickedFile: string | undefined;
  return {
    "models.list": async () => (await listModels(modelsFolder)).map(entryOf),
    "models.providers": async () => {
      const [offered, chosen] = await Promise.all([listProviders(run), readProviderChoice(choiceFile)]);
      const notice = parts.notice();
      return { runtime: offered.runtime, providers: [...offered.providers], chosen, ...(notice === undefined ? {} : { notice }) };
    },
    "models.chooseProvider": async ({ provider }) => {
      instrument.refuseDuringSession("Choosing what computes");
      await requireProvider(provider, run);
      await writeProviderChoice(choiceFile, provider);
      parts.forgetNotice();
      if (seat.ref().kind === "model") await seat.take(await catalog.open(seat.ref()));
      return {};
    },
    "models.measure": async ({ modelId, provider }) => {
      const { folder } = await findModel(modelsFolder, modelId);
      const { runtime, msPerRun, notice } = await checkModel(folder, { ...run, threads: defaultThreads(), provider, keepIn: path.join(defaultChecksFolder(), "differ", modelId), timedRuns: TIMED_RUNS });
      return { runtime, ...(msPerRun === undefined ? {} : { msPerRun }), ...(notice === undefined ? {} : { notice }) };
    },
    "models.pick": async () => {
      const window = parts.window();
      const options = { title: "Open a model package or an ONNX file", properties: ["openFile" as const], filters: [{ name: "Model packages and ONNX files", extensions: ["zip", "onnx"] }] };
      const { filePaths } = await (window === undefined ? dialog.showOpenDialog(options) : dialog.showOpenDialog(window, options));
      const [file] = filePaths;
      if (file === undefined) return {};
      const name = path.basename(file);
      if (isZip(file)) {
        pickedFile = file;
        return { picked: { kind: "package", name } };
      }
      const { inputs, outputs } = await describeOnnxFile(file, run);
      pickedFile = file;
      return { picked: { kind: "graph", name, inputs, outputs } };
    },
    "models.add": async ({ answers }) => {
      if (pickedFile === undefined) throw new OcularError({ tag: "WrongState", what: "Adding a model", state: "no file is chosen", allowedIn: ["a file is chosen"] });
      const place = { file: pickedFile, modelsFolder, ...run, threads: defaultThreads() };
      if (!isZip(pickedFile) && answers === undefined) throw new OcularError({ tag: "InvalidInput", what: "The form for this model", reason: "an ONNX file does not say how its outputs are read" });
      const { id } = await (isZip(pickedFile) || answers === undefined ? packageFromZip({ ...place, ...(answers === undefined ? {} : { id: answers.id, form: answers }) }) : packageFromOnnx({ ...place, answers }));
      pickedFile = undefined;
      return { id };
    },
  };
}

function isZip(file: string): boolean {
  return path.extname(file).toLowerCase() === ".zip";
}

function entryOf(model: Awaited<ReturnType<typeof listModels>>[number]): ModelEntry {
  if ("error" in model) return { id: model.id, name: model.id, version: "", classes: [], sha256: "", problem: model.error.message };
  const { id, name, version, config, classes, weights } = model.package;
  return { id, name, version, head: config.head, classes: [...classes], sha256: weights.sha256 };
}
