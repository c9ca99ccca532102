import path from "node:path";
import type { BrowserWindow } from "electron";
import type { Clock } from "../core/clock.ts";
import type { DeviceDesk } from "../engine/devices/setup/device-desk.ts";
import type { OpenedDevice } from "../engine/devices/setup/device-provider.ts";
import type { CaptureHost } from "../engine/devices/transports/capture/capture-host.ts";
import type { SeatedMicroscope } from "../engine/devices/seats/seated-microscope.ts";
import type { Instrument } from "../engine/instrument/instrument.ts";
import type { DeviceConfiguration } from "../shared/domain/device-configuration.ts";
import type { ConsoleLines, DeviceSetup, ProbeProgress } from "../shared/domain/device-setup.ts";
import { describeError, errorDataOf, isOcularError } from "../shared/errors.ts";
import type { MethodName } from "../shared/ipc/contract.ts";
import { um } from "../shared/units.ts";
import type { Implementations } from "./answer-call.ts";
import { plugged } from "./plugged.ts";

type DeviceMethod = Extract<MethodName, `devices.${string}` | "camera.features" | "camera.readFeatures" | "camera.writeFeature" | "stage.jog" | "focus.jog" | "stage.home" | "axes.trustPlace">;

export type DeviceCalls = Pick<Implementations, DeviceMethod>;

/** What goes to the page by itself. */
export interface DeviceEvents {
  devices(setup: DeviceSetup): void;
  probe(progress: ProbeProgress): void;
  console(lines: ConsoleLines): void;
}

/** Finding and setting up devices in the desktop app: read and started when it is first asked for, for it has no part in the first picture. */
export interface Devices {
  readonly calls: DeviceCalls;
  /** Takes the configuration that is set up into use and resolves with true; with false where the virtual microscope serves. Never rejects. */
  start(): Promise<boolean>;
  /** From now on what happens is told there. */
  tell(events: DeviceEvents): void;
  /** A session began or ended: what can be changed is another. */
  touch(): void;
  dispose(): Promise<void>;
}

export interface DevicesParts {
  readonly instrument: Instrument;
  readonly microscope: SeatedMicroscope;
  readonly clock: Clock;
  readonly frameRate: number;
  /** What sits in the seats from the fast start; undefined where a configuration is set up. */
  readonly initial: { readonly configuration: DeviceConfiguration; readonly source: DeviceSetup["source"]; readonly opened: OpenedDevice } | undefined;
  /** What to take into use at the start. */
  readonly configured: { readonly kind: "file" | "stored"; readonly path: string } | undefined;
  /** Where what is set up is kept. */
  readonly storePath: string;
  readonly capture: CaptureHost;
  readonly window: () => BrowserWindow | undefined;
  readonly version: string;
  /** Resolves when the first picture is on the glass, or will not come. */
  readonly firstPicture: Promise<unknown>;
}

/** Console lines go out in heaps, ms. */
const CONSOLE_INTERVAL_MS = 150;

