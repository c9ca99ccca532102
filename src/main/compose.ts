import { randomUUID } from "node:crypto";
import { existsSync, writeSync } from "node:fs";
import path from "node:path";
import type { BrowserWindow } from "electron";
import { createAnalyzerCatalog, type AnalyzerCatalog } from "../engine/analysis/analyzer-catalog.ts";
import { createAnalyzerSeat, type AnalyzerSeat } from "../engine/analysis/analyzer-seat.ts";
import { readProviderChoice } from "../engine/analysis/inference/provider-choice.ts";
import { openModelAnalyzer } from "../engine/analysis/open-model-analyzer.ts";
import { asVirtual, configurationOf, openedMicroscope } from "../engine/compose/microscope-providers.ts";
import { COUNTING_INSET_UM, openMicroscope } from "../engine/compose/microscope-source.ts";
import { trueCountsOf, type TruthOf } from "../engine/compose/true-counts.ts";
import type { LaunchedThread } from "../engine/devices/virtual/sensor/render-thread.ts";
import { seatMicroscope } from "../engine/devices/seats/seated-microscope.ts";
import { createInstrument } from "../engine/instrument/create-instrument.ts";
import type { Instrument, InstrumentParts } from "../engine/instrument/instrument.ts";
import { loadPixelKernels } from "../engine/native/pixel-kernels.ts";
import { appRoot } from "../engine/runtime/entries.ts";
import { systemClock } from "../engine/runtime/system-clock.ts";
import { printAcknowledgements } from "../engine/session/acknowledgements.ts";
import { ROLES } from "../shared/domain/device-configuration.ts";
import type { DeviceKind, FaultKind } from "../shared/domain/devices.ts";
import { OcularError } from "../shared/errors.ts";
import { electronCaptureHost } from "./electron-capture-host.ts";
import { electronInferenceHost } from "./electron-inference-host.ts";
import type { ModelCalls } from "./model-calls.ts";
import type { AppOptions } from "./options.ts";
import { createBatching, type Batching } from "./batching.ts";
import { createDevices, type Devices } from "./devices.ts";
import { storedDevicesIn } from "./first-scene.ts";
import { createExploring, type Exploring } from "./exploring.ts";
import { createTuning, type Tuning } from "./tuning.ts";

/** What the app is made of, for those who connect it to a window. */
export interface Composition {
  readonly instrument: Instrument;
  readonly libraryFolder: string;
  readonly specimenName: string;
  /** What can look at the pictures, and the seat of the one that does. */
  readonly catalog: AnalyzerCatalog;
  readonly seat: AnalyzerSeat;
  readonly tuning: Tuning;
  readonly exploring: Exploring;
  readonly batching: Batching;
  readonly devices: Devices;
  /** The calls about model packages: none of that code has a part in the first picture. */
  readonly modelCalls: () => Promise<ModelCalls>;
  /** Resolves when the model can be used; rejects with the reason when it cannot. */
  readonly analyzerReady: () => Promise<void>;
  readonly truth: TruthOf | undefined;
  /** @throws OcularError InvalidInput for a real device */
  readonly injectFault: (device: DeviceKind, fault: FaultKind) => void;
}

