import * as z from "zod";
import { makeLight } from "../kit/make-light.ts";
import { controllerOf, type ControllerPlace, openLinkOf, type SerialController, type SerialFamily } from "../kit/serial-controller.ts";
import type { LightPort } from "../kit/serial-light.ts";
import * as protocol from "./protocol.ts";

/** One light: the pin that switches it and, where it can be dimmed, its analogue output. */
const ArduinoLight = z.object({ pin: z.number().int().min(protocol.FIRST_PIN).max(protocol.LAST_PIN), dac: z.number().int().min(1).max(4).optional() });
type ArduinoLight = z.infer<typeof ArduinoLight>;

export const ArduinoOptions = z.object({
  lights: z.array(ArduinoLight).min(1).default([{ pin: protocol.FIRST_PIN }]).refine((lights) => new Set(lights.map(({ pin }) => pin)).size === lights.length, "each light needs a pin of its own"),
});
export type ArduinoOptions = z.infer<typeof ArduinoOptions>;

export const arduino: SerialFamily<ArduinoOptions> = {
  id: "arduino",
  vendor: "Arduino",
  title: "Arduino with Micro-Manager's firmware",
  // Opening the port resets the board; its loader listens for a second and a half.
  probe: { lines: [{ baudRate: 57_600 }], rules: protocol.rules, wakeMs: 2000, identify: protocol.identify },
  optionsSchema: ArduinoOptions,
  create: createArduino,
};

function createArduino(place: ControllerPlace, { lights }: ArduinoOptions): SerialController {
  // The pins that are high: one order sets them all.
  const pins: Pins = { lit: 0 };
  const link = openLinkOf(arduino, place, async (ask) => {
    await ask(protocol.identify);
    await ask(protocol.setPattern(0));
    pins.lit = 0;
  }, protocol.pattern);
  return controllerOf(link, {
    lights: lights.map((light) => makeLight({ place, link, vendor: arduino.vendor }, `pin-${light.pin}`, `pin ${light.pin}`, pinPort(light, pins))),
  });
}

interface Pins {
  lit: number;
}

function pinPort({ pin, dac }: ArduinoLight, pins: Pins): LightPort {
  const bit = 1 << (pin - protocol.FIRST_PIN);
  let dimmed = 100;
  return {
    hasLevels: dac !== undefined,
    async readLevel(ask) {
      return ((await ask(protocol.pattern)) & bit) === 0 ? 0 : dimmed;
    },
    async setLevel(ask, percent) {
      if (dac !== undefined && percent > 0) {
        const value = Math.round((percent / 100) * protocol.DAC_MAX);
        await ask(protocol.setAnalogue(dac, value));
        dimmed = (100 * value) / protocol.DAC_MAX;
      }
      // Reckoned when the order is given, not when it is answered: another light's order may stand behind it.
      pins.lit = percent > 0 ? pins.lit | bit : pins.lit & ~bit;
      try {
        await ask(protocol.setPattern(pins.lit));
      } catch (error) {
        // Nobody knows whether it is lit: no other light's order may light it.
        pins.lit &= ~bit;
        throw error;
      }
      return percent > 0 ? dimmed : 0;
    },
    // All of them: the last bytes of one light must never be those that light another. What is to stay lit is lit again by the order behind.
    off: protocol.patternBytes(0),
  };
}
