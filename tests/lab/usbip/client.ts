import { connect, type Socket } from "node:net";
import type { UsbSetup } from "../../../src/engine/devices/transports/usb/usb-device.ts";
import { encodeRequest, type ExportedDevice, Incoming, type Reply, takeOperationReply, takeReply } from "./protocol.ts";

/** How a transfer ended, as the host's kernel would see it. */
export interface TransferEnd {
  readonly status: number;
  readonly actualLength: number;
  readonly bytes: Uint8Array;
}

const NO_SETUP: UsbSetup = { requestType: 0, request: 0, value: 0, index: 0 };

/** A small USB/IP host, for tests: one connection, as many transfers waiting as are asked for. */
export class UsbipClient {
  readonly #socket: Socket;
  readonly #incoming = new Incoming();
  readonly #transfers = new Map<number, { readonly isIn: boolean; readonly resolve: (end: TransferEnd) => void }>();
  readonly #unlinks = new Map<number, (status: number) => void>();
  #operation: ((reply: { readonly status: number; readonly devices: readonly ExportedDevice[] }) => void) | undefined;
  /** An answer whose data has not all come. */
  #open: Extract<Reply, { kind: "submitted" }> | undefined;
  #sequence = 0;
  #deviceId = 0;
  /** Resolves when the other end has gone. */
  readonly closed: Promise<void>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (bytes) => {
      this.#incoming.add(bytes);
      this.#read();
    });
    // What went wrong is told by `closed` and by what waits for ever.
    socket.on("error", () => socket.destroy());
    this.closed = new Promise((resolve) => void socket.once("close", () => resolve()));
  }

  static async to(port: number): Promise<UsbipClient> {
    const socket = connect(port, "127.0.0.1");
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    return new UsbipClient(socket);
  }

  /** Bytes as they are: for bad input. */
  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  list(): Promise<readonly ExportedDevice[]> {
    return this.#operate(encodeRequest({ kind: "list" })).then(({ devices }) => devices);
  }

  /** @returns the status of the import; 0 when the device is ours */
  async import(busId: string): Promise<number> {
    const { status, devices } = await this.#operate(encodeRequest({ kind: "import", busId }));
    const [device] = devices;
    if (device !== undefined) this.#deviceId = device.busNumber * 0x10000 + device.deviceNumber;
    return status;
  }

  controlIn(setup: UsbSetup, length: number): Promise<TransferEnd> {
    return this.#submit({ endpoint: 0, isIn: true, length, setup, bytes: new Uint8Array(0) }).end;
  }

  controlOut(setup: UsbSetup, bytes = new Uint8Array(0)): Promise<TransferEnd> {
    return this.#submit({ endpoint: 0, isIn: false, length: bytes.length, setup, bytes }).end;
  }

  bulkOut(endpoint: number, bytes: Uint8Array): Promise<TransferEnd> {
    return this.#submit({ endpoint, isIn: false, length: bytes.length, setup: NO_SETUP, bytes }).end;
  }

  /** `unlink` resolves with the status of the cancellation. */
  bulkIn(endpoint: number, length: number): { readonly end: Promise<TransferEnd>; readonly unlink: () => Promise<number> } {
    const { sequence, end } = this.#submit({ endpoint, isIn: true, length, setup: NO_SETUP, bytes: new Uint8Array(0) });
    return {
      end,
      unlink: () =>
        new Promise((resolve) => {
          const own = this.#next();
          this.#unlinks.set(own, resolve);
          this.#socket.write(encodeRequest({ kind: "unlink", sequence: own, victim: sequence }));
        }),
    };
  }

  /** Pulls the plug on the host's side. */
  async detach(): Promise<void> {
    this.#socket.destroy();
    await this.closed;
  }

  #next(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  #operate(request: Uint8Array): Promise<{ readonly status: number; readonly devices: readonly ExportedDevice[] }> {
    return new Promise((resolve) => {
      this.#operation = resolve;
      this.#socket.write(request);
    });
  }

  #submit(transfer: { readonly endpoint: number; readonly isIn: boolean; readonly length: number; readonly setup: UsbSetup; readonly bytes: Uint8Array }): { readonly sequence: number; readonly end: Promise<TransferEnd> } {
    const sequence = this.#next();
    const end = new Promise<TransferEnd>((resolve) => this.#transfers.set(sequence, { isIn: transfer.isIn, resolve }));
    this.#socket.write(encodeRequest({ kind: "submit", sequence, deviceId: this.#deviceId, ...transfer }));
    return { sequence, end };
  }

  #read(): void {
    if (this.#operation !== undefined) {
      const reply = takeOperationReply(this.#incoming);
      if (reply === undefined) return;
      this.#operation(reply);
      this.#operation = undefined;
    }
    for (;;) {
      const reply = this.#open ?? takeReply(this.#incoming);
      if (reply === undefined) return;
      if (reply.kind === "unlinked") {
        this.#unlinks.get(reply.sequence)?.(reply.status);
        continue;
      }
      this.#open = reply;
      const transfer = this.#transfers.get(reply.sequence);
      const dataBytes = transfer?.isIn === true ? reply.actualLength : 0;
      if (this.#incoming.peek(dataBytes) === undefined) return;
      const bytes = new Uint8Array(this.#incoming.take(dataBytes));
      this.#open = undefined;
      this.#transfers.delete(reply.sequence);
      transfer?.resolve({ status: reply.status, actualLength: reply.actualLength, bytes });
    }
  }
}
