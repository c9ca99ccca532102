import type { Clock } from "../core/clock.ts";
import type { SystemDevices } from "../engine/devices/setup/system-devices.ts";
import type { Instrument } from "../engine/instrument/instrument.ts";
import type { DeviceSetup, ProbeProgress, ProbeResult } from "../shared/domain/device-setup.ts";
import { ROLES } from "../shared/domain/device-configuration.ts";
import { OcularError } from "../shared/errors.ts";
import type { MethodName } from "../shared/ipc/contract.ts";
import type { Implementations } from "./answer-call.ts";

type DeviceMethod = Extract<MethodName, `devices.${string}` | "camera.features" | "camera.readFeatures" | "camera.writeFeature" | "stage.jog" | "focus.jog" | "stage.home">;

export type DeviceCalls = Pick<Implementations, DeviceMethod>;

/** Finding and setting up devices in the desktop app: read and started when it is first asked for, for it has no part in the first picture. */
export interface Devices {
  readonly calls: DeviceCalls;
  onDidProbe(listener: (progress: ProbeProgress) => void): void;
  dispose(): Promise<void>;
}

export function createDevices({ instrument, clock, source }: { readonly instrument: Instrument; readonly clock: Clock; readonly source: DeviceSetup["source"] }): Devices {
  let opening: Promise<SystemDevices> | undefined;
  const system = (): Promise<SystemDevices> => (opening ??= import("../engine/devices/setup/system-devices.ts").then(({ openSystemDevices }) => openSystemDevices(clock, (text) => { process.stderr.write(`${text}\n`); })));
  const listeners: ((progress: ProbeProgress) => void)[] = [];
  let probing: AbortController | undefined;

  const probe = async (port: string): Promise<ProbeResult | undefined> => {
    const { probeSerialPort } = await import("../engine/devices/setup/probe-port.ts");
    if (probing !== undefined) throw new OcularError({ tag: "WrongState", what: "Probing", state: "another port is being probed", allowedIn: ["the end of that"] });
    const own = new AbortController();
    probing = own;
    try {
      return await probeSerialPort(port, { ...(await system()), clock, signal: own.signal, configured: [], onProgress: (progress) => { for (const listener of listeners) listener(progress); } });
    } finally {
      probing = undefined;
    }
  };
  const setup = (): DeviceSetup => {
    const { microscope, devices } = instrument.snapshot();
    return {
      source, name: microscope.name, devices: [], objectives: [],
      roles: ROLES.map((role) => {
        const device = devices.find(({ identity }) => identity.kind === role);
        return { role, seated: device === undefined ? "none" : "virtual", isBack: false, offers: [], ...(device === undefined ? {} : { identity: device.identity, state: device.state }) };
      }),
    };
  };
  const notBuilt = (what: string) => (): never => {
    throw new OcularError({ tag: "UnsupportedValue", what: "The call", value: what, allowed: ["devices.setup", "devices.families", "devices.discover", "devices.probe"] });
  };

  return {
    calls: {
      "devices.setup": setup,
      "devices.families": async () => (await system()).registry.families(),
      "devices.discover": async () => (await system()).registry.discover([]),
      "devices.probe": async ({ port }) => {
        const result = await probe(port);
        return result === undefined ? {} : { result };
      },
      "devices.cancelProbe": () => {
        probing?.abort();
        return {};
      },
      "devices.test": notBuilt("devices.test"), "devices.configuration": notBuilt("devices.configuration"), "devices.apply": notBuilt("devices.apply"),
      "devices.add": notBuilt("devices.add"), "devices.remove": notBuilt("devices.remove"), "devices.assign": notBuilt("devices.assign"),
      "devices.replace": notBuilt("devices.replace"), "devices.reconnect": notBuilt("devices.reconnect"), "devices.forget": notBuilt("devices.forget"),
      "devices.export": notBuilt("devices.export"), "devices.import": notBuilt("devices.import"), "devices.console": notBuilt("devices.console"),
      "devices.watchConsole": notBuilt("devices.watchConsole"), "devices.supportBundle": notBuilt("devices.supportBundle"),
      "camera.features": notBuilt("camera.features"), "camera.readFeatures": notBuilt("camera.readFeatures"), "camera.writeFeature": notBuilt("camera.writeFeature"),
      "stage.jog": notBuilt("stage.jog"), "focus.jog": notBuilt("focus.jog"), "stage.home": notBuilt("stage.home"),
    },
    onDidProbe: (listener) => { listeners.push(listener); },
    dispose: async () => { await (await opening)?.registry.dispose(); },
  };
}
