import { asi } from "./asi/driver.ts";
import { grbl } from "./grbl/driver.ts";
import type { SerialFamily } from "./kit/serial-controller.ts";
import { ludl } from "./ludl/driver.ts";
import { proscan } from "./prior-proscan/driver.ts";
import { tango } from "./tango/driver.ts";
import { zaber } from "./zaber/driver.ts";

/** What probing and the wizard need of a family, whatever its options are. */
export type AnySerialFamily = Omit<SerialFamily<never>, "create">;

/**
 * Every serial family, in the order in which a port is probed. The order is part of safety: a family that could take the
 * question of a later one for an order comes before it, so that it has answered and is never asked that question.
 */
export const SERIAL_FAMILIES: readonly AnySerialFamily[] = [proscan, asi, ludl, tango, zaber, grbl];
