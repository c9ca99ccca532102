import * as z from "zod";
import { makeLight } from "../kit/make-light.ts";
import { controllerOf, type ControllerPlace, openLinkOf, type SerialController, type SerialFamily } from "../kit/serial-controller.ts";
import type { LightPort } from "../kit/serial-light.ts";
import * as protocol from "./protocol.ts";

export const CoolledOptions = z.object({
  /** The channels in use: each becomes a light. Probing tells which there are. */
  channels: z.array(z.enum(protocol.CHANNELS)).min(1).default(["A", "B", "C"]),
});
export type CoolledOptions = z.infer<typeof CoolledOptions>;

export const coolled: SerialFamily<CoolledOptions> = {
  id: "coolled",
  vendor: "CoolLED",
  title: "CoolLED pE-300, pE-4000",
  probe: { lines: [{ baudRate: 57_600 }], rules: protocol.rules, identify: protocol.identify },
  optionsSchema: CoolledOptions,
  create: createCoolled,
};

function createCoolled(place: ControllerPlace, { channels }: CoolledOptions): SerialController {
  const link = openLinkOf(coolled, place, async (ask) => {
    await ask(protocol.model);
    // What was selected on its pod would be lit by the first order.
    await ask(protocol.allOff(channels));
  }, protocol.state);
  return controllerOf(link, {
    lights: channels.map((channel) => makeLight({ place, link, vendor: coolled.vendor }, `channel-${channel.toLowerCase()}`, `pE channel ${channel}`, channelPort(channel))),
  });
}

function channelPort(channel: protocol.ChannelLetter): LightPort {
  return {
    readLevel: async (ask) => protocol.litPercent(await ask(protocol.state), channel),
    async setLevel(ask, percent) {
      const whole = Math.round(percent);
      const state = await ask(whole === 0 ? protocol.darken(channel) : protocol.light(channel, whole));
      return protocol.litPercent(state, channel);
    },
    off: protocol.offBytes(channel),
  };
}
