import { systemClock } from "../engine/runtime/system-clock.ts";
import { runOcular } from "./run-ocular.ts";

await runOcular(systemClock);
