import { parseArgs } from "node:util";
import { modelFor, parseMicroscopeSource, type MicroscopeSource, type ReplayStyle } from "../engine/compose/microscope-source.ts";
import { OcularError } from "../shared/errors.ts";
import { DEFAULT_SCENE } from "./first-scene.ts";

/** What the app was asked to do on its command line. */
export interface AppOptions {
  readonly source: MicroscopeSource;
  /** `--camera` was given: what is stored of devices is left alone. */
  readonly isSourceNamed: boolean;
  /** Device configuration to use instead of the stored one. */
  readonly configFile: string | undefined;
  readonly replay: ReplayStyle;
  /** Seed of the virtual specimen. */
  readonly seed: number;
  /** Where sessions are kept; undefined means the Documents folder. */
  readonly dataDir: string | undefined;
  /** Where Chromium keeps its own files; undefined means the system's place. */
  readonly profileDir: string | undefined;
  /** Model package to analyse with: the one that fits the specimen where none is named. */
  readonly modelId: string;
  /** Folder of the model packages; undefined means those that come with Ocular. */
  readonly modelsDir: string | undefined;
  /** Scan by itself, save, print, quit. */
  readonly demo: { readonly outDir: string; readonly fields: number } | undefined;
  readonly window: { readonly width: number; readonly height: number };
  /** Frames a second the camera is asked for. */
  readonly frameRate: number;
}

/** Reads the options after Electron's and Chromium's own; unknown ones are left to Chromium. @throws OcularError InvalidInput, OutOfRange, UnsupportedValue */
export function readOptions(argv: readonly string[], env: NodeJS.ProcessEnv): AppOptions {
  const { values } = parseArgs({
    args: [...argv],
    strict: false,
    allowPositionals: true,
    options: {
      camera: { type: "string" }, config: { type: "string" }, "replay-from-memory": { type: "boolean" }, "replay-raw-colour": { type: "boolean" }, seed: { type: "string" }, "data-dir": { type: "string" }, "profile-dir": { type: "string" },
      model: { type: "string" }, models: { type: "string" }, demo: { type: "boolean" }, "demo-out": { type: "string" }, "demo-fields": { type: "string" },
      width: { type: "string" }, height: { type: "string" }, "frame-rate": { type: "string" },
    },
  });
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === "string" ? value : undefined;
  };
  const number = (name: string, fallback: number, min: number, max: number): number => {
    const value = text(name);
    if (value === undefined) return fallback;
    const parsed = Number(value);
    if (!Number.isFinite(parsed)) throw new OcularError({ tag: "InvalidInput", what: `--${name}`, reason: `"${value}" is not a number` });
    if (parsed < min || parsed > max) throw new OcularError({ tag: "OutOfRange", what: `--${name}`, value: parsed, min, max, unit: "" });
    return parsed;
  };
  const source = parseMicroscopeSource(text("camera") ?? `virtual:${DEFAULT_SCENE.kind}`);
  return {
    source,
    isSourceNamed: text("camera") !== undefined,
    configFile: text("config"),
    replay: { fromMemory: values["replay-from-memory"] === true, rawColour: values["replay-raw-colour"] === true },
    seed: number("seed", DEFAULT_SCENE.seed, 0, 2 ** 31),
    dataDir: text("data-dir") ?? env["OCULAR_SESSIONS"],
    profileDir: text("profile-dir"),
    modelId: text("model") ?? modelFor(source),
    modelsDir: text("models"),
    demo: values["demo"] === true ? { outDir: text("demo-out") ?? "demo-output", fields: number("demo-fields", 20, 1, 500) } : undefined,
    window: { width: number("width", 1366, 640, 8000), height: number("height", 768, 480, 8000) },
    frameRate: number("frame-rate", 30, 0.1, 500),
  };
}