/** The composition root: the one place of the desktop app that chooses real, replayed or virtual parts. */
export function compose(options: AppOptions, host: {
  preview: NonNullable<InstrumentParts["preview"]>;
  loopDelayP99Ms: () => number;
  /** The picture comes first: the model waits for it. */
  firstPicture: Promise<unknown>;
  /** The virtual camera's rendering thread, where it was started ahead. */
  launched: LaunchedThread | undefined;
  /** Where dialogs belong. */
  window: () => BrowserWindow | undefined;
  documents: string;
  /** Where Chromium and the app keep what belongs to this computer. */
  profile: string;
  version: string;
}): Composition {
  const libraryFolder = path.resolve(options.dataDir ?? path.join(host.documents, "Ocular sessions"));
  // What is set up is read when the window is there; what `--camera` names, and the virtual microscope, are there at once.
  const capture = electronCaptureHost(path.join(appRoot(), "out"));
  const storePath = storedDevicesIn(host.profile);
  const configured = whatIsSetUp(options, storePath);
  const fast = configured === undefined ? openMicroscope(options.source, { seed: options.seed, frameRate: options.frameRate, clock: systemClock, replay: options.replay, launched: host.launched, capture }) : undefined;
  const microscope = seatMicroscope(systemClock, fast?.microscope);
  const { seats } = microscope;
  const virtual = fast?.virtual;
  const specimenName = fast?.specimenName ?? "Specimen";
  const modelsFolder = path.resolve(options.modelsDir ?? path.join(appRoot(), "models"));
  const inference = electronInferenceHost();
  const recipes = { shipped: path.join(appRoot(), "recipes"), own: path.join(libraryFolder, "recipes") };
  const tuning = createTuning(recipes);
  const choiceFile = path.join(libraryFolder, "inference.json");
  const provider = (): Promise<string> => readProviderChoice(choiceFile);
  let notice: string | undefined;
  const onNotice = (text: string): void => {
    notice = text;
    process.stderr.write(`${text}\n`);
  };
  const catalog = createAnalyzerCatalog({ modelsFolder, recipes, host: inference, clock: systemClock, provider, onNotice });
  const exploring = createExploring(catalog, modelsFolder, host.window);
  const batching = createBatching({ modelsFolder, recipes, host: inference, clock: systemClock, provider, version: host.version }, host.window);
  const seat = createAnalyzerSeat({
    ref: { kind: "model", id: options.modelId },
    ...openModelAnalyzer({ modelId: options.modelId, modelsFolder, host: inference, clock: systemClock, startAfter: host.firstPicture, provider, onNotice }),
  });
  const instrument = createInstrument({
    microscope, isVirtual: () => ROLES.some((role) => asVirtual(seats[role].sitting()) !== undefined), analyzer: seat.analyzer, analyzerRef: () => seat.ref(), defaultThresholds: () => seat.defaultThresholds(), assumedPixelSizeUm: () => seat.assumedPixelSizeUm(),
    clock: systemClock, ids: { next: (kind) => `${kind}-${randomUUID()}` }, libraryFolder,
    software: { name: "Ocular", version: host.version }, countingInsetUm: COUNTING_INSET_UM, frameRate: options.frameRate,
    preview: { offer: (header, pixels) => { tuning.offerFrame(header, pixels); return host.preview.offer(header, pixels); } },
    loopDelayP99Ms: host.loopDelayP99Ms,
    // The kill campaign holds what was acknowledged against what is found after a SIGKILL; written at once, not buffered.
    ...(process.env["OCULAR_PRINT_ACKS"] === "1" ? { onDidOpenSession: (writer) => { printAcknowledgements(writer, (text) => { writeSync(1, text); }); } } : {}),
  });
  // When the picture is there: reading the kernels is nothing the first one waits for.
  void host.firstPicture.then(() => {
    const { notice: slower } = loadPixelKernels();
    if (slower !== undefined) instrument.announce("notice", slower);
  });
  let calls: Promise<ModelCalls> | undefined;
  return {
    instrument, libraryFolder, specimenName, catalog, seat, tuning, exploring, batching,
    devices: createDevices({
      instrument, microscope, clock: systemClock, frameRate: options.frameRate, configured, storePath, capture, window: host.window, version: host.version, firstPicture: host.firstPicture,
      initial: fast === undefined ? undefined : {
        configuration: configurationOf(options.source, fast.microscope.name, options.seed), opened: openedMicroscope(fast.microscope), source: { kind: options.isSourceNamed ? "option" : "default" },
      },
    }),
    modelCalls: async () => {
      calls ??= import("./model-calls.ts").then(({ implementModelCalls }) => implementModelCalls({ modelsFolder, host: inference, choiceFile, instrument, catalog, seat, window: host.window, notice: () => notice, forgetNotice: () => { notice = undefined; } }));
      return calls;
    },
    analyzerReady: () => seat.analyzer.ready(),
    truth: virtual === undefined ? undefined : trueCountsOf(virtual),
    injectFault: (kind, fault) => {
      const device = asVirtual(seats[kind].sitting());
      if (device === undefined) throw new OcularError({ tag: "InvalidInput", what: "A practice fault", reason: "this device is real" });
      device.faults.next(fault);
    },
  };
}

/** The configuration to take into use: one that is named, or the one that was stored, unless a camera is named. */
function whatIsSetUp(options: AppOptions, storePath: string): { readonly kind: "file" | "stored"; readonly path: string } | undefined {
  if (options.configFile !== undefined) return { kind: "file", path: options.configFile };
  return !options.isSourceNamed && existsSync(storePath) ? { kind: "stored", path: storePath } : undefined;
}
