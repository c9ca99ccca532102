/** The app with the quick lab plugged in: the first file of the bundle that build-lab.ts makes. */
import { plugIn } from "../../../src/main/plugged.ts";
import { openLab } from "./lab-devices.ts";

plugIn(openLab);
await import("../../../src/main/index.ts");
