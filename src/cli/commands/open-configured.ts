import { asVirtual } from "../../engine/compose/microscope-providers.ts";
import type { OpenedMicroscope } from "../../engine/compose/microscope-source.ts";
import { FALLBACK, openDeviceDesk } from "../../engine/compose/open-device-desk.ts";
import { readConfigurationFile } from "../../engine/devices/setup/configuration/configuration-file.ts";
import type { DeviceDesk } from "../../engine/devices/setup/device-desk.ts";
import { seatMicroscope, type SeatedMicroscope } from "../../engine/devices/seats/seated-microscope.ts";
import { ROLES } from "../../shared/domain/device-configuration.ts";
import type { CliContext } from "../context.ts";

/** A desk with nothing on it: for looking about, and for configurations. Nothing of it is kept. */
export function openBareDesk(context: CliContext, frameRate = 15): { readonly desk: DeviceDesk; readonly microscope: SeatedMicroscope } {
  const { clock } = context;
  const microscope = seatMicroscope(clock);
  const desk = openDeviceDesk({
    clock, frameRate, microscope, initial: { configuration: { ...FALLBACK, name: "Microscope", devices: [], roles: {} }, source: { kind: "default" } },
    // Nobody else uses the devices of this process: every change may be made at once.
    change: (_what, _touches, work) => work(), lockedBy: () => undefined, say: (_tone, text) => { context.err(text); },
  });
  return { desk, microscope };
}

/** The microscope of a configuration, its devices connected as far as they are there. @throws OcularError FileMissing, InvalidInput */
export async function openConfigured(context: CliContext, file: string, frameRate: number): Promise<OpenedMicroscope & { isVirtual(): boolean; dispose(): Promise<void> }> {
  const { desk, microscope } = openBareDesk(context, frameRate);
  try {
    const configuration = await readConfigurationFile(file);
    await desk.load(configuration, { kind: "file", path: file });
    return {
      microscope, specimenName: configuration.name,
      isVirtual: () => ROLES.some((role) => asVirtual(microscope.seats[role].sitting()) !== undefined),
      dispose: () => desk.dispose(),
    };
  } catch (error) {
    await desk.dispose();
    throw error;
  }
}
