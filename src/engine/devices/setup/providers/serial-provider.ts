import type { Clock } from "../../../../core/clock.ts";
import type { ConfiguredDevice, HardwareIdentity } from "../../../../shared/domain/device-configuration.ts";
import type { DeviceKind } from "../../../../shared/domain/devices.ts";
import { OcularError } from "../../../../shared/errors.ts";
import { SERIAL_FAMILIES } from "../../drivers/families.ts";
import type { SerialController } from "../../drivers/kit/serial-controller.ts";
import type { PortGuard } from "../../guard/port-guard.ts";
import type { Port } from "../../transports/byte-stream.ts";
import type { SerialHost } from "../../transports/serial-host.ts";
import type { SerialPortDescription } from "../../transports/serial-port.ts";
import { recordedPort, Transcript } from "../../transports/transcript.ts";
import { parseOptions } from "../configuration/parse-options.ts";
import { type DeviceProvider, type FoundDevice, isSameHardware, type OpenedDevice, type ProviderFamily } from "../device-provider.ts";
import { lineSettingsOf } from "../line-settings.ts";

const KINDS: readonly DeviceKind[] = ["xyStage", "focusDrive", "illumination", "objectiveTurret"];

/** Stages, focus drives, nosepieces and lights on serial ports, found again by what their USB plug says. */
export function createSerialProvider({ host, clock, guard }: { readonly host: SerialHost; readonly clock: Clock; readonly guard?: PortGuard }): DeviceProvider {
  const families: ProviderFamily[] = SERIAL_FAMILIES.map(({ id, vendor, title, optionsSchema }) => ({ id, vendor, title, optionsSchema, kinds: KINDS, suggestedOptions: suggestionFor(optionsSchema) }));
  return {
    name: "Serial ports",
    connection: "serial",
    families,
    discover: async () => (await host.list()).map(foundPort),
    async open(device) {
      const family = SERIAL_FAMILIES.find(({ id }) => id === device.family);
      if (family === undefined) throw new OcularError({ tag: "UnsupportedValue", what: "Serial family", value: device.family, allowed: SERIAL_FAMILIES.map(({ id }) => id) });
      parseOptions(device, family.optionsSchema);
      const transcript = new Transcript();
      const findPath = pathFinder(host, device);
      const port = recordedPort(movingPort(host, device.name, findPath), clock, transcript);
      const { identity, line } = device;
      const controller = family.createFrom({
        port, clock, id: device.key,
        ...(identity === undefined || identity.serial === "" ? {} : { serial: identity.serial }),
        ...(line === undefined ? {} : { line: lineSettingsOf(line) }),
        ...(guard === undefined ? {} : { guard }),
      }, device.options);
      return openedController(device.key, controller, findPath, transcript);
    },
    onDidChange: (listener) => host.onDidChange(listener),
    dispose: async () => undefined,
  };
}

function foundPort({ path, manufacturer, vendorId, productId, serialNumber }: SerialPortDescription): FoundDevice {
  const usb = vendorId !== undefined && productId !== undefined;
  const title = usb ? `${manufacturer ?? "USB serial adapter"} (${vendorId}:${productId})` : "Serial port without a USB plug";
  return { address: path, title, ...(usb ? { identity: { vendor: vendorId, product: productId, serial: serialNumber ?? "" } } : {}) };
}

/** Where the device is plugged in now. */
type PathFinder = () => Promise<string | undefined>;

function pathFinder(host: SerialHost, { identity, port }: ConfiguredDevice): PathFinder {
  if (identity === undefined) return async () => (port !== undefined && (await host.exists(port)) ? port : undefined);
  return async () => {
    const found = (await host.list()).filter((listed) => isSameHardware(identity, identityOfPort(listed)));
    // Several without serial numbers look alike: the name they were last seen under decides.
    return (found.find(({ path }) => path === port) ?? found[0])?.path;
  };
}

export function identityOfPort({ vendorId, productId, serialNumber }: SerialPortDescription): HardwareIdentity | undefined {
  return vendorId === undefined || productId === undefined ? undefined : { vendor: vendorId, product: productId, serial: serialNumber ?? "" };
}

/** A port that is looked for at each opening: the system may have given it another name meanwhile. */
function movingPort(host: SerialHost, name: string, findPath: PathFinder): Port {
  let last = name;
  return {
    get path() {
      return last;
    },
    async open(line) {
      const path = await findPath();
      if (path === undefined) throw new Error("it is not plugged in");
      last = path;
      return host.port(path).open(line);
    },
  };
}

function openedController(key: string, controller: SerialController, whereIs: PathFinder, transcript: Transcript): OpenedDevice {
  return {
    // Ids of parts are "<key>-<part>" (kit/serial-controller.ts).
    parts: controller.devices.map((device) => ({ part: device.identity.id.slice(key.length + 1), device })),
    whereIs,
    transcript,
    dispose: () => controller.dispose(),
  };
}

/** Options of families that cannot guess what is fitted; probing tells better. */
const GUESSES: readonly Readonly<Record<string, unknown>>[] = [{ stage: {}, focus: {} }, { stage: {} }, {}];

/** Stage and focus where the family has them, everything else as its schema's defaults say. */
function suggestionFor(schema: ProviderFamily["optionsSchema"]): Record<string, unknown> {
  const shape = "shape" in schema ? (schema.shape as Readonly<Record<string, unknown>>) : {};
  return { ...GUESSES.find((guess) => Object.keys(guess).every((part) => part in shape) && schema.safeParse(guess).success) };
}
