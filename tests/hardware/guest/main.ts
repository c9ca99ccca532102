/**
 * Runs in the guest: a stock Debian kernel sees the lab's devices over USB/IP, somebody else's programs and our drivers
 * work with them. Arguments: the host's ports for USB/IP and for orders, and the report's file.
 */
import { checkAravis } from "./aravis.ts";
import { type Bench, GIGE_THROUGHPUT, Pace, type StreamRate, THROUGHPUT } from "./bench.ts";
import { checkCamera } from "./camera.ts";
import { checkCommandLine } from "./command-line.ts";
import { checkDesk } from "./desk.ts";
import { checkEnumeration } from "./enumeration.ts";
import { checkGige } from "./gige.ts";
import { connectOrders } from "./guest-system.ts";
import { Checks } from "./report.ts";
import { checkStage } from "./stage.ts";
import { checkTogether } from "./together.ts";

/** Aravis's rate and ours, of the same boot, at the same camera. */
function tellBeside(transport: string, { width, height, framesPerSecond }: typeof THROUGHPUT | typeof GIGE_THROUGHPUT, theirs: StreamRate | undefined, ours: StreamRate | undefined): void {
  if (theirs === undefined || ours === undefined) return;
  const rate = ({ frames, seconds, megabytes }: StreamRate): string => `${(frames / seconds).toFixed(1)} frames/s, ${(megabytes / seconds).toFixed(1)} MB/s`;
  checks.note(`${transport}, ${width} x ${height} Mono8, ${framesPerSecond} frames/s offered: Aravis ${rate(theirs)}; ours ${rate(ours)}`);
}

const [usbipPort = "", ordersPort = "", reportFile = "/out/report.json"] = process.argv.slice(2);
const checks = new Checks(reportFile);
const orders = await connectOrders(Number(ordersPort));
const bench: Bench = { checks, orders, pace: new Pace(), usbipPort: Number(usbipPort), busIds: { camera: "1-1", stage: "1-2" } };
await checkEnumeration(bench);
const theirs = await checkAravis(bench);
const ours = await checkCamera(bench);
tellBeside("USB3 Vision", THROUGHPUT, theirs, ours);
const gige = await checkGige(bench);
tellBeside("GigE Vision on loopback", GIGE_THROUGHPUT, gige.theirs, gige.ours);
await checkStage(bench, (stage) => checkTogether(bench, stage));
await checkDesk(bench);
await checkCommandLine(bench);
checks.finish();
orders.close();
// A handle that a failed check has left must not keep the guest running.
process.exit(0);
