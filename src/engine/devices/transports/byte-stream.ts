import type { Unsubscribe } from "../api/device.ts";

/** How the line is set: both ends must agree, or what arrives is garbage. */
export interface LineSettings {
  readonly baudRate: number;
  /** Default 8. */
  readonly dataBits?: 7 | 8;
  /** Default 1. */
  readonly stopBits?: 1 | 2;
  /** Default none. */
  readonly parity?: "none" | "even" | "odd";
  /** Hardware handshake by RTS and CTS. Default off. */
  readonly rtscts?: boolean;
}

/** Why a stream is over. `isWanted`: we closed it. */
export interface StreamEnd {
  readonly isWanted: boolean;
  /** A clause for people: "the cable came out". */
  readonly reason: string;
}

/**
 * An open line to a device. Promises:
 *  - bytes arrive in the order they were written, each once; `onData` may cut them anywhere;
 *  - `write` resolves when the bytes are with the operating system; writes keep their order; on an ended stream it rejects;
 *  - `onClose` tells each listener once, also when the other end went away;
 *  - `close` lets written bytes leave first, resolves within a second whatever the driver below does, and may be called twice.
 */
export interface ByteStream {
  write(bytes: Uint8Array): Promise<void>;
  onData(listener: (bytes: Uint8Array) => void): Unsubscribe;
  onClose(listener: (end: StreamEnd) => void): Unsubscribe;
  close(): Promise<void>;
}

/** A place where a line can be opened, again and again: a port of the host, a controller of the lab, a recorded conversation. */
export interface Port {
  /** What a person calls it: "/dev/ttyUSB0", "COM3". */
  readonly path: string;
  /** Rejects with an Error whose message is a clause for people: "another program holds it". One stream at a time. */
  open(line: LineSettings): Promise<ByteStream>;
}

/** Text as bytes, one per character: serial protocols are ASCII, and binary ones keep every value from 0 to 255. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
}

/** Bytes as text, one character per byte: nothing is lost, whatever arrives. */
export function textOf(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** The text with everything that cannot be seen as \xNN, \r, \n: for transcripts and errors. */
export function visible(text: string): string {
  return text.replace(/[^\x20-\x5b\x5d-\x7e]/gu, (character) => NAMES[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** The other way round. */
export function fromVisible(text: string): string {
  return text.replace(/\\(x[0-9a-f]{2}|r|n|t|\\)/gu, (_, code: string) => CHARACTERS[code] ?? String.fromCharCode(Number.parseInt(code.slice(1), 16)));
}

const NAMES: Readonly<Record<string, string>> = { "\r": "\\r", "\n": "\\n", "\t": "\\t", "\\": "\\\\" };
const CHARACTERS: Readonly<Record<string, string>> = { r: "\r", n: "\n", t: "\t", "\\": "\\" };
