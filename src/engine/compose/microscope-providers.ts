import * as z from "zod";
import type { Clock } from "../../core/clock.ts";
import type { DeviceConfiguration } from "../../shared/domain/device-configuration.ts";
import { OcularError } from "../../shared/errors.ts";
import type { Device } from "../devices/api/device.ts";
import type { Microscope } from "../devices/api/microscope.ts";
import { createReplayMicroscope } from "../devices/replay/replay-microscope.ts";
import type { DeviceProvider, OpenedDevice } from "../devices/setup/device-provider.ts";
import { parseOptions } from "../devices/setup/configuration/parse-options.ts";
import { VirtualDevice } from "../devices/virtual/devices/virtual-device.ts";
import { SPECIMEN_WORDS, type SpecimenKind } from "../devices/virtual/specimen/types.ts";
import { createVirtualMicroscope } from "../devices/virtual/virtual-microscope.ts";
import type { MicroscopeSource } from "./microscope-source.ts";

const SPECIMENS = Object.keys(SPECIMEN_WORDS) as [SpecimenKind, ...SpecimenKind[]];

/** What a virtual microscope is set to. */
export const VirtualOptions = z.object({
  /** What lies on its stage. */
  specimen: z.enum(SPECIMENS).default("blood-smear").describe("What lies on its stage."),
  /** The same seed gives the same slide. */
  seed: z.number().int().nonnegative().max(2 ** 31).default(28).describe("The same seed gives the same slide."),
}).strict();

const ReplayOptions = z.object({
  fromMemory: z.boolean().default(false).describe("All pictures decoded before the first is shown."),
  rawColour: z.boolean().default(false).describe("Colour pictures as a raw colour camera sends them."),
}).strict();

const PARTS = { camera: "camera", stage: "stage", focus: "focus", light: "light", turret: "turret" } as const;
const HERE = "in this computer";

/** A microscope that needs no plug, as an opened device. */
export function openedMicroscope(microscope: Microscope): OpenedDevice {
  const parts = Object.values(PARTS).flatMap((part) => {
    const device: Device | undefined = microscope[part];
    return device === undefined ? [] : [{ part, device }];
  });
  return { parts, whereIs: async () => HERE, dispose: async () => { await Promise.all(parts.map(({ device }) => device.dispose())); } };
}

/** The virtual microscope as something that can be configured. */
export function createVirtualProvider({ clock, frameRate }: { readonly clock: Clock; readonly frameRate: number }): DeviceProvider {
  return {
    name: "Virtual devices", connection: "virtual",
    families: [{ id: "virtual", vendor: "Ocular", title: "Virtual microscope", kinds: ["camera", "xyStage", "focusDrive", "illumination", "objectiveTurret"], optionsSchema: VirtualOptions, suggestedOptions: { specimen: "blood-smear", seed: 28 } }],
    discover: async () => [{ address: HERE, title: "Virtual microscope", family: "virtual" }],
    open: async (device) => {
      const { specimen, seed } = parseOptions(device, VirtualOptions);
      return openedMicroscope(createVirtualMicroscope({ specimen, seed, clock, frameRate }));
    },
    onDidChange: () => () => undefined,
    dispose: async () => undefined,
  };
}

/** Folders of pictures as cameras. */
export function createReplayProvider({ clock, frameRate }: { readonly clock: Clock; readonly frameRate: number }): DeviceProvider {
  return {
    name: "Replay", connection: "files",
    families: [{ id: "replay", vendor: "Ocular", title: "Pictures of a folder", kinds: ["camera"], optionsSchema: ReplayOptions, suggestedOptions: {} }],
    discover: async () => [],
    open: async (device) => {
      if (device.port === undefined) throw new OcularError({ tag: "InvalidInput", what: `The replay ${device.name}`, reason: "its port names no folder of pictures" });
      const { fromMemory, rawColour } = parseOptions(device, ReplayOptions);
      return openedMicroscope(createReplayMicroscope({ inputs: [device.port], frameRate, loop: true, clock, preload: fromMemory ? "memory" : "stream", rawColour }));
    },
    onDidChange: () => () => undefined,
    dispose: async () => undefined,
  };
}

/** The configuration that says what `--camera` says. */
export function configurationOf(source: MicroscopeSource, name: string, seed: number): DeviceConfiguration {
  const base = { format: "ocular-devices" as const, version: 1 as const, name, objectives: [] };
  if (source.kind === "replay") {
    return { ...base, devices: [{ key: "replay", name, family: "replay", port: source.path, options: {} }], roles: { camera: { device: "replay", part: "camera" } } };
  }
  if (source.kind === "webcam") {
    return { ...base, devices: [{ key: "webcam", name, family: "webcam", options: {}, ...(source.name === undefined ? {} : { port: source.name }) }], roles: { camera: { device: "webcam", part: "camera" } } };
  }
  return {
    ...base, devices: [{ key: "virtual", name, family: "virtual", options: { specimen: source.specimen, seed } }],
    roles: {
      camera: { device: "virtual", part: "camera" }, xyStage: { device: "virtual", part: "stage" }, focusDrive: { device: "virtual", part: "focus" },
      illumination: { device: "virtual", part: "light" }, objectiveTurret: { device: "virtual", part: "turret" },
    },
  };
}

/** The virtual device that somebody sits as; undefined for a real one. */
export function asVirtual(device: Device | undefined): VirtualDevice | undefined {
  return device instanceof VirtualDevice ? device : undefined;
}
