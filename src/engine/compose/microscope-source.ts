import type { Clock } from "../../core/clock.ts";
import { OcularError } from "../../shared/errors.ts";
import type { Microscope } from "../devices/api/microscope.ts";
import { createReplayMicroscope } from "../devices/replay/replay-microscope.ts";
import type { LaunchedThread } from "../devices/virtual/sensor/render-thread.ts";
import { SPECIMEN_WORDS, type SpecimenKind } from "../devices/virtual/specimen/types.ts";
import { createVirtualMicroscope, type VirtualMicroscope } from "../devices/virtual/virtual-microscope.ts";

/** What a person names with `--camera`. */
export type MicroscopeSource =
  | { readonly kind: "virtual"; readonly specimen: SpecimenKind }
  | { readonly kind: "replay"; readonly path: string };

/** Forms of `--camera`, for help texts and errors. */
export const SOURCE_FORMS = [...Object.keys(SPECIMEN_WORDS).map((kind) => `virtual:${kind}`), "replay:FOLDER"];

/** Guard of the counting frame, um: larger than the radius of any blood cell (docs/adr/0003-counting-frame.md). */
export const COUNTING_INSET_UM = 8;

/** @throws OcularError UnsupportedValue */
export function parseMicroscopeSource(text: string): MicroscopeSource {
  const specimen = text.startsWith("virtual:") ? text.slice("virtual:".length) : "";
  if (isSpecimenKind(specimen)) return { kind: "virtual", specimen };
  const replay = /^replay:(?<path>.+)$/u.exec(text)?.groups?.["path"];
  if (replay === undefined) throw new OcularError({ tag: "UnsupportedValue", what: "--camera", value: text, allowed: SOURCE_FORMS });
  return { kind: "replay", path: replay };
}

function isSpecimenKind(text: string): text is SpecimenKind {
  return Object.hasOwn(SPECIMEN_WORDS, text);
}

/** The model that was made for what lies under the objective; of pictures nothing is known, and blood is the likeliest. */
export function modelFor(source: MicroscopeSource): string {
  return source.kind === "virtual" ? MODELS_OF_SPECIMENS[source.specimen] : MODELS_OF_SPECIMENS["blood-smear"];
}

const MODELS_OF_SPECIMENS: Readonly<Record<SpecimenKind, string>> = { "blood-smear": "blood-cells", nuclei: "nuclei", "viability-chamber": "viability" };

/** A microscope, with its secrets when it is a virtual one. */
export interface OpenedMicroscope {
  readonly microscope: Microscope;
  readonly virtual?: VirtualMicroscope;
  /** What lies under the objective, for session names. */
  readonly specimenName: string;
}

/** How pictures are played. */
export interface ReplayStyle {
  /** All pictures decoded before the first is shown: for few pictures at a high rate. Default false. */
  readonly fromMemory?: boolean;
  /** Colour pictures as a raw colour camera would send them (BayerRG8). Default false. */
  readonly rawColour?: boolean;
}

/** Builds the devices; nothing is connected yet. */
export function openMicroscope(source: MicroscopeSource, options: { seed: number; frameRate: number; clock: Clock; replay?: ReplayStyle; launched?: LaunchedThread | undefined }): OpenedMicroscope {
  const { clock, frameRate } = options;
  if (source.kind === "replay") {
    const { fromMemory = false, rawColour = false } = options.replay ?? {};
    const microscope = createReplayMicroscope({ inputs: [source.path], frameRate, loop: true, clock, preload: fromMemory ? "memory" : "stream", rawColour });
    return { microscope, specimenName: "Replayed pictures" };
  }
  const virtual = createVirtualMicroscope({ specimen: source.specimen, seed: options.seed, clock, frameRate, launched: options.launched });
  return { microscope: virtual, virtual, specimenName: `Virtual ${SPECIMEN_WORDS[source.specimen]}, seed ${options.seed}` };
}
