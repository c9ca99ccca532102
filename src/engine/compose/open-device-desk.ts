import type { Clock } from "../../core/clock.ts";
import type { DeviceConfiguration } from "../../shared/domain/device-configuration.ts";
import { DeviceDesk, type DeviceDeskParts } from "../devices/setup/device-desk.ts";
import { createWebcamProvider } from "../devices/setup/providers/webcam-provider.ts";
import { openSystemDevices, type SystemParts } from "../devices/setup/system-devices.ts";
import type { CaptureHost } from "../devices/transports/capture/capture-host.ts";
import { SPECIMEN_WORDS } from "../devices/virtual/specimen/types.ts";
import { createVirtualMicroscope } from "../devices/virtual/virtual-microscope.ts";
import { configurationOf, createReplayProvider, createVirtualProvider, openedMicroscope } from "./microscope-providers.ts";

/** What serves when nothing is set up. */
export const FALLBACK: DeviceConfiguration = configurationOf({ kind: "virtual", specimen: "blood-smear" }, `Virtual microscope, ${SPECIMEN_WORDS["blood-smear"]}`, 28);

export interface OpenDeskOptions extends Omit<DeviceDeskParts, "registry" | "host" | "fallback" | "makeSpare">, Partial<Pick<DeviceDeskParts, "fallback" | "makeSpare">> {
  readonly clock: Clock;
  readonly frameRate: number;
  /** Where webcams are captured; the command line has no such place. */
  readonly capture?: CaptureHost;
  /** Ports and buses other than this computer's: those of the lab. */
  readonly system?: SystemParts;
}

/** The desk with everything that can be configured: what is plugged in, the virtual microscope, folders of pictures. */
export function openDeviceDesk({ frameRate, system, capture, ...options }: OpenDeskOptions): DeviceDesk {
  const { clock } = options;
  const more = [createVirtualProvider({ clock, frameRate }), createReplayProvider({ clock, frameRate }), ...(capture === undefined ? [] : [createWebcamProvider({ host: capture, clock, frameRate })])];
  const { host, registry } = openSystemDevices(clock, { ...system, more, onProblem: (text) => { options.say("warning", text); } });
  return new DeviceDesk({
    fallback: FALLBACK,
    makeSpare: () => openedMicroscope(createVirtualMicroscope({ specimen: "blood-smear", clock, frameRate })),
    ...options, host, registry,
  });
}
