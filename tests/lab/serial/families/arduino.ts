import type { LabModel } from "../lab-controller.ts";

/** How many bytes follow a command's first, for those that have any (the sketch's own description). */
const ARGUMENTS: Readonly<Record<number, number>> = { 1: 1, 3: 3, 5: 2, 6: 1, 7: 1, 10: 3, 11: 1, 22: 1, 41: 1, 42: 2 };
const DAC_MAX = 4095;

/**
 * An Arduino with Micro-Manager's sketch: six pins, two analogue outputs. Pin 8 switches a lamp, pin 9 an LED that the first
 * analogue output dims. What waits for a byte that does not come is not given up here: the sketch does after a second.
 */
export function createArduinoModel(): LabModel {
  let pins = 0;
  const dac = [0, 0];
  const byte = (value: number): string => String.fromCharCode(value & 0xff);

  return {
    family: "arduino", line: { baudRate: 57_600 }, latencyMs: 1, errorReply: "n:",
    axes: {}, lights: { lamp: () => ((pins & 1) === 0 ? 0 : 100), led: () => ((pins & 2) === 0 ? 0 : (100 * (dac[0] ?? 0)) / DAC_MAX) },
    hear(held, say) {
      const [code = 0, a = 0, b = 0, c = 0] = Array.from(held, (character) => character.charCodeAt(0));
      const used = 1 + (ARGUMENTS[code] ?? 0);
      if (held.length < used) return 0;
      if (code === 1) {
        pins = a & 0b11_1111;
        say(byte(1));
      } else if (code === 2) say(byte(2) + byte(pins));
      else if (code === 3) {
        if (a === 1 || a === 2) dac[a - 1] = ((b & 0x0f) << 8) | c;
        say(byte(3) + byte(a) + byte(b & 0x0f) + byte(c));
      } else if (code === 10) say(byte(10) + byte(a));
      else if (code === 20 || code === 21) say(byte(code));
      else if (code === 22) say(byte(22));
      else if (code === 30) say("MM-Ard\r\n");
      else if (code === 31) say("5\r\n");
      else if (code === 32) say(byte(32) + byte(1) + byte(0));
      else if (code === 34 || code === 35) say(byte(code) + byte(code === 34 ? 2 : 6));
      else if (code === 40) say(byte(40) + byte(0));
      else if (code === 9) {
        // Ends trigger mode, whether it was on or not: pins go low.
        pins = 0;
        say(byte(9) + byte(0));
      }
      return used;
    },
    reset() {
      pins = 0;
    },
  };
}
