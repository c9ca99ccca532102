/**
 * A program that drives a virtual ProScan on a terminal until it is killed: run by guard.test.ts.
 *   node victim.mjs PORT GUARD leave|stay
 * Prints "moving" when the stage is under way and the shutter open; told to leave, it ends in order then.
 */
import { createPortGuard } from "../../../src/engine/devices/guard/port-guard.ts";
import { StageOptions } from "../../../src/engine/devices/drivers/kit/axis-options.ts";
import { proscan, ProscanOptions } from "../../../src/engine/devices/drivers/prior-proscan/driver.ts";
import { serialPort } from "../../../src/engine/devices/transports/serial-port.ts";
import { systemClock } from "../../../src/engine/runtime/system-clock.ts";
import { isOcularError } from "../../../src/shared/errors.ts";
import { um } from "../../../src/shared/units.ts";

const [path = "", entry = "", manner = "stay"] = process.argv.slice(2);
const guard = entry === "none" ? undefined : createPortGuard({ entryFile: () => entry, clock: systemClock, onProblem: (text) => process.stdout.write(`problem: ${text}\n`) });
const controller = proscan.create(
  { port: serialPort(path), clock: systemClock, id: "prior", ...(guard === undefined ? {} : { guard }) },
  ProscanOptions.parse({ stage: StageOptions.parse({ speedUmPerS: 100 }), shutters: [1] }),
);
const { stage, lights: [shutter] } = controller;
if (stage === undefined || shutter === undefined) throw new Error("no stage or no shutter");
await stage.connect();
await shutter.connect();
await shutter.setLevel(100, { timeoutMs: 5000 });
const move = stage.moveTo({ x: um(50_000), y: um(0) });
const leaveMove = stage.onDidMove(() => {
  if (stage.position().x < 5) return;
  leaveMove();
  process.stdout.write("moving\n");
  if (manner === "leave") void controller.dispose().then(() => process.exit(0));
});
await move.catch((error: unknown) => {
  // Disposed of on the way out.
  if (!isOcularError(error, "Canceled") && !isOcularError(error, "DeviceDisconnected")) throw error;
});
