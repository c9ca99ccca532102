import type { Clock } from "../../core/clock.ts";
import { OcularError } from "../../shared/errors.ts";
import type { Microscope } from "../devices/api/microscope.ts";
import { openWebcam } from "../devices/drivers/webcam/find-webcam.ts";
import { createReplayMicroscope } from "../devices/replay/replay-microscope.ts";
import type { CaptureHost } from "../devices/transports/capture/capture-host.ts";
import type { LaunchedThread } from "../devices/virtual/sensor/render-thread.ts";
import { SPECIMEN_WORDS, type SpecimenKind } from "../devices/virtual/specimen/types.ts";
import { createVirtualMicroscope, type VirtualMicroscope } from "../devices/virtual/virtual-microscope.ts";

/** What a person names with `--camera`. */
export type MicroscopeSource =
  | { readonly kind: "virtual"; readonly specimen: SpecimenKind }
  | { readonly kind: "replay"; readonly path: string }
  /** `name`: a webcam's label or a part of it; the first webcam where none is given. */
  | { readonly kind: "webcam"; readonly name?: string };

/** Forms of `--camera`, for help texts and errors. */
export const SOURCE_FORMS = [...Object.keys(SPECIMEN_WORDS).map((kind) => `virtual:${kind}`), "replay:FOLDER", "webcam", "webcam:LABEL"];

/** Guard of the counting frame, um: larger than the radius of any blood cell (docs/adr/0003-counting-frame.md). */
export const COUNTING_INSET_UM = 8;

/** @throws OcularError UnsupportedValue */
export function parseMicroscopeSource(text: string): MicroscopeSource {
  const specimen = text.startsWith("virtual:") ? text.slice("virtual:".length) : "";
  if (isSpecimenKind(specimen)) return { kind: "virtual", specimen };
  const webcam = /^webcam(?::(?<name>.+))?$/u.exec(text);
  if (webcam !== null) {
    const name = webcam.groups?.["name"];
    return { kind: "webcam", ...(name === undefined ? {} : { name }) };
  }
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

/** What a person is told who asks for a webcam where there is no browser engine. */
export function webcamNeedsDesktop(): OcularError {
  return new OcularError({ tag: "InvalidInput", what: "--camera webcam", reason: "webcams are captured by the desktop app; start Ocular's window with this option instead" });
}

/**
 * Builds the devices; nothing is connected yet.
 * @param options `capture`: where webcams are captured; the command line has no such place
 * @throws OcularError InvalidInput for a webcam without one
 */
export function openMicroscope(source: MicroscopeSource, options: { seed: number; frameRate: number; clock: Clock; replay?: ReplayStyle; launched?: LaunchedThread | undefined; capture?: CaptureHost }): OpenedMicroscope {
  const { clock, frameRate } = options;
  if (source.kind === "webcam") {
    if (options.capture === undefined) throw webcamNeedsDesktop();
    const camera = openWebcam({ host: options.capture, clock, frameRate, name: source.name });
    return { microscope: { name: camera.identity.model, camera }, specimenName: "Webcam" };
  }
  if (source.kind === "replay") {
    const { fromMemory = false, rawColour = false } = options.replay ?? {};
    const microscope = createReplayMicroscope({ inputs: [source.path], frameRate, loop: true, clock, preload: fromMemory ? "memory" : "stream", rawColour });
    return { microscope, specimenName: "Replayed pictures" };
  }
  const virtual = createVirtualMicroscope({ specimen: source.specimen, seed: options.seed, clock, frameRate, launched: options.launched });
  return { microscope: virtual, virtual, specimenName: `Virtual ${SPECIMEN_WORDS[source.specimen]}, seed ${options.seed}` };
}
