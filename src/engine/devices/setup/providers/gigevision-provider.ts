import * as z from "zod";
import type { Clock } from "../../../../core/clock.ts";
import type { DeviceIdentity } from "../../../../shared/domain/devices.ts";
import { OcularError } from "../../../../shared/errors.ts";
import { createGigeVisionCamera, discoverGigeVision, type FoundGigeCamera, notReachable } from "../../drivers/gigevision/discover.ts";
import type { DatagramNet } from "../../transports/gige/datagrams.ts";
import { Transcript } from "../../transports/transcript.ts";
import { parseOptions } from "../configuration/parse-options.ts";
import { type DeviceProvider, type FoundDevice, isSameHardware } from "../device-provider.ts";

const GigeOptions = z.object({
  addresses: z.array(z.ipv4()).max(16).default([]).describe("Asked directly besides, for a camera that no broadcast reaches: behind a router, or a virtual one. With commas between."),
}).strict();

const FAMILY = "gigevision";

/** GigE Vision cameras of any maker, whatever their address. */
export function createGigeVisionProvider({ net, clock }: { readonly net: DatagramNet; readonly clock: Clock }): DeviceProvider {
  const endings = new Map<string, number>();
  const hardwareOf = ({ vendor, model, serial }: DeviceIdentity) => ({ vendor, product: model, serial });
  const describe = ({ identity, place, address, localAddress, isReachable }: FoundGigeCamera): FoundDevice => ({
    address: place, title: `${identity.vendor} ${identity.model}`.trim(), family: FAMILY, identity: hardwareOf(identity),
    ...(isReachable ? {} : { problem: notReachable(address, localAddress) }),
  });
  return {
    name: "GigE Vision",
    connection: "network",
    families: [{ id: FAMILY, vendor: "A3", title: "GigE Vision camera", kinds: ["camera"], optionsSchema: GigeOptions, suggestedOptions: {} }],
    discover: async () => (await discoverGigeVision({ net, clock })).map(describe),
    async ask(address) {
      const found = (await discoverGigeVision({ net, clock, addresses: [address] })).find((each) => each.address === address);
      return found === undefined ? undefined : { ...describe(found), options: { addresses: [address] } };
    },
    async open(device) {
      const { addresses } = parseOptions(device, GigeOptions);
      const { identity: wanted } = device;
      if (wanted === undefined) throw new OcularError({ tag: "InvalidInput", what: `The camera ${device.name}`, reason: "it has no identity: discover it and add it again" });
      const isWanted = (identity: DeviceIdentity): boolean => isSameHardware(wanted, hardwareOf(identity));
      const identity: DeviceIdentity = { id: `gigevision:${wanted.vendor}:${wanted.product}:${wanted.serial}`.replaceAll(/\s+/gu, "-"), kind: "camera", vendor: wanted.vendor, model: wanted.product, serial: wanted.serial };
      const transcript = new Transcript();
      const camera = createGigeVisionCamera({ identity, net, clock, addresses, isWanted, transcript, endings });
      let last: FoundGigeCamera | undefined;
      return {
        parts: [{ part: "camera", device: camera }],
        whereIs: async () => {
          // While it works, its heartbeat tells whether it is there; asking the network is for the rest.
          if (camera.status().state !== "absent" && last !== undefined) return last.place;
          last = (await discoverGigeVision({ net, clock, addresses })).find((found) => isWanted(found.identity));
          return last?.place;
        },
        transcript,
        whenNowhere: "does not answer on the network: see to its power, its cable and its address",
        genicam: { nodeMap: () => camera.nodeMap(), requireWritable: (feature) => camera.requireWritable(feature), refresh: (written) => camera.refresh(written) },
        dispose: () => camera.dispose(),
      };
    },
    onDidChange: () => () => undefined,
    dispose: async () => undefined,
  };
}
