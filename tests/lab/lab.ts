/**
 * The lab for people: virtual devices in real time, for Ocular or any other program, that take orders from the keyboard.
 * `npm run lab` names the families; `npm run lab -- prior-proscan` puts one on a pseudo-terminal; `npm run lab -- gigevision`
 * starts a camera on this computer's own network; `npm run lab -- usbip` serves a camera and a stage, which look at one
 * slide, to any Linux machine's `usbip attach`.
 */
import { createInterface } from "node:readline";
import { systemClock } from "../../src/engine/runtime/system-clock.ts";
import { visible } from "../../src/engine/devices/transports/byte-stream.ts";
import { gigeVisionLab } from "./gigevision/lab-program.ts";
import { LAB_FAMILIES } from "./serial/families.ts";
import { LAB_FAULTS, type LabFault } from "./serial/faults.ts";
import { LabController } from "./serial/lab-controller.ts";
import { ptyOf, whyNoPty } from "./serial/pty.ts";
import { USBIP_USAGE, usbipLab } from "./usbip/lab-program.ts";

const HELP = `orders: status | heard | unplug | replug | say TEXT | ${LAB_FAULTS.join(" | ")} [MS] | quit`;

async function main(args: readonly string[]): Promise<number> {
  const [id = "", ...more] = args;
  if (id === "gigevision") return gigeVisionLab(more);
  if (id === "usbip") return usbipLab(more);
  const family = LAB_FAMILIES[id];
  if (family === undefined) {
    console.error(`Usage: npm run lab -- FAMILY | gigevision [--address 127.0.0.1] [--serial LAB0001] [--lose PERCENT] | ${USBIP_USAGE}\nFamilies: ${Object.keys(LAB_FAMILIES).join(", ")}`);
    return id === "" ? 0 : 2;
  }
  const obstacle = whyNoPty();
  if (obstacle !== undefined) {
    console.error(`There can be no pseudo-terminal here: ${obstacle}.`);
    return 1;
  }
  const lab = new LabController(family.model(systemClock), systemClock);
  let terminal = await ptyOf(lab);
  console.log(`A virtual ${id} (${lab.model.line.baudRate} baud) sits on ${terminal.path}\n${HELP}`);
  for await (const line of createInterface({ input: process.stdin })) {
    const [order = "", ...rest] = line.trim().split(/\s+/u);
    if (order === "quit") break;
    else if (order === "status") console.log(statusOf(lab));
    else if (order === "heard") console.log(lab.heard.slice(-20).map(visible).join("\n"));
    else if (order === "say") lab.sayUnasked(`${rest.join(" ")}\r\n`);
    else if (order === "unplug") {
      await terminal.close();
      lab.unplug();
      console.log("The cable is out.");
    } else if (order === "replug") {
      await terminal.close();
      lab.replug();
      terminal = await ptyOf(lab);
      console.log(`It is back on ${terminal.path}`);
    } else if (isFault(order)) {
      if (rest[0] === undefined) lab.fail(order);
      else lab.fail(order, Number(rest[0]));
      console.log(`Next: ${order}.`);
    } else if (order !== "") console.log(HELP);
  }
  await terminal.close();
  return 0;
}

function isFault(text: string): text is LabFault {
  return LAB_FAULTS.some((fault) => fault === text);
}

function statusOf({ model }: LabController): string {
  const axes = Object.entries(model.axes).map(([name, axis]) => `${name} ${axis.position().toFixed(2)} um${axis.isMoving() ? " moving" : ""}`);
  const lights = Object.entries(model.lights).map(([name, level]) => `${name} ${level()} %`);
  return [...axes, ...lights].join(", ");
}

process.exitCode = await main(process.argv.slice(2));
