import * as z from "zod";
import { OcularError } from "../../../../shared/errors.ts";
import type { Ask } from "../kit/controller-link.ts";
import { makeLight } from "../kit/make-light.ts";
import { controllerOf, type ControllerPlace, openLinkOf, type SerialController, type SerialFamily } from "../kit/serial-controller.ts";
import type { LightPort } from "../kit/serial-light.ts";
import { ReplyRefused } from "../../transports/exchange.ts";
import * as protocol from "./protocol.ts";

export const LumencorOptions = z.object({
  /** Names of the channels in use, as the engine calls them: each becomes a light. Probing tells which there are. */
  channels: z.array(z.string().regex(/^[A-Z0-9_-]+$/iu)).min(1).default(["BLUE", "GREEN", "RED"]),
});
export type LumencorOptions = z.infer<typeof LumencorOptions>;

export const lumencor: SerialFamily<LumencorOptions> = {
  id: "lumencor",
  vendor: "Lumencor",
  title: "Lumencor SPECTRA, AURA, CELESTA",
  probe: { lines: [{ baudRate: 115_200 }], rules: protocol.rules, identify: protocol.identify },
  optionsSchema: LumencorOptions,
  create: createLumencor,
};

/** A channel as the engine knows it. */
interface Channel {
  readonly number: number;
  readonly fullScale: number;
}

function createLumencor(place: ControllerPlace, { channels }: LumencorOptions): SerialController {
  // Read when the port is opened.
  const known = new Map<string, Channel>();
  const link = openLinkOf(lumencor, place, async (ask) => {
    await ask(protocol.identify);
    const names = await ask(protocol.channelMap);
    for (const name of channels) {
      const number = names.indexOf(name);
      if (number < 0) throw new OcularError({ tag: "DeviceFaulted", deviceId: place.id, command: protocol.channelMap.name, reply: names.join(" "), meaning: `it has no channel ${name}` });
      known.set(name, { number, fullScale: await fullScaleOf(ask, number) });
    }
  }, protocol.model);
  const channelOf = (name: string): Channel => {
    const channel = known.get(name);
    if (channel === undefined) throw new OcularError({ tag: "DeviceDisconnected", deviceId: place.id, command: name });
    return channel;
  };
  return controllerOf(link, {
    lights: channels.map((name) => makeLight({ place, link, vendor: lumencor.vendor }, `channel-${name.toLowerCase()}`, `channel ${name}`, channelPort(() => channelOf(name)))),
  });
}

async function fullScaleOf(ask: Ask, channel: number): Promise<number> {
  try {
    return await ask(protocol.fullScale(channel));
  } catch (error) {
    if (error instanceof OcularError && error.cause instanceof ReplyRefused) return ask(protocol.commonFullScale);
    throw error;
  }
}

function channelPort(channel: () => Channel): LightPort {
  return {
    async readLevel(ask) {
      const { number, fullScale } = channel();
      return (await ask(protocol.isLit(number))) ? (100 * (await ask(protocol.intensity(number)))) / fullScale : 0;
    },
    async setLevel(ask, percent) {
      const { number, fullScale } = channel();
      const value = Math.round((percent / 100) * fullScale);
      if (value === 0) await ask(protocol.setLit(number, false));
      else {
        await ask(protocol.setIntensity(number, value));
        await ask(protocol.setLit(number, true));
      }
      return (100 * value) / fullScale;
    },
    get off() {
      return protocol.offBytes(channel().number);
    },
  };
}
