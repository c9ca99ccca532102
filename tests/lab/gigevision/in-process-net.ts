import { GVCP_PORT } from "../../../src/engine/devices/drivers/gigevision/control/gvcp.ts";
import { DatagramError, type DatagramNet, type DatagramSocket, type SocketOptions } from "../../../src/engine/devices/transports/gige/datagrams.ts";
import type { GigeModel } from "./camera-model.ts";

/** A network in this process: one interface of the host's, and cameras on it. */
export interface InProcessNet extends DatagramNet {
  /** @param isFar behind a router: broadcasts do not get there, its address does */
  plug(model: GigeModel, place?: { readonly isFar: boolean }): void;
  /** The cable comes out; the camera itself goes on. */
  unplug(model: GigeModel): void;
  /** A datagram as if that camera had sent it. */
  say(from: GigeModel, bytes: Uint8Array, port: number): void;
  /** This computer's own end goes down, and comes up again: nothing can be opened or sent meanwhile. */
  setDown(isDown: boolean): void;
  /** Sockets opened and not closed: 0 at the end of a test. */
  openCount(): number;
}

const HOST = { name: "lab0", address: "10.0.0.1", netmask: "255.255.255.0", isLoopback: false } as const;
const BROADCASTS: readonly string[] = ["255.255.255.255", "10.0.0.255"];
const STRANGER = "10.0.0.66";

export function createInProcessNet(): InProcessNet {
  const sockets = new Map<number, SocketOptions>();
  let cameras: readonly { readonly model: GigeModel; readonly isFar: boolean }[] = [];
  let nextPort = 50_000;
  let isDown = false;

  /** Datagrams arrive later than they are sent, in order. */
  const deliver = (bytes: Uint8Array, port: number, address: string, from: string): void => {
    if (!isDown && address === HOST.address) queueMicrotask(() => sockets.get(port)?.receive(bytes, from, GVCP_PORT));
  };

  const open = async (options: SocketOptions): Promise<DatagramSocket> => {
    if (isDown || options.address !== HOST.address) throw new DatagramError("unreachable", `there is no ${options.address} here`);
    const port = options.port ?? nextPort++;
    sockets.set(port, options);
    return {
      address: HOST.address, port,
      receiveBufferBytes: () => options.receiveBufferBytes ?? 212_992,
      async send(bytes, toPort, toAddress) {
        if (!sockets.has(port)) throw new DatagramError("closed", "the socket is closed");
        if (isDown) throw new DatagramError("unreachable", `no network leads to ${toAddress}`);
        if (toPort !== GVCP_PORT) return;
        const sent = bytes.slice();
        for (const { model } of cameras.filter((each) => each.model.address === toAddress || (!each.isFar && BROADCASTS.includes(toAddress)))) queueMicrotask(() => model.hear(sent, port, HOST.address));
      },
      close: async () => void sockets.delete(port),
    };
  };

  return {
    interfaces: () => [HOST],
    open,
    localAddressFor: async () => HOST.address,
    openCount: () => sockets.size,
    setDown(next) {
      isDown = next;
    },
    say: (from, bytes, port) => deliver(bytes, port, HOST.address, from.address),
    plug(model, { isFar } = { isFar: false }) {
      cameras = [...cameras, { model, isFar }];
      model.attach({
        say: (bytes, port, address) => deliver(bytes, port, address, model.address),
        asStranger: (bytes, port, address) => deliver(bytes, port, address, STRANGER),
      });
    },
    unplug(model) {
      cameras = cameras.filter((each) => each.model !== model);
      model.detach();
    },
  };
}
