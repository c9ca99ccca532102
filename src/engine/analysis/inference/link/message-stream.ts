import type { Socket } from "node:net";

/**
 * Messages over a byte stream: two 32-bit lengths (header, payload; little-endian), the header as JSON, the payload as
 * it is. Bulk never passes through a JSON parser or a structured clone. The header is padded with spaces so that the
 * payload begins where any number may begin: tensors are read in place.
 */
export interface StreamMessage {
  readonly header: unknown;
  /** The receiver's to keep, or to give back to where the reader takes its memory from. */
  readonly payload: Uint8Array<ArrayBuffer>;
}

const PREFIX_BYTES = 8;
const ALIGNMENT = 8;
/** More than any message of ours: a stream that claims more is not ours. */
const MOST_HEADER_BYTES = 1 << 20;
const MOST_PAYLOAD_BYTES = 2 ** 31 - 1;

/** Send one message. The views must stay as they are until the returned promise resolves. */
export function sendMessage(socket: Socket, header: unknown, payload: readonly ArrayBufferView[]): Promise<void> {
  const text = Buffer.from(JSON.stringify(header), "utf8");
  const headerBytes = Buffer.alloc(Math.ceil(text.length / ALIGNMENT) * ALIGNMENT, " ");
  text.copy(headerBytes);
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32LE(headerBytes.length, 0);
  prefix.writeUInt32LE(payload.reduce((sum, view) => sum + view.byteLength, 0), 4);
  const parts = [prefix, headerBytes, ...payload.map((view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength))];
  return new Promise((resolve, reject) => {
    socket.cork();
    for (const [index, part] of parts.entries()) {
      const isLast = index === parts.length - 1;
      socket.write(part, (error) => {
        if (error) reject(error);
        else if (isLast) resolve();
      });
    }
    socket.uncork();
  });
}

/** Puts the pieces of a stream together. Feed it every chunk; it calls back once per whole message. */
export class MessageReader {
  readonly #onMessage: (message: StreamMessage) => void;
  readonly #memory: (bytes: number) => ArrayBuffer;
  readonly #prefix = new Uint8Array(PREFIX_BYTES);
  #body: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #headerLength = 0;
  #filled = 0;
  #isInBody = false;

  /** @param memory of at least so many bytes for the next message, whatever they hold: all are written before anybody reads them */
  constructor(onMessage: (message: StreamMessage) => void, memory = freshMemory) {
    this.#onMessage = onMessage;
    this.#memory = memory;
  }

  /** @throws RangeError when the stream does not speak this protocol. */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      const target = this.#isInBody ? this.#body : this.#prefix;
      const taken = Math.min(target.length - this.#filled, chunk.length - at);
      target.set(chunk.subarray(at, at + taken), this.#filled);
      this.#filled += taken;
      at += taken;
      if (this.#filled === target.length) this.#finishPart();
    }
  }

  #finishPart(): void {
    this.#filled = 0;
    if (!this.#isInBody) {
      const view = new DataView(this.#prefix.buffer);
      this.#headerLength = view.getUint32(0, true);
      const payloadLength = view.getUint32(4, true);
      if (this.#headerLength === 0 || this.#headerLength > MOST_HEADER_BYTES || payloadLength > MOST_PAYLOAD_BYTES) {
        throw new RangeError(`a message of ${this.#headerLength} + ${payloadLength} bytes is not ours`);
      }
      const bytes = this.#headerLength + payloadLength;
      this.#body = new Uint8Array(this.#memory(bytes), 0, bytes);
      this.#isInBody = true;
      return;
    }
    this.#isInBody = false;
    const text = Buffer.from(this.#body.buffer, 0, this.#headerLength).toString("utf8");
    const header: unknown = JSON.parse(text);
    const payload = this.#body.subarray(this.#headerLength);
    this.#body = new Uint8Array(0);
    this.#onMessage({ header, payload });
  }
}

/** Not cleared first. */
function freshMemory(bytes: number): ArrayBuffer {
  return Buffer.allocUnsafeSlow(bytes).buffer;
}
