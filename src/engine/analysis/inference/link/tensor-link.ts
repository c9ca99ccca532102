import { randomBytes, timingSafeEqual } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Hello, RunReply } from "./link-protocol.ts";
import { MessageReader, sendMessage } from "./message-stream.ts";
import type { StreamMessage } from "./message-stream.ts";
import { joinTensors } from "./wire-tensor.ts";
import type { WireTensor } from "./wire-tensor.ts";

/** What one run of the model gave. */
export interface RunResult {
  readonly outputs: ReadonlyMap<string, WireTensor>;
  /** Time the model itself took, ms. */
  readonly runMs: number;
}

/** The model refused the input: a fault of the model or the picture, not of the process. */
export class RunRefused extends Error {}

/** The process at the other end is gone, or does not speak our language. */
export class LinkBroken extends Error {}

/**
 * The way of tensors between any thread of ours and one inference process: a local socket (a named pipe on Windows),
 * so that neither the main thread's loop nor Electron's message copies see a pixel. The owner listens, the process
 * connects and shows the token. Both ends notice at once when the other dies.
 */
export interface TensorLink {
  readonly address: string;
  readonly token: string;
  /**
   * Runs are answered in the order they were asked; a second may be under way while the first is computed.
   *
   * @param outputs ids of those wanted; all of them where none are named.
   */
  run(inputs: readonly WireTensor[], outputs?: readonly string[]): Promise<RunResult>;
  /**
   * Resolves when everything asked for so far has left this thread. Wait for it before long work of one's own: a thread
   * that computes does not send, and the process would wait for the rest of its input.
   */
  whenSent(): Promise<void>;
  /** Pending runs reject with LinkBroken. */
  close(): Promise<void>;
}

interface PendingRun {
  readonly id: number;
  resolve(result: RunResult): void;
  reject(error: Error): void;
}

/** Listen for one inference process. */
export async function openTensorLink(): Promise<TensorLink> {
  const folder = process.platform === "win32" ? undefined : await mkdtemp(join(tmpdir(), "ocular-"));
  const address = folder === undefined ? `\\\\.\\pipe\\ocular-${randomBytes(16).toString("hex")}` : join(folder, "link");
  const link = new SocketLink(address, folder);
  await link.listen();
  return link;
}

/** Take away what a link left on disk when its thread was ended before a process came. */
export async function removeLinkFiles(address: string): Promise<void> {
  if (process.platform !== "win32") await rm(dirname(address), { recursive: true, force: true });
}

class SocketLink implements TensorLink {
  readonly address: string;
  readonly token = randomBytes(24).toString("hex");
  readonly #folder: string | undefined;
  readonly #server: Server;
  readonly #pending: PendingRun[] = [];
  readonly #connected: Promise<Socket>;
  #acceptSocket: (socket: Socket) => void = () => undefined;
  #rejectSocket: (error: Error) => void = () => undefined;
  #socket: Socket | undefined;
  #broken: LinkBroken | undefined;
  #nextId = 1;
  #sent: Promise<void> = Promise.resolve();

  constructor(address: string, folder: string | undefined) {
    this.address = address;
    this.#folder = folder;
    this.#server = createServer((socket) => this.#greet(socket));
    this.#connected = new Promise((resolve, reject) => {
      this.#acceptSocket = resolve;
      this.#rejectSocket = reject;
    });
    // A link that breaks before anybody ran anything is told to whoever runs next.
    this.#connected.catch(() => undefined);
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(this.address, () => resolve());
    });
  }

  async run(inputs: readonly WireTensor[], outputs?: readonly string[]): Promise<RunResult> {
    const socket = await this.#connected;
    if (this.#broken !== undefined) throw this.#broken;
    const id = this.#nextId++;
    const answer = new Promise<RunResult>((resolve, reject) => this.#pending.push({ id, resolve, reject }));
    const headers = inputs.map(({ name, dtype, shape, affine }) => ({ name, dtype, shape, affine }));
    this.#sent = sendMessage(socket, { type: "run", id, inputs: headers, outputs }, inputs.map((input) => input.data)).catch((error: unknown) => {
      this.#break(error instanceof Error ? error.message : String(error));
    });
    return answer;
  }

  whenSent(): Promise<void> {
    return this.#sent;
  }

  async close(): Promise<void> {
    this.#break("it was closed");
    this.#socket?.destroy();
    await this.#stopListening();
  }

  /** Only who knows the token stays; one is enough. */
  #greet(socket: Socket): void {
    socket.on("error", () => socket.destroy());
    const reader = new MessageReader((message) => {
      if (this.#socket === socket) this.#answer(message);
      else if (this.#socket === undefined && this.#knowsToken(message.header)) this.#admit(socket);
      else socket.destroy();
    });
    socket.on("data", (chunk) => {
      try {
        reader.push(chunk);
      } catch (error) {
        if (this.#socket === socket) this.#break(error instanceof Error ? error.message : String(error));
        socket.destroy();
      }
    });
  }

  #admit(socket: Socket): void {
    this.#socket = socket;
    socket.on("close", () => this.#break("the process closed it"));
    this.#acceptSocket(socket);
    void this.#stopListening();
  }

  #knowsToken(header: unknown): boolean {
    const hello = Hello.safeParse(header);
    if (!hello.success) return false;
    const said = Buffer.from(hello.data.token);
    const expected = Buffer.from(this.token);
    return said.length === expected.length && timingSafeEqual(said, expected);
  }

  #answer(message: StreamMessage): void {
    const reply = RunReply.parse(message.header);
    const run = this.#pending.shift();
    if (run === undefined || run.id !== reply.id) throw new RangeError(`an answer to run ${reply.id} was not asked for`);
    if (reply.type === "refused") {
      run.reject(new RunRefused(reply.reason));
      return;
    }
    const outputs = joinTensors(reply.outputs, message.payload);
    run.resolve({ outputs: new Map(outputs.map((output) => [output.name, output])), runMs: reply.runMs });
  }

  #break(reason: string): void {
    if (this.#broken !== undefined) return;
    this.#broken = new LinkBroken(`the tensor link broke: ${reason}`);
    this.#rejectSocket(this.#broken);
    for (const run of this.#pending.splice(0)) run.reject(this.#broken);
  }

  /** The process that was let in stays connected: its end is not waited for. */
  async #stopListening(): Promise<void> {
    this.#server.close();
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }
}
