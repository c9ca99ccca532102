import { randomUUID } from "node:crypto";
import path from "node:path";
import { openModelAnalyzer } from "../engine/analysis/inference/open-model.ts";
import type { Microscope } from "../engine/devices/api/microscope.ts";
import { createReplayMicroscope } from "../engine/devices/replay/replay-microscope.ts";
import { createVirtualMicroscope, type VirtualMicroscope } from "../engine/devices/virtual/virtual-microscope.ts";
import { createInstrument } from "../engine/instrument/create-instrument.ts";
import type { Instrument, InstrumentParts } from "../engine/instrument/instrument.ts";
import { appRoot } from "../engine/runtime/entries.ts";
import { systemClock } from "../engine/runtime/system-clock.ts";
import type { DeviceKind, FaultKind } from "../shared/domain/devices.ts";
import type { TruthOf } from "./demo.ts";
import { electronInferenceHost } from "./electron-inference-host.ts";
import type { AppOptions } from "./options.ts";

/** Guard of the counting frame: larger than the radius of any blood cell (docs/adr/0003-counting-frame.md). */
const COUNTING_INSET_UM = 8;

/** What the app is made of, for those who connect it to a window. */
export interface Composition {
  readonly instrument: Instrument;
  readonly libraryFolder: string;
  readonly specimenName: string;
  /** Resolves when the model can be used; rejects with the reason when it cannot. */
  readonly analyzerReady: Promise<void>;
  readonly truth: TruthOf | undefined;
  readonly injectFault: ((device: DeviceKind, fault: FaultKind) => void) | undefined;
}

/** The composition root: the one place of the desktop app that chooses real, replayed or virtual parts. */
export async function compose(options: AppOptions, host: {
  preview: NonNullable<InstrumentParts["preview"]>;
  loopDelayP99Ms: () => number;
  documents: string;
  version: string;
}): Promise<Composition> {
  const libraryFolder = path.resolve(options.dataDir ?? path.join(host.documents, "Ocular sessions"));
  const { microscope, virtual } = openMicroscope(options);
  const { analyzer, defaultThresholds } = await openModelAnalyzer({
    modelId: options.modelId, modelsFolder: path.join(appRoot(), "models"), host: electronInferenceHost(), clock: systemClock,
  });
  const instrument = createInstrument({
    microscope, isVirtual: virtual !== undefined, analyzer, modelId: options.modelId, defaultThresholds,
    clock: systemClock, ids: { next: (kind) => `${kind}-${randomUUID()}` }, libraryFolder,
    software: { name: "Ocular", version: host.version }, countingInsetUm: COUNTING_INSET_UM, frameRate: options.frameRate,
    preview: host.preview, loopDelayP99Ms: host.loopDelayP99Ms,
  });
  const analyzerReady = analyzer.ready();
  // Who needs the model awaits it; the screen shows its state either way.
  analyzerReady.catch(() => undefined);
  return {
    instrument, libraryFolder, analyzerReady,
    specimenName: virtual === undefined ? microscope.name : `${microscope.name}, seed ${options.seed}`,
    truth: virtual === undefined ? undefined : truthOf(virtual),
    injectFault: virtual === undefined ? undefined : (device, fault) => { faultsOf(virtual, device).next(fault); },
  };
}

function openMicroscope(options: AppOptions): { microscope: Microscope; virtual: VirtualMicroscope | undefined } {
  const [kind, ...rest] = options.camera.split(":");
  if (kind === "replay") {
    return { microscope: createReplayMicroscope({ inputs: [rest.join(":")], frameRate: options.frameRate, loop: true, clock: systemClock }), virtual: undefined };
  }
  const virtual = createVirtualMicroscope({
    specimen: rest[0] === "nuclei" ? "nuclei" : "blood-smear", seed: options.seed, clock: systemClock, frameRate: options.frameRate,
  });
  return { microscope: virtual, virtual };
}

function faultsOf(microscope: VirtualMicroscope, device: DeviceKind): { next(fault: FaultKind): void } {
  switch (device) {
    case "camera": return microscope.camera.faults;
    case "xyStage": return microscope.stage.faults;
    case "focusDrive": return microscope.focus.faults;
    case "illumination": return microscope.light.faults;
    case "objectiveTurret": return microscope.turret.faults;
  }
}

/** True counts by the rule of the counts: centre of the outline's box inside the view less the guard. */
function truthOf(microscope: VirtualMicroscope): TruthOf {
  return (field, insetUm) => {
    const view = microscope.viewRectOfFrame(field.header.deviceSequence);
    if (view === undefined) throw new Error(`The true view of ${field.fieldId} is forgotten.`);
    const counts: Record<string, number> = {};
    for (const object of microscope.groundTruth(view)) {
      const { x, y, width, height } = object.boundsUm;
      const centre = { x: x + width / 2 - view.x, y: y + height / 2 - view.y };
      const inside = centre.x >= insetUm && centre.y >= insetUm && centre.x < view.width - insetUm && centre.y < view.height - insetUm;
      if (inside) counts[object.class] = (counts[object.class] ?? 0) + 1;
    }
    return counts;
  };
}
