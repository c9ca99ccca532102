import { createSocket, type Socket } from "node:dgram";
import { networkInterfaces } from "node:os";
import { DatagramError, type DatagramNet, type DatagramSocket, type SocketOptions } from "./datagrams.ts";

/** UDP over this computer's networks. @param includesLoopback also those that end in this computer, for virtual cameras */
export function createUdpNet({ includesLoopback = false }: { readonly includesLoopback?: boolean } = {}): DatagramNet {
  return {
    interfaces: () =>
      Object.entries(networkInterfaces()).flatMap(([name, entries = []]) =>
        entries
          .filter(({ family, internal }) => family === "IPv4" && (includesLoopback || !internal))
          .map(({ address, netmask, internal }) => ({ name, address, netmask, isLoopback: internal }))),
    open,
    async localAddressFor(address) {
      const socket = createSocket("udp4");
      try {
        // Connecting a datagram socket sends nothing: the system only chooses the way.
        await new Promise<void>((resolve, reject) => {
          socket.once("error", reject);
          socket.connect(9, address, resolve);
        });
        return socket.address().address;
      } catch (error) {
        throw new DatagramError("unreachable", `no network of this computer leads to ${address}`, { cause: error });
      } finally {
        socket.close();
      }
    },
  };
}

async function open({ address, port = 0, receiveBufferBytes, isBroadcast = false, receive }: SocketOptions): Promise<DatagramSocket> {
  const socket = createSocket({ type: "udp4", ...(receiveBufferBytes === undefined ? {} : { recvBufferSize: receiveBufferBytes }) });
  socket.on("message", (bytes, { address: from, port: fromPort }) => receive(bytes, from, fromPort));
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.bind({ address, port, exclusive: true }, resolve);
    });
    socket.removeAllListeners("error");
    // An answer that nobody took comes back as an error of the socket: who waits has a deadline, and who listens hears the heartbeat.
    socket.on("error", () => undefined);
    if (isBroadcast) socket.setBroadcast(true);
  } catch (error) {
    socket.close();
    throw datagramError(error, `the address ${address}:${port} cannot be used`);
  }
  let isOpen = true;
  return {
    address, port: socket.address().port,
    receiveBufferBytes: () => (isOpen ? socket.getRecvBufferSize() : 0),
    send: (bytes, toPort, toAddress) => send(socket, () => isOpen, bytes, toPort, toAddress),
    async close() {
      if (!isOpen) return;
      isOpen = false;
      socket.removeAllListeners("message");
      await new Promise<void>((resolve) => socket.close(resolve));
    },
  };
}

function send(socket: Socket, isOpen: () => boolean, bytes: Uint8Array, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!isOpen()) return reject(new DatagramError("closed", "the socket is closed"));
    socket.send(bytes, port, address, (error) => (error === null ? resolve() : reject(datagramError(error, `nothing can be sent to ${address}`))));
  });
}

function datagramError(error: unknown, what: string): DatagramError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const problem = code === "ENETUNREACH" || code === "EHOSTUNREACH" || code === "EADDRNOTAVAIL" ? "unreachable" : code === "EACCES" || code === "EPERM" ? "refused" : "failed";
  return new DatagramError(problem, `${what} (${error instanceof Error ? error.message : String(error)})`, { cause: error });
}
