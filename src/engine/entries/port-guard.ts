import { createInterface } from "node:readline";
import { standGuard } from "../devices/guard/stand-guard.ts";
import { serialPort } from "../devices/transports/serial-port.ts";
import { systemClock } from "../runtime/system-clock.ts";

/**
 * The guard of the serial ports: a process that outlives the app by a moment. Its input is a pipe from the app, which the system
 * closes when the app is gone, however that came about; then it opens the ports that were being watched and writes what stops and darkens.
 */
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined); // Meant for the app: its end is what counts here.
// The app's end of this pipe goes away before it does.
process.stdout.on("error", () => undefined);
const failures = await standGuard(createInterface({ input: process.stdin }), (sequence) => void process.stdout.write(`${sequence}\n`), serialPort, systemClock);
process.exit(failures.length === 0 ? 0 : 1);
