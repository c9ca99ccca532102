/**
 * The command line as it is shipped, whose seconds are as many times longer as this machine is slower than a real one: every deadline
 * of it holds here as it would there. `OCULAR_GUEST_SLOWNESS` says how many times.
 */
import { runOcular } from "../../../src/cli/run-ocular.ts";
import { slowedClock } from "./slowed-clock.ts";

const slowness = Number(process.env["OCULAR_GUEST_SLOWNESS"]);
if (!(slowness >= 1)) throw new Error("OCULAR_GUEST_SLOWNESS says no number from 1 on");
await runOcular(slowedClock(slowness));
