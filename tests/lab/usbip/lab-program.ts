import { parseArgs } from "node:util";
import { systemClock } from "../../../src/engine/runtime/system-clock.ts";
import { takeOrders } from "../keyboard.ts";
import { LAB_FAMILIES } from "../serial/families.ts";
import { createLabMicroscope } from "./lab-microscope.ts";
import { startUsbipServer } from "./server.ts";
import { plugIn, USBIP_ORDERS } from "./usbip-lab.ts";

export const USBIP_USAGE = "usbip [--port 3240] [--stage FAMILY]";
const STAGE_FAMILY = "prior-proscan";

/** `npm run lab -- usbip`: a camera and a stage that look at one slide, served on 127.0.0.1 until "quit" or the end of the input. */
export async function usbipLab(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { port: { type: "string", default: "3240" }, stage: { type: "string", default: STAGE_FAMILY } } });
  const family = Object.hasOwn(LAB_FAMILIES, values.stage) ? LAB_FAMILIES[values.stage] : undefined;
  const port = Number(values.port);
  if (family === undefined || !Number.isInteger(port) || port < 0 || port > 65_535) {
    console.error(`Usage: npm run lab -- ${USBIP_USAGE}\nFamilies: ${Object.keys(LAB_FAMILIES).join(", ")}`);
    return 2;
  }
  const server = await startUsbipServer({ port, onDidRefuse: (reason) => console.error(`A connection was ended: ${reason}.`) });
  const lab = plugIn(createLabMicroscope({ clock: systemClock, family }), server);
  const attach = (busId: string): string => `  sudo usbip --tcp-port ${server.port} attach -r 127.0.0.1 -b ${busId}`;
  console.log(`A USB3 Vision camera and a stage (${family.id}) that look at one slide, over USB/IP on 127.0.0.1:${server.port}. On this machine:
  sudo modprobe vhci-hcd
${attach(lab.busIds.camera)}    # camera
${attach(lab.busIds.stage)}    # stage, becomes /dev/ttyACM0`);
  await takeOrders(USBIP_ORDERS.map((order) => ({ ...order, obey: (words) => lab.obey([order.name, ...words].join(" ")) })));
  await server.close();
  return 0;
}
