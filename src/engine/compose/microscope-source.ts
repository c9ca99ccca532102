import type { Clock } from "../../core/clock.ts";
import { OcularError } from "../../shared/errors.ts";
import type { Microscope } from "../devices/api/microscope.ts";
import { createReplayMicroscope } from "../devices/replay/replay-microscope.ts";
import { createVirtualMicroscope, type VirtualMicroscope } from "../devices/virtual/virtual-microscope.ts";

/** What a person names with `--camera`. */
export type MicroscopeSource =
  | { readonly kind: "virtual"; readonly specimen: "blood-smear" | "nuclei" }
  | { readonly kind: "replay"; readonly path: string };

/** Forms of `--camera`, for help texts and errors. */
export const SOURCE_FORMS = ["virtual:blood-smear", "virtual:nuclei", "replay:FOLDER"];

/** Guard of the counting frame, um: larger than the radius of any blood cell (docs/adr/0003-counting-frame.md). */
export const COUNTING_INSET_UM = 8;

/** @throws OcularError UnsupportedValue */
export function parseMicroscopeSource(text: string): MicroscopeSource {
  if (text === "virtual:blood-smear" || text === "virtual:nuclei") {
    return { kind: "virtual", specimen: text === "virtual:nuclei" ? "nuclei" : "blood-smear" };
  }
  const replay = /^replay:(?<path>.+)$/u.exec(text)?.groups?.["path"];
  if (replay === undefined) throw new OcularError({ tag: "UnsupportedValue", what: "--camera", value: text, allowed: SOURCE_FORMS });
  return { kind: "replay", path: replay };
}

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
export function openMicroscope(source: MicroscopeSource, options: { seed: number; frameRate: number; clock: Clock; replay?: ReplayStyle }): OpenedMicroscope {
  const { clock, frameRate } = options;
  if (source.kind === "replay") {
    const { fromMemory = false, rawColour = false } = options.replay ?? {};
    const microscope = createReplayMicroscope({ inputs: [source.path], frameRate, loop: true, clock, preload: fromMemory ? "memory" : "stream", rawColour });
    return { microscope, specimenName: "Replayed pictures" };
  }
  const virtual = createVirtualMicroscope({ specimen: source.specimen, seed: options.seed, clock, frameRate });
  return { microscope: virtual, virtual, specimenName: `Virtual ${source.specimen === "nuclei" ? "nuclei" : "blood smear"}, seed ${options.seed}` };
}
