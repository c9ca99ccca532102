import type { Crops, CropsRequest, FieldFeatures } from "../../shared/domain/features.ts";
import type { ErrorData } from "../../shared/error-data.ts";

/** What passes between the main thread and the features worker. */
export type FeaturesRequest =
  | { readonly id: number; readonly type: "measure"; readonly folder: string; readonly fieldId: string }
  | { readonly id: number; readonly type: "crop"; readonly folder: string; readonly request: CropsRequest };

export type FeaturesMessage =
  | { readonly id: number; readonly type: "measured"; readonly features: FieldFeatures }
  | { readonly id: number; readonly type: "cropped"; readonly crops: Crops }
  | { readonly id: number; readonly type: "fault"; readonly error: ErrorData };

export interface FeaturesWorkerData {
  /** Added to the thread's nice value where the system knows threads. */
  readonly niceness: number;
}
