import { OcularError } from "../../../../../shared/errors.ts";
import { GenicamError } from "../../../genicam/genicam-error.ts";
import { DatagramError } from "../../../transports/gige/datagrams.ts";
import { GvcpRefusal } from "../control/control-channel.ts";
import { STATUS } from "../control/gvcp-status.ts";

/** The camera obeys another program. */
export class CameraTakenError extends GenicamError {
  constructor() {
    super("transport", "", "another program controls it");
    this.name = "CameraTakenError";
  }
}

/** What a person is told of an error from below; what is told already passes through. */
export function gigeErrorAsOcular(error: unknown, deviceId: string, command: string): OcularError {
  if (error instanceof OcularError) return error;
  if (error instanceof DatagramError && error.problem === "closed") return new OcularError({ tag: "DeviceDisconnected", deviceId, command }, { cause: error });
  const reply = error instanceof Error ? error.message : String(error);
  const meaning = adviceOn(error);
  return new OcularError({ tag: "DeviceFaulted", deviceId, command, reply, ...(meaning === undefined ? {} : { meaning }) }, { cause: error });
}

function adviceOn(error: unknown): string | undefined {
  if (error instanceof CameraTakenError) return "close the other program, or wait until the camera lets it go";
  if (error instanceof GvcpRefusal && error.status === STATUS.accessDenied) return "another program may control it";
  if (error instanceof DatagramError) return error.problem === "refused" ? "this computer's firewall or rights forbid it" : "the network is not as it was";
  if (error instanceof GenicamError && error.problem === "malformed") return "its description cannot be used";
  return undefined;
}
