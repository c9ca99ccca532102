import { createServer, type Socket } from "node:net";
import { ENDPOINT_IN } from "../../../src/engine/devices/transports/usb/usb-device.ts";
import { Pipes } from "../usb/pipes.ts";
import type { UsbModel } from "../usb/usb-model.ts";
import { RELEASE } from "./descriptors.ts";
import { createEndpointZero } from "./endpoint-zero.ts";
import { encodeImported, encodeList, encodeUnlinked, type ExportedDevice, HEADER_BYTES, IMPORT, Incoming, type Request, SPEED, STATUS, takeCommand, takeOperation, UsbipError, writeSubmitted } from "./protocol.ts";

/** Devices served to any Linux machine that connects: `usbip attach -r HOST -b BUSID`. */
export interface UsbipServer {
  readonly port: number;
  /** @returns the device's bus id, "1-1" for the first one ever plugged in */
  plug(model: UsbModel): string;
  /** The cable comes out, whatever waits; plugged in again it has its old bus id. */
  unplug(model: UsbModel): void;
  isAttached(model: UsbModel): boolean;
  close(): Promise<void>;
}

export interface UsbipServerOptions {
  /** Default: any free one. USB/IP's own is 3240. */
  readonly port?: number;
  /** Told of connections that ended in nonsense. */
  readonly onDidRefuse?: (reason: string) => void;
}

interface Slot {
  readonly model: UsbModel;
  readonly exported: ExportedDevice;
  isPlugged: boolean;
  /** Ends the connection of the host that has imported it. */
  detach: (() => void) | undefined;
}

/** Starts on 127.0.0.1: nothing outside this computer can reach it. */
export async function startUsbipServer({ port = 0, onDidRefuse = () => undefined }: UsbipServerOptions = {}): Promise<UsbipServer> {
  const slots: Slot[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    serveConnection(socket, slots, onDidRefuse);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  const slotOf = (model: UsbModel): Slot | undefined => slots.find((slot) => slot.model === model);
  return {
    port: address.port,
    plug(model) {
      const slot = slotOf(model) ?? { model, exported: exportOf(model, slots.length + 1), isPlugged: true, detach: undefined };
      if (!slots.includes(slot)) slots.push(slot);
      slot.isPlugged = true;
      return slot.exported.busId;
    },
    unplug(model) {
      const slot = slotOf(model);
      if (slot === undefined) return;
      slot.isPlugged = false;
      slot.detach?.();
    },
    isAttached: (model) => slotOf(model)?.detach !== undefined,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
      // A camera that streams on would keep this process from ending.
      for (const { model } of slots) model.powerOff();
    },
  };
}

/** Lists and imports first; an imported device has the connection to itself until it ends. */
function serveConnection(socket: Socket, slots: readonly Slot[], onDidRefuse: (reason: string) => void): void {
  const incoming = new Incoming();
  let session: ((incoming: Incoming) => void) | undefined;
  const importSlot = (busId: string): void => {
    const slot = slots.find(({ exported, isPlugged }) => isPlugged && exported.busId === busId);
    if (slot === undefined || slot.detach !== undefined) {
      socket.end(encodeImported(slot === undefined ? IMPORT.notAvailable : IMPORT.busy));
      return;
    }
    socket.write(encodeImported(IMPORT.ok, slot.exported));
    session = startSession(socket, slot);
  };
  socket.on("data", (bytes) => {
    incoming.add(bytes);
    try {
      for (;;) {
        if (session !== undefined) return session(incoming);
        const operation = takeOperation(incoming);
        if (operation === undefined) return;
        if (operation.kind === "list") socket.write(encodeList(slots.filter(({ isPlugged, detach }) => isPlugged && detach === undefined).map(({ exported }) => exported)));
        else importSlot(operation.busId);
      }
    } catch (error) {
      if (!(error instanceof UsbipError)) throw error;
      onDidRefuse(error.message);
      socket.destroy();
    }
  });
  // A host that tears its connection down has unplugged: "close" follows and tells everything.
  socket.on("error", () => socket.destroy());
}

/** One host with one device. @returns takes the commands that have come in */
function startSession(socket: Socket, slot: Slot): (incoming: Incoming) => void {
  const { model, exported } = slot;
  const pipes = new Pipes(model);
  const control = createEndpointZero(model, pipes);
  const deviceId = exported.busNumber * 0x10000 + exported.deviceNumber;
  /** Takes a waiting transfer back, by its sequence number. */
  const waiting = new Map<number, () => boolean>();
  const unlisten = model.onDidHaveData(() => pipes.serve());
  slot.detach = () => socket.destroy();
  socket.once("close", () => {
    slot.detach = undefined;
    unlisten();
    pipes.end();
    waiting.clear();
    model.powerOff();
    model.coldStart?.();
  });

  const answer = (sequence: number, status: number, actualLength: number, bytes?: Uint8Array): void => {
    const head = Buffer.allocUnsafe(HEADER_BYTES);
    writeSubmitted(head, { sequence, status, actualLength });
    socket.write(head);
    if (bytes !== undefined && bytes.length > 0) socket.write(bytes);
  };

  const submit = ({ sequence, endpoint, isIn, length, setup, bytes }: Extract<Request, { kind: "submit" }>): void => {
    if ((endpoint & 0x0f) === 0) {
      const outcome = control(setup, length, bytes);
      if (outcome === "stall") answer(sequence, STATUS.stalled, 0);
      else answer(sequence, STATUS.ok, isIn ? outcome.length : bytes.length, isIn ? outcome : undefined);
      return;
    }
    if (!isIn) {
      const outcome = pipes.push(endpoint, bytes);
      answer(sequence, outcome === "ok" ? STATUS.ok : STATUS.stalled, outcome === "ok" ? bytes.length : 0);
      return;
    }
    // Room for the answer's head in front of the data: a picture goes out as it lies.
    const memory = Buffer.allocUnsafe(HEADER_BYTES + length);
    let hasSettled = false;
    const takeBack = pipes.wait(endpoint | ENDPOINT_IN, {
      into: memory.subarray(HEADER_BYTES),
      settle(outcome) {
        hasSettled = true;
        waiting.delete(sequence);
        if (outcome === "over") return;
        const count = outcome === "stall" ? 0 : outcome;
        writeSubmitted(memory, { sequence, status: outcome === "stall" ? STATUS.stalled : STATUS.ok, actualLength: count });
        socket.write(memory.subarray(0, HEADER_BYTES + count));
      },
    });
    if (!hasSettled) waiting.set(sequence, takeBack);
  };

  return (incoming) => {
    for (let command = takeCommand(incoming); command !== undefined; command = takeCommand(incoming)) {
      if (command.kind === "submit") {
        if (command.deviceId !== deviceId) throw new UsbipError(`device ${command.deviceId} was not imported here`);
        submit(command);
        continue;
      }
      // Answered already, or taken back now: either way the host hears of it once.
      const wasWaiting = waiting.get(command.victim)?.() ?? false;
      waiting.delete(command.victim);
      socket.write(encodeUnlinked(command.sequence, wasWaiting ? STATUS.unlinked : STATUS.ok));
    }
  };
}

function exportOf({ description, wiring }: UsbModel, number: number): ExportedDevice {
  return {
    busId: `1-${number}`, busNumber: 1, deviceNumber: number + 1, speed: SPEED[wiring.speed],
    vendorId: description.vendorId, productId: description.productId, release: RELEASE,
    classCodes: [description.deviceClass, description.deviceSubclass, description.deviceProtocol],
    interfaces: description.interfaces.map(({ classCode, subclass, protocol }) => [classCode, subclass, protocol]),
  };
}
