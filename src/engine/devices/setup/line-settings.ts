import type { SerialLine } from "../../../shared/domain/device-configuration.ts";
import type { LineSettings } from "../transports/byte-stream.ts";

/** A line as the transports take it: what is not given is absent. */
export function lineSettingsOf({ baudRate, dataBits, stopBits, parity, rtscts }: SerialLine): LineSettings {
  return {
    baudRate,
    ...(dataBits === undefined ? {} : { dataBits }), ...(stopBits === undefined ? {} : { stopBits }),
    ...(parity === undefined ? {} : { parity }), ...(rtscts === undefined ? {} : { rtscts }),
  };
}
