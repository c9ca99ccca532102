import { OcularError } from "../../../../../shared/errors.ts";
import { GenicamError } from "../../../genicam/genicam-error.ts";
import { UsbError } from "../../../transports/usb/usb-device.ts";

/** What a person is told of an error from below; what is told already passes through. */
export function usbErrorAsOcular(error: unknown, deviceId: string, command: string): OcularError {
  if (error instanceof OcularError) return error;
  if (error instanceof UsbError && error.problem === "disconnected") return new OcularError({ tag: "DeviceDisconnected", deviceId, command }, { cause: error });
  const reply = error instanceof Error ? error.message : String(error);
  const meaning = error instanceof UsbError ? usbAdvice(error) : error instanceof GenicamError && error.problem === "malformed" ? "its description cannot be used" : undefined;
  return new OcularError({ tag: "DeviceFaulted", deviceId, command, reply, ...(meaning === undefined ? {} : { meaning }) }, { cause: error });
}

function usbAdvice({ problem }: UsbError): string | undefined {
  if (problem === "busy") return "another program holds it";
  if (problem === "refused") return "this user may not open it";
  return undefined;
}
