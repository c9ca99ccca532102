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

/**
 * The microscope of a configuration, its devices connected as far as they are there: what is missing is waited for, and named where it
 * does not come.
 * @param options waitMs: for all of them together; frameRate: of a virtual camera
 * @throws OcularError FileMissing, InvalidInput
 */
export async function openConfigured(context: CliContext, file: string, { frameRate, waitMs }: { readonly frameRate: number; readonly waitMs: number }): Promise<OpenedMicroscope & { isVirtual(): boolean; dispose(): Promise<void> }> {
  const { desk, microscope } = openBareDesk(context, frameRate);
  try {
    const configuration = await readConfigurationFile(file);
    await desk.load(configuration, { kind: "file", path: file });
    await untilThere(desk, context, waitMs);
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

/** Resolves when every role that somebody is configured for has one who works, when the time is over, or at Ctrl+C. The desk itself tries again and again. */
async function untilThere(desk: DeviceDesk, { clock, interrupted }: CliContext, waitMs: number): Promise<void> {
  const over = new AbortController();
  const look = (): void => {
    const isThere = desk.setup().roles.every(({ configured, state }) => configured === undefined || state === "ready" || state === "busy");
    if (isThere) over.abort();
  };
  const unlisten = desk.onDidChange(look);
  look();
  // Ended early by the last one that came, or by the person: both are seen from what is there.
  await clock.delay(waitMs, AbortSignal.any([over.signal, interrupted])).catch(() => undefined);
  unlisten();
}
