/** The host's half of the hardware test: the lab on USB/IP, and a line for orders to it. */
import { createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { systemClock } from "../../src/engine/runtime/system-clock.ts";
import { LAB_FAMILIES } from "../lab/serial/families.ts";
import { createLabMicroscope } from "../lab/usbip/lab-microscope.ts";
import { startUsbipServer } from "../lab/usbip/server.ts";
import { plugIn } from "../lab/usbip/usbip-lab.ts";
import { STAGE_FAMILY } from "./stage-family.ts";

export interface HardwareLab {
  readonly usbipPort: number;
  /** One order a line, one answer a line. */
  readonly ordersPort: number;
  close(): Promise<void>;
}

/** Both ports are free ones of 127.0.0.1. */
export async function startHardwareLab(): Promise<HardwareLab> {
  const family = LAB_FAMILIES[STAGE_FAMILY];
  if (family === undefined) throw new Error(`the lab has no family ${STAGE_FAMILY}`);
  const server = await startUsbipServer({ onDidRefuse: (reason) => console.error(`USB/IP: a connection was ended: ${reason}.`) });
  const lab = plugIn(createLabMicroscope({ clock: systemClock, family }), server);
  const sockets = new Set<Socket>();
  const orders = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // A guest that is switched off tears its line down.
    socket.on("error", () => socket.destroy());
    createInterface({ input: socket }).on("line", (line) => void socket.write(`${lab.obey(line)}\n`));
  });
  await new Promise<void>((resolve) => orders.listen(0, "127.0.0.1", resolve));
  const address = orders.address();
  if (address === null || typeof address === "string") throw new Error("the line for orders has no port");
  return {
    usbipPort: server.port,
    ordersPort: address.port,
    async close() {
      const closed = new Promise((resolve) => orders.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
      await server.close();
    },
  };
}
