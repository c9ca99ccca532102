import type { DeviceIdentity } from "../../../../shared/domain/devices.ts";
import { OcularError } from "../../../../shared/errors.ts";
import { CaptureError } from "../../transports/capture/capture-link.ts";

/** What a person is told of an error from below; what is told already passes through. */
export function captureErrorAsOcular(error: unknown, { id: deviceId, model }: DeviceIdentity, command: string): OcularError {
  if (error instanceof OcularError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const problem = error instanceof CaptureError ? error.problem : "failed";
  switch (problem) {
    case "gone": return new OcularError({ tag: "DeviceDisconnected", deviceId, command }, { cause: error });
    case "busy": return new OcularError({ tag: "PortUnavailable", deviceId, port: model, reason: `another program holds it: ${reason}` }, { cause: error });
    case "denied": return new OcularError({ tag: "PortUnavailable", deviceId, port: model, reason: `this computer's privacy settings keep Ocular from cameras: ${reason}` }, { cause: error });
    default: return new OcularError({ tag: "DeviceFaulted", deviceId, command, reply: reason }, { cause: error });
  }
}
