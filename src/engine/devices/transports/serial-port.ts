import { stat } from "node:fs/promises";
import { SerialPort } from "serialport";
import { createEmitter } from "../../runtime/emitter.ts";
import type { ByteStream, LineSettings, Port, StreamEnd } from "./byte-stream.ts";
import { closedAfterUse, type OpenedPort } from "./closed-after-use.ts";

/** Closing has hung for good on some systems (node-serialport#2439): after this long the port is given up, ms. */
const CLOSE_LIMIT_MS = 1000;

/**
 * A port whose closing is done may be locked a moment longer: on Linux 6.18 one pseudo-terminal in a hundred, for up to 170 ms on a busy machine.
 * Which of the system's parts keeps it is not known. Only after so long it is another program's, ms.
 */
const LOCK_PATIENCE_MS = 500;
const LOCK_PAUSE_MS = 20;

/** What a write to a port hears that takes none any more. */
const CLOSED = "the port is closed";

/** How often a port is looked for among the files of the system, ms. */
const WATCH_MS = 250;

/** A port of this computer with what its USB plug tells; RS-232 ports tell nothing. */
export interface SerialPortDescription {
  readonly path: string;
  readonly manufacturer?: string;
  readonly serialNumber?: string;
  /** Four hexadecimal digits in lower case. */
  readonly vendorId?: string;
  readonly productId?: string;
}

type ListedPort = { readonly [Key in keyof SerialPortDescription]: SerialPortDescription[Key] | undefined } & { readonly path: string };

/** What the operating system calls a serial port. Pseudo-terminals are not among them: name those by their path. */
export async function listSerialPorts(): Promise<SerialPortDescription[]> {
  // Its own type comes from a package that it does not depend on by name.
  const ports = (await SerialPort.list()) as unknown as readonly ListedPort[];
  return ports.map(({ path, manufacturer, serialNumber, vendorId, productId }) => ({
    path,
    ...(manufacturer === undefined ? {} : { manufacturer }),
    ...(serialNumber === undefined ? {} : { serialNumber }),
    ...(vendorId === undefined ? {} : { vendorId: vendorId.toLowerCase() }),
    ...(productId === undefined ? {} : { productId: productId.toLowerCase() }),
  }));
}

/** The port of that name. Opening takes it for this program alone and throws away what lay in its buffers. */
export function serialPort(path: string): Port {
  return { path, open: (line) => openPort(path, line) };
}

async function openPort(path: string, line: LineSettings): Promise<ByteStream> {
  const port = new SerialPort({
    path, autoOpen: false, lock: true,
    baudRate: line.baudRate, dataBits: line.dataBits ?? 8, stopBits: line.stopBits ?? 1, parity: line.parity ?? "none", rtscts: line.rtscts ?? false,
  });
  for (const startedMs = performance.now(); ; ) {
    try {
      await settle((done) => port.open(done));
      break;
    } catch (error) {
      if (performance.now() - startedMs >= LOCK_PATIENCE_MS || !isLocked(error)) throw new Error(whyNotOpened(error), { cause: error });
      await new Promise((resolve) => setTimeout(resolve, LOCK_PAUSE_MS));
    }
  }
  const opened = port as unknown as { port?: OpenedPort };
  if (opened.port !== undefined) opened.port = closedAfterUse(opened.port);
  const stream = streamOf(port, path);
  await settle((done) => port.flush(done)).catch(async (error: unknown) => {
    await stream.close();
    throw new Error("it does not behave like a serial port", { cause: error });
  });
  return stream;
}

function streamOf(port: SerialPort, path: string): ByteStream {
  const incoming = createEmitter<Uint8Array>();
  const endings = createEmitter<StreamEnd>();
  let isOver = false;
  let isClosing = false;
  let unwatch = (): void => undefined;
  /** Writes whose bytes the system has not taken yet. One that comes while a lost port is being closed, serialport keeps for a next opening: for ever. */
  const unwritten = new Set<() => void>();
  const finish = (end: StreamEnd): void => {
    if (isOver) return;
    isOver = true;
    unwatch();
    for (const giveUp of unwritten) giveUp();
    unwritten.clear();
    endings.emit(end);
    incoming.clear();
    endings.clear();
  };
  /** After a loss, which has been told: whether a port that is not there can be closed is no news. */
  const letGo = (): void => {
    if (!isClosing && port.isOpen) port.close(() => undefined);
  };
  port.on("data", (bytes: Buffer) => incoming.emit(new Uint8Array(bytes)));
  // The stream below says it in three ways: with an error, with null, and, when torn down, with nothing at all.
  port.on("close", (error?: Error | null) => finish(isClosing ? { isWanted: true, reason: "closed" } : { isWanted: false, reason: whyLost(error) }));
  // An error without "close" leaves a port that never speaks again: it is a loss like any other.
  port.on("error", (error: Error) => {
    finish({ isWanted: isClosing, reason: whyLost(error) });
    letGo();
  });
  // A terminal that was hung up reads as empty for ever, and serialport reads on: that its file is gone tells the loss.
  unwatch = watchFile(path, () => {
    finish({ isWanted: isClosing, reason: "the cable came out, or the device went off" });
    letGo();
  });
  return {
    write(bytes) {
      if (isOver || isClosing) return Promise.reject(new Error(CLOSED));
      return settle((done) => {
        const giveUp = (): void => done(new Error(CLOSED));
        unwritten.add(giveUp);
        port.write(Buffer.from(bytes), (error) => {
          unwritten.delete(giveUp);
          done(error ?? null);
        });
      });
    },
    onData: incoming.on,
    onClose: endings.on,
    async close() {
      if (isOver || isClosing) return;
      isClosing = true;
      // What cannot be drained is closed all the same, or it stayed locked.
      await withinLimit(settle((done) => port.drain(done)).catch(() => undefined).then(() => settle((done) => port.close(done))));
      finish({ isWanted: true, reason: "closed" });
    },
  };
}

/** Calls once when the file is gone. Windows names ports without files: there the port itself tells. */
function watchFile(path: string, onGone: () => void): () => void {
  if (!path.startsWith("/")) return () => undefined;
  const timer = setInterval(() => {
    stat(path).catch((error: unknown) => {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") onGone();
    });
  }, WATCH_MS);
  return () => clearInterval(timer);
}

/**
 * Waits no longer than the limit. A port that does not drain or close is given up: what it says of that is said again, in better words,
 * by the next opening ("another program holds it").
 */
async function withinLimit(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSE_LIMIT_MS);
  });
  await Promise.race([work.then(undefined, () => undefined), limit]);
  clearTimeout(timer);
}

function settle(start: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => start((error) => (error === null || error === undefined ? resolve() : reject(error))));
}

function isLocked(error: unknown): boolean {
  return /lock|busy|access denied/iu.test(error instanceof Error ? error.message : String(error));
}

function whyNotOpened(error: unknown): string {
  if (isLocked(error)) return "another program holds it";
  const text = error instanceof Error ? error.message : String(error);
  if (/permission/iu.test(text)) return "this user may not open it";
  if (/no such file|file not found|cannot find/iu.test(text)) return "there is no such port";
  if (/inappropriate ioctl|not a typewriter/iu.test(text)) return "it is no serial port";
  return text;
}

function whyLost(error: Error | null | undefined): string {
  return error === null || error === undefined ? "the port closed by itself" : `the cable came out, or the device went off (${error.message})`;
}
