import path from "node:path";
import type { AnalyzerCatalog } from "../engine/analysis/analyzer-catalog.ts";
import type { FeatureService } from "../engine/features/feature-service.ts";
import { systemClock } from "../engine/runtime/system-clock.ts";

/** The measuring of saved cells in the desktop app: read and started when its screen is opened, for it has no part in the first picture. */
export interface Exploring {
  open(): Promise<FeatureService>;
  dispose(): Promise<void>;
}

export function createExploring(catalog: AnalyzerCatalog, modelsFolder: string): Exploring {
  let opening: Promise<FeatureService> | undefined;
  const openModel = async (id: string) => (await catalog.open({ kind: "model", id })).analyzer;
  const givesEmbedding = async (id: string): Promise<boolean> => {
    const { loadModelPackage } = await import("../engine/analysis/inference/package/model-package.ts");
    return (await loadModelPackage(path.join(modelsFolder, id))).config.embedding !== undefined;
  };
  return {
    open: () => (opening ??= import("../engine/features/feature-service.ts").then(({ createFeatureService }) => createFeatureService({ givesEmbedding, openModel, clock: systemClock }))),
    dispose: async () => { await (await opening)?.dispose(); },
  };
}