export function createDevices(parts: DevicesParts): Devices {
  const { instrument, clock } = parts;
  let events: DeviceEvents | undefined;
  let opening: Promise<DeviceDesk> | undefined;
  let opened: DeviceDesk | undefined;
  let watching: NodeJS.Timeout | undefined;

  const say = (tone: "notice" | "warning" | "error", text: string): void => { instrument.announce(tone, text); };
  const lockedBy = (): string | undefined => {
    try {
      instrument.refuseDuringSession("Changing devices");
      return undefined;
    } catch (error) {
      if (isOcularError(error, "WrongState")) return error.message;
      throw error;
    }
  };
  const openDesk = async (): Promise<DeviceDesk> => {
    const [{ openDeviceDesk, FALLBACK }, { createConfigurationStore }, system] = await Promise.all([
      import("../engine/compose/open-device-desk.ts"), import("../engine/devices/setup/configuration/configuration-store.ts"), plugged()?.(clock),
    ]);
    const nothing: DeviceConfiguration = { ...FALLBACK, name: "Microscope", devices: [], roles: {} };
    const desk = openDeviceDesk({
      clock, frameRate: parts.frameRate, capture: parts.capture, microscope: parts.microscope, store: createConfigurationStore(parts.storePath),
      initial: parts.initial ?? { configuration: nothing, source: parts.configured ?? { kind: "default" } },
      change: (what, touches, work) => instrument.changeDevices(what, touches, work),
      lockedBy, say, ...(system === undefined ? {} : { system }),
    });
    desk.onDidChange(announcer((setup) => { events?.devices(setup); }));
    opened = desk;
    return desk;
  };
  const desk = (): Promise<DeviceDesk> => (opening ??= openDesk());

  const watch = async (key: string | undefined): Promise<void> => {
    clearInterval(watching);
    watching = undefined;
    if (key === undefined) return;
    const { console: lines } = (await desk()).racked(key);
    let last = lines.after().lines.at(-1)?.sequence ?? -1;
    watching = setInterval(() => {
      const fresh = lines.after(last);
      last = fresh.lines.at(-1)?.sequence ?? last;
      if (fresh.lines.length > 0) events?.console({ key, ...fresh });
    }, CONSOLE_INTERVAL_MS);
  };
  const features = async () => import("../engine/devices/setup/camera-features.ts");
  const dialogs = async () => import("./device-dialogs.ts");

  return {
    tell: (next) => { events = next; },
    touch: () => { opened?.touch(); },
    start: async () => {
      if (parts.configured === undefined) return false;
      const { kind, path: file } = parts.configured;
      const own = await desk();
      try {
        const { readConfigurationFile } = await import("../engine/devices/setup/configuration/configuration-file.ts");
        await own.load(await readConfigurationFile(file), { kind, path: path.resolve(file) });
      } catch (error) {
        own.reportProblem(describeError(errorDataOf(error, "The device configuration")));
      }
      return true;
    },
    calls: {
      "devices.setup": async () => {
        // The page asks at its start; drivers and ports have no part in the first picture of the virtual microscope.
        if (opening === undefined) await parts.firstPicture;
        return (await desk()).setup();
      },
      "devices.families": async () => (await desk()).registry.families(),
      "devices.discover": async () => (await desk()).discover(),
      "devices.probe": async ({ port }) => {
        const result = await (await desk()).probe(port, (progress) => { events?.probe(progress); });
        return result === undefined ? {} : { result };
      },
      "devices.cancelProbe": async () => {
        (await desk()).cancelProbe();
        return {};
      },
      "devices.test": async ({ device }) => ({ parts: await (await desk()).test(device) }),
      "devices.configuration": async () => (await desk()).configuration(),
      "devices.apply": async ({ configuration, isEdit }) => (await desk()).apply(configuration, { isEdit }),
      "devices.add": async ({ device, roles }) => (await desk()).add(device, roles),
      "devices.remove": async ({ key }) => (await desk()).remove(key),
      "devices.assign": async ({ role, to }) => (await desk()).assign(role, to),
      "devices.replace": async ({ role, by }) => (await desk()).replace(role, by),
      "devices.setLight": async ({ key, part, percent }) => ({ percent: await (await desk()).setLight(key, part, percent) }),
      "devices.reconnect": async ({ key }) => (await desk()).reconnect(key),
      "devices.forget": async () => (await desk()).forget(),
      "devices.export": async () => (await dialogs()).exportConfiguration((await desk()).configuration(), parts.window()),
      "devices.import": async () => (await dialogs()).importConfiguration(parts.window()),
      "devices.console": async ({ key, after }) => ({ key, ...(await desk()).racked(key).console.after(after) }),
      "devices.watchConsole": async ({ key }) => {
        await watch(key);
        return {};
      },
      "devices.supportBundle": async () => (await dialogs()).saveSupportBundle({ desk: await desk(), instrument, version: parts.version, clock }, parts.window()),
      "camera.features": async ({ key }) => ({ root: (await features()).cameraFeatures((await desk()).racked(key)) }),
      "camera.readFeatures": async ({ key, names }) => (await features()).readCameraFeatures((await desk()).racked(key), names),
      "camera.writeFeature": async ({ key, name, text }) => (await features()).writeCameraFeature((await desk()).racked(key), name, text),
      "stage.jog": ({ xUm, yUm }) => {
        instrument.jogStage({ x: um(xUm), y: um(yUm) });
        return {};
      },
      "focus.jog": ({ zUm }) => {
        instrument.jogFocus(um(zUm));
        return {};
      },
      "stage.home": async (consent) => {
        await instrument.homeStage(consent);
        return {};
      },
      "axes.trustPlace": async ({ role, givenBy }) => {
        await instrument.trustPlace(role, { givenBy });
        return {};
      },
    },
    dispose: async () => {
      clearInterval(watching);
      await (await opening)?.dispose();
    },
  };
}

/** States come in bursts: the screen is told once a turn, and only of what is new. */
function announcer(tell: (setup: DeviceSetup) => void): (setup: DeviceSetup) => void {
  let newest: DeviceSetup | undefined;
  let lastText = "";
  return (setup) => {
    const isWaiting = newest !== undefined;
    newest = setup;
    if (isWaiting) return;
    setImmediate(() => {
      const now = newest;
      newest = undefined;
      const text = JSON.stringify(now);
      if (now === undefined || text === lastText) return;
      lastText = text;
      tell(now);
    });
  };
}
