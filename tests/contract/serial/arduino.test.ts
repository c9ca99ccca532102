import { describe, expect, it } from "vitest";
import { arduino, ArduinoOptions } from "../../../src/engine/devices/drivers/arduino/driver.ts";
import { LAB_FAMILIES } from "../../lab/serial/families.ts";
import { createArduinoModel } from "../../lab/serial/families/arduino.ts";
import { ending, valueOf } from "../contract.ts";
import { serialContracts } from "./serial-contracts.ts";
import { special } from "./special.ts";

serialContracts(LAB_FAMILIES["arduino"]);

describe("the pins of an Arduino", () => {
  const board = (): ReturnType<typeof special> => special(() => createArduinoModel(), (port, clock) => arduino.create({ port, clock, id: "board" }, ArduinoOptions.parse({ lights: [{ pin: 8 }, { pin: 9, dac: 1 }] })));

  it("are lights of their own, and one put out leaves the other lit", async () => {
    const subject = board();
    const [lamp, led] = subject.controller.lights;
    if (lamp === undefined || led === undefined) throw new Error("two lights are wanted");
    await valueOf(subject, lamp.connect());
    await valueOf(subject, led.connect());
    // Given together: the second order knows of the first.
    await valueOf(subject, Promise.all([lamp.setLevel(100), led.setLevel(40)]));
    expect(subject.lit()).toEqual({ lamp: 100, led: 40 });
    await valueOf(subject, lamp.disconnect());
    expect(subject.lit()).toEqual({ led: 40 });
    await subject.dispose();
    await subject.advance(50);
    expect(subject.lit()).toEqual({});
  });

  it("are not lit by another light's order after one that was not answered", async () => {
    const subject = board();
    const [lamp, led] = subject.controller.lights;
    if (lamp === undefined || led === undefined) throw new Error("two lights are wanted");
    await valueOf(subject, lamp.connect());
    await valueOf(subject, led.connect());
    subject.lab.fail("deaf");
    const end = await ending(subject, lamp.setLevel(100), 2000);
    expect("error" in end).toBe(true);
    await valueOf(subject, led.setLevel(40));
    expect(subject.lit()).toEqual({ led: 40 });
    await subject.dispose();
  });

  it("refuses two lights on one pin", () => {
    expect(ArduinoOptions.safeParse({ lights: [{ pin: 8 }, { pin: 8 }] }).success).toBe(false);
  });
});
