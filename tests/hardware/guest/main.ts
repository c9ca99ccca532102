/**
 * Runs in the guest: a stock Debian kernel sees the lab's devices over USB/IP, somebody else's programs and our drivers
 * work with them. Arguments: the host's ports for USB/IP and for orders, and the report's file.
 */
import { checkAravis } from "./aravis.ts";
import { type Bench, Pace, type StreamRate } from "./bench.ts";
import { checkCamera } from "./camera.ts";
import { checkCommandLine } from "./command-line.ts";
import { checkDesk } from "./desk.ts";
import { checkEnumeration } from "./enumeration.ts";
import { connectOrders } from "./guest-system.ts";
import { Checks } from "./report.ts";
import { checkStage } from "./stage.ts";
import { checkTogether } from "./together.ts";

const [usbipPort = "", ordersPort = "", reportFile = "/out/report.json"] = process.argv.slice(2);
const checks = new Checks(reportFile);
const orders = await connectOrders(Number(ordersPort));
const bench: Bench = { checks, orders, pace: new Pace(), usbipPort: Number(usbipPort), busIds: { camera: "1-1", stage: "1-2" } };
await checkEnumeration(bench);
const theirs = await checkAravis(bench);
const ours = await checkCamera(bench);
if (theirs !== undefined && ours !== undefined) {
  const rate = ({ frames, seconds, megabytes }: StreamRate): string => `${(frames / seconds).toFixed(1)} frames/s, ${(megabytes / seconds).toFixed(1)} MB/s`;
  checks.note(`640 x 480 Mono8, 100 frames/s offered: Aravis ${rate(theirs)}; ours ${rate(ours)}`);
}
await checkStage(bench, (stage) => checkTogether(bench, stage));
await checkDesk(bench);
await checkCommandLine(bench);
checks.finish();
orders.close();
// A handle that a failed check has left must not keep the guest running.
process.exit(0);
