import type { Clock } from "../../core/clock.ts";
import type { BatchProgress, PictureBorder, SessionCount } from "../../shared/domain/batch.ts";
import type { AnalyzerIdentity } from "../../shared/domain/detection.ts";
import type { OcularError } from "../../shared/errors.ts";
import type { InferenceHost } from "../analysis/inference/inference-host.ts";
import type { AnalysisSource } from "./analysis-source.ts";
import type { InputFile } from "./inputs.ts";
import type { FileRecord } from "./journal-records.ts";

/** What is to be done. */
export interface BatchOrder {
  /** Pictures, folders of them, sessions. */
  readonly inputs: readonly string[];
  /** Folder for the results; made when it is missing. */
  readonly out: string;
  /** um per pixel of every input, in place of what the files say. */
  readonly pixelSizeUm?: number;
  /** Pictures without a pixel size are taken for what the size of their objects says, where the model knows that size. */
  readonly estimatesScale: boolean;
  /** Lowest score per class id. */
  readonly thresholds: Readonly<Record<string, number>>;
  /** Pictures at a time. */
  readonly workers: number;
  readonly withFeatures: boolean;
  readonly border: PictureBorder;
  /** Begin anew where an unfinished batch lies in the folder. */
  readonly restart: boolean;
}

/** An input or a picture that failed. */
export interface BatchFailure {
  readonly input: string;
  readonly error: OcularError;
}

/** What a batch is done with and who hears of it. */
export interface BatchParts {
  readonly source: AnalysisSource;
  readonly host: InferenceHost;
  readonly clock: Clock;
  /** Added to the nice value of what works, where something else comes first. */
  readonly niceness?: number;
  /** Of Ocular. */
  readonly version: string;
  /** Aborts: finish the pictures under way, write what is done, keep the journal. */
  readonly stop: AbortSignal;
  readonly onProgress: (progress: BatchProgress) => void;
  /** Each as it happens; all of them are in the report and in run.json. */
  readonly onFailure: (failure: BatchFailure) => void;
  /** What is done, but not as it was asked for or may be meant: a sentence, each once. */
  readonly onNotice?: (text: string) => void;
  /** Every finished file in the order of the inputs, while the results are written. */
  readonly onResult?: (file: InputFile, record: FileRecord) => void;
}

/** Pages that state no pixel size. */
export interface WithoutScale {
  /** Taken for what the analyzer assumes. */
  readonly assumed: number;
  /** Taken for what their objects said. */
  readonly estimated: number;
  /** The smallest and the largest of the latter; undefined where there are none. */
  readonly estimatedUm?: { readonly lowest: number; readonly highest: number };
}

/** What came of it. */
export interface BatchReport {
  readonly analyzer: AnalyzerIdentity;
  /** False when it was stopped: the same order goes on where it was. */
  readonly completed: boolean;
  /** Pages in the results. */
  readonly pictures: number;
  /** Of those, pages that state no pixel size where none was told. */
  readonly withoutScale: WithoutScale;
  /** `n` counted of `found`: sessions by their own rule, each cell once; other pictures by the border rule. */
  readonly counts: ReadonlyArray<{ readonly class: string; readonly n: number; readonly n_low95: number; readonly n_high95: number; readonly found: number }>;
  readonly sessions: readonly SessionCount[];
  readonly failures: readonly BatchFailure[];
}
