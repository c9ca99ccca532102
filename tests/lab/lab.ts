/**
 * The lab for people: virtual devices in real time, for Ocular or any other program, that take orders from the keyboard.
 * `npm run lab` names what there is; `npm run lab -- prior-proscan` puts one on a pseudo-terminal; `npm run lab -- gigevision`
 * starts a camera on this computer's own network; `npm run lab -- usbip` serves a camera and a stage, which look at one
 * slide, to any Linux machine's `usbip attach`.
 */
import { systemClock } from "../../src/engine/runtime/system-clock.ts";
import { visible } from "../../src/engine/devices/transports/byte-stream.ts";
import { GIGE_USAGE, gigeVisionLab } from "./gigevision/lab-program.ts";
import { type KeyboardOrder, numberOf, takeOrders } from "./keyboard.ts";
import { LAB_FAMILIES } from "./serial/families.ts";
import { LAB_FAULT_MEASURES, LAB_FAULT_WORDS, LAB_FAULTS } from "./serial/faults.ts";
import { LabController } from "./serial/lab-controller.ts";
import { ptyOf, whyNoPty } from "./serial/pty.ts";
import { USBIP_USAGE, usbipLab } from "./usbip/lab-program.ts";

const WHAT_THERE_IS = `Virtual devices, for Ocular or any other program that drives microscopes (docs/devices/lab.md):
  npm run lab -- FAMILY
      a controller on a pseudo-terminal, for any program that opens a serial port:
      ${Object.keys(LAB_FAMILIES).join(", ")}
  npm run lab -- ${GIGE_USAGE}
      a GigE Vision camera over a virtual slide, on this computer's own network
  npm run lab -- ${USBIP_USAGE}
      a USB3 Vision camera and a stage over one virtual slide, for any Linux machine's "usbip attach"
Each runs until "quit" and takes orders from the keyboard: unplugging, and everything that can go wrong.`;

async function main(args: readonly string[]): Promise<number> {
  const [id = "", ...more] = args;
  if (id === "gigevision") return gigeVisionLab(more);
  if (id === "usbip") return usbipLab(more);
  if (id === "" || id === "--help" || id === "-h") {
    console.log(WHAT_THERE_IS);
    return 0;
  }
  if (!Object.hasOwn(LAB_FAMILIES, id)) {
    console.error(`There is no virtual device "${id}".\n${WHAT_THERE_IS}`);
    return 2;
  }
  return serialLab(id);
}

/** A serial controller on a pseudo-terminal; resolves with the exit code. */
async function serialLab(id: string): Promise<number> {
  const family = LAB_FAMILIES[id];
  if (family === undefined) throw new Error(`there is no family ${id}`);
  const obstacle = whyNoPty();
  if (obstacle !== undefined) {
    console.error(`There can be no pseudo-terminal here: ${obstacle}.`);
    return 1;
  }
  const lab = new LabController(family.model(systemClock), systemClock);
  let terminal = await ptyOf(lab);
  const orders: readonly KeyboardOrder[] = [
    { name: "status", meaning: "where motors and lights stand", obey: () => statusOf(lab) },
    { name: "heard", meaning: "the last commands that it heard", obey: () => (lab.heard.length === 0 ? "Nothing yet." : lab.heard.slice(-20).map(visible).join("\n")) },
    {
      name: "say", words: "TEXT", meaning: "it says this line unasked",
      obey(words) {
        lab.sayUnasked(`${words.join(" ")}\r\n`);
        return "Said.";
      },
    },
    {
      name: "unplug", meaning: "the cable comes out",
      async obey() {
        await terminal.close();
        lab.unplug();
        return "The cable is out.";
      },
    },
    {
      name: "replug", meaning: "the cable goes in again, under another name, as adapters do",
      async obey() {
        await terminal.close();
        lab.replug();
        terminal = await ptyOf(lab);
        return `It is back on ${terminal.path}`;
      },
    },
    ...LAB_FAULTS.map((fault): KeyboardOrder => ({
      name: fault, meaning: LAB_FAULT_WORDS[fault], ...(LAB_FAULT_MEASURES[fault] === undefined ? {} : { words: LAB_FAULT_MEASURES[fault] }),
      obey([measure]) {
        if (measure === undefined) lab.fail(fault);
        else lab.fail(fault, numberOf(measure, 0));
        return `Next: ${fault}.`;
      },
    })),
  ];
  console.log(`A virtual ${id} (${lab.model.line.baudRate} baud) sits on ${terminal.path}\nTo ask who is there: npm run ocular -- devices probe ${terminal.path}`);
  await takeOrders(orders);
  await terminal.close();
  return 0;
}

function statusOf({ model }: LabController): string {
  const axes = Object.entries(model.axes).map(([name, axis]) => `${name} ${axis.position().toFixed(2)} um${axis.isMoving() ? " moving" : ""}`);
  const lights = Object.entries(model.lights).map(([name, level]) => `${name} ${level()} %`);
  return [...axes, ...lights].join(", ");
}

process.exitCode = await main(process.argv.slice(2));
