import type { Analyzer } from "../../src/engine/analysis/analyzer.ts";
import type { VirtualMicroscope } from "../../src/engine/devices/virtual/virtual-microscope.ts";
import type { ErrorData } from "../../src/shared/error-data.ts";
import { OcularError } from "../../src/shared/errors.ts";

/**
 * An analyzer that sees exactly what is there: the virtual microscope's truth as boxes. It lets tests of everything
 * behind the model say which numbers must come out, and it dies when told to.
 */
export function createTruthAnalyzer(microscope: VirtualMicroscope): Analyzer & { failNext(error: ErrorData): void; analysed(): number } {
  let failure: ErrorData | undefined;
  let busy = false;
  let count = 0;
  const identity = { id: "truth", version: "1", sha256: "0".repeat(64), runtime: "none", settingsHash: "none" };
  return {
    identity: () => identity,
    classes: () => [
      { id: "red-cell", name: "Red cell", plural: "Red cells", letter: "R", colorIndex: 0 },
      { id: "white-cell", name: "White cell", plural: "White cells", letter: "W", colorIndex: 1 },
      { id: "platelet", name: "Platelet", plural: "Platelets", letter: "P", colorIndex: 2 },
    ],
    isBusy: () => busy,
    state: () => "ready",
    onDidChangeState: () => () => undefined,
    ready: () => Promise.resolve(),
    pid: () => undefined,
    dispose: () => Promise.resolve(),
    failNext: (error) => { failure = error; },
    analysed: () => count,
    analyze: async ({ header }, settings) => {
      busy = true;
      await Promise.resolve();
      busy = false;
      const error = failure;
      failure = undefined;
      if (error !== undefined) throw new OcularError(error);
      count += 1;
      const view = microscope.viewRectUm();
      const pixelSizeUm = header.pixelSizeUm;
      if (view === undefined || pixelSizeUm === undefined) throw new Error("no view");
      const detections = microscope.groundTruth(view).filter((o) => o.class !== "debris").map((object, index) => ({
        id: `d${index}`,
        classId: object.class,
        score: 1,
        box: {
          x: (object.visibleBoundsUm.x - view.x) / pixelSizeUm,
          y: (object.visibleBoundsUm.y - view.y) / pixelSizeUm,
          width: object.visibleBoundsUm.width / pixelSizeUm,
          height: object.visibleBoundsUm.height / pixelSizeUm,
        },
      }));
      return { frameId: header.frameId, analyzer: identity, detections, ...(settings?.scoreThresholds === undefined ? {} : { scoreThresholds: { ...settings.scoreThresholds } }), analysisMs: 1 };
    },
  };
}
