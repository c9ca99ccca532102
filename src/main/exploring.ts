import path from "node:path";
import { dialog } from "electron";
import type { BrowserWindow } from "electron";
import type { AnalyzerCatalog } from "../engine/analysis/analyzer-catalog.ts";
import type { FeatureService } from "../engine/features/feature-service.ts";
import { systemClock } from "../engine/runtime/system-clock.ts";

/** The measuring of saved cells in the desktop app: read and started when its screen is opened, for it has no part in the first picture. */
export interface Exploring {
  open(): Promise<FeatureService>;
  /** Asks for a file and writes the cells of a saved session into it; empty when the person closed the dialog. */
  export(folder: string): Promise<{ path?: string; cells?: number }>;
  dispose(): Promise<void>;
}

export function createExploring(catalog: AnalyzerCatalog, modelsFolder: string, window: () => BrowserWindow | undefined): Exploring {
  let opening: Promise<FeatureService> | undefined;
  const openModel = async (id: string) => (await catalog.open({ kind: "model", id })).analyzer;
  const givesEmbedding = async (id: string): Promise<boolean> => {
    const { loadModelPackage } = await import("../engine/analysis/inference/package/model-package.ts");
    return (await loadModelPackage(path.join(modelsFolder, id))).config.embedding !== undefined;
  };
  const open = (): Promise<FeatureService> => (opening ??= import("../engine/features/feature-service.ts").then(({ createFeatureService }) => createFeatureService({ givesEmbedding, openModel, clock: systemClock })));
  return {
    open,
    export: async (folder) => {
      const options = { title: "Cells as CSV", defaultPath: `${path.basename(folder, ".ocular")} cells.csv`, filters: [{ name: "CSV", extensions: ["csv"] }] };
      const owner = window();
      const { canceled, filePath } = await (owner === undefined ? dialog.showSaveDialog(options) : dialog.showSaveDialog(owner, options));
      if (canceled || filePath === "") return {};
      const [{ writeCellsCsv }, { readSession }, service] = await Promise.all([import("../engine/features/cells-csv.ts"), import("../engine/session/session-reader.ts"), open()]);
      const { contents } = await readSession(folder);
      return { path: filePath, cells: await writeCellsCsv(filePath, contents.fields, contents.countingFrame, (fieldId) => service.measure(folder, fieldId)) };
    },
    dispose: async () => { await (await opening)?.dispose(); },
  };
}
