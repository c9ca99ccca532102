import { arduino } from "./arduino/driver.ts";
import { asi } from "./asi/driver.ts";
import { coolled } from "./coolled/driver.ts";
import { grbl } from "./grbl/driver.ts";
import type { ControllerPlace, SerialController, SerialFamily } from "./kit/serial-controller.ts";
import { ludl } from "./ludl/driver.ts";
import { lumencor } from "./lumencor/driver.ts";
import { marlin } from "./marlin/driver.ts";
import { proscan } from "./prior-proscan/driver.ts";
import { sangaboard } from "./sangaboard/driver.ts";
import { tango } from "./tango/driver.ts";
import { zaber } from "./zaber/driver.ts";

/** A family whatever its options are, for probing, for the wizard and for configurations read from a file. */
export interface AnySerialFamily extends Omit<SerialFamily<unknown>, "create"> {
  /**
   * Parses the options and makes the controller.
   * @throws ZodError for options that are not this family's
   */
  createFrom(place: ControllerPlace, options: unknown): SerialController;
}

function anyFamily<Options>(family: SerialFamily<Options>): AnySerialFamily {
  return { ...family, createFrom: (place, options) => family.create(place, family.optionsSchema.parse(options)) };
}

/**
 * Every serial family, in the order in which a port is probed. The order is part of safety: a family that could take the
 * question of a later one for an order comes before it, so that it has answered and is never asked that question.
 */
export const SERIAL_FAMILIES: readonly AnySerialFamily[] = [
  anyFamily(proscan), anyFamily(asi), anyFamily(ludl), anyFamily(tango), anyFamily(zaber), anyFamily(grbl),
  anyFamily(marlin), anyFamily(sangaboard), anyFamily(lumencor), anyFamily(coolled), anyFamily(arduino),
];
