import { isIPv4 } from "node:net";
import type { Clock } from "../../../core/clock.ts";
import type { ConfiguredDevice } from "../../../shared/domain/device-configuration.ts";
import type { PartView, ProbeProgress, ProbeResult } from "../../../shared/domain/device-setup.ts";
import { OcularError } from "../../../shared/errors.ts";
import type { SerialHost } from "../transports/serial-host.ts";
import type { RackedDevice } from "./device-rack.ts";
import { describePart } from "./part-words.ts";
import { probeAddress } from "./probe-address.ts";
import { probeSerialPort } from "./probe-port.ts";
import type { DeviceRegistry } from "./registry.ts";

/** Asks who is there, and tries what is not configured: one question at a time, and nothing of it stays open. */
export class DeviceProber {
  readonly #parts: { readonly registry: DeviceRegistry; readonly host: SerialHost; readonly clock: Clock };
  readonly #racked: () => readonly RackedDevice[];
  #probing: AbortController | undefined;

  /** @param racked the devices that are configured, whose ports are not asked while they are in use */
  constructor(parts: { readonly registry: DeviceRegistry; readonly host: SerialHost; readonly clock: Clock }, racked: () => readonly RackedDevice[]) {
    this.#parts = parts;
    this.#racked = racked;
  }

  /**
   * Who sits on a serial port, or at an IPv4 address. Undefined when nobody answered, or it was canceled.
   * @throws OcularError WrongState, PortUnavailable; InvalidInput for an address whose device cannot be added
   */
  async probe(port: string, configured: readonly ConfiguredDevice[], onProgress: (progress: ProbeProgress) => void): Promise<ProbeResult | undefined> {
    if (this.#probing !== undefined) throw new OcularError({ tag: "WrongState", what: "Probing", state: "another port is being probed", allowedIn: ["the end of that"] });
    const holder = this.#racked().find((racked) => racked.address() === port && racked.opened?.parts.some(({ device }) => device.status().state === "ready"));
    if (holder !== undefined) throw new OcularError({ tag: "WrongState", what: `Probing ${port}`, state: `${holder.device.name} is in use there`, allowedIn: ["a port that is not in use"] });
    const own = new AbortController();
    this.#probing = own;
    try {
      const { host, clock, registry } = this.#parts;
      if (isIPv4(port)) return await probeAddress(port, registry, configured);
      return await probeSerialPort(port, { host, clock, registry, configured, signal: own.signal, onProgress });
    } finally {
      this.#probing = undefined;
    }
  }

  cancel(): void {
    this.#probing?.abort();
  }

  /** Opens a device that is not configured, says what it is, and closes it. @throws OcularError of opening and connecting */
  async test(device: ConfiguredDevice): Promise<PartView[]> {
    const opened = await this.#parts.registry.open(device);
    try {
      const tried = await Promise.allSettled(opened.parts.map((part) => part.device.connect()));
      // One controller, one cable: when no part answers, the first says why.
      const failed = tried.find((each): each is PromiseRejectedResult => each.status === "rejected");
      if (failed !== undefined && tried.every(({ status }) => status === "rejected")) throw failed.reason;
      return opened.parts.map((part) => describePart(part, true));
    } finally {
      await opened.dispose();
    }
  }
}
