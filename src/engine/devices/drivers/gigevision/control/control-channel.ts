import type { Clock } from "../../../../../core/clock.ts";
import { nextRequestId } from "../../../genicam/gencp.ts";
import { GenicamError } from "../../../genicam/genicam-error.ts";
import type { PortOptions, RegisterPort } from "../../../genicam/register-port.ts";
import { type CommandCourse, type RegisterCommand, registerTalk, wordsOfCommand } from "../../../genicam/register-talk.ts";
import { oneAtATime } from "../../../../runtime/one-at-a-time.ts";
import type { DatagramNet } from "../../../transports/gige/datagrams.ts";
import type { Transcript } from "../../../transports/transcript.ts";
import {
  decodeReply, encodePacketResend, encodeReadMemory, encodeReadRegister, encodeWriteMemory, encodeWriteRegister, GVCP, GVCP_PORT, type GvcpReply, MOST_MEMORY_BYTES,
  type ResendRequest,
} from "./gvcp.ts";
import { describeStatus, STATUS } from "./gvcp-status.ts";

/** A camera's registers over the network. */
export interface ControlChannel extends RegisterPort {
  /** This computer's address, from which it speaks. */
  readonly localAddress: string;
  /** Answers heard so far, those to nobody's question included: the camera lives while this grows. */
  heardCount(): number;
  /** Asks for lost packets; there is no answer to it. */
  requestResend(request: ResendRequest): void;
  /** Writes without waiting for an answer, several times over, for each may be lost: the last word before closing. */
  writeUnanswered(address: number, value: number): Promise<void>;
  close(): Promise<void>;
}

/** Wait for an answer before the same command is sent again. Cameras that need longer plead for patience. */
const REPLY_MS = 200;
/** Whether a camera is silent, busy, or pleads for patience: after this long a command has failed. */
const MOST_PATIENCE_MS = 10_000;
const BUSY_PAUSE_MS = 20;
/** How often the last word is said. */
const LAST_WORDS = 3;
/** Pleas for patience taken for one command before it has failed. */
const MOST_PLEAS = 512;

type Acknowledge = Extract<GvcpReply, { readonly kind: "ack" }>;

/** A refusal by the camera, with its status. */
export class GvcpRefusal extends GenicamError {
  readonly status: number;
  constructor(what: string, status: number) {
    super("transport", "", `${what} was answered with ${describeStatus(status)}`);
    this.name = "GvcpRefusal";
    this.status = status;
  }
}

/**
 * One command at a time, each with a number of its own, so that a late or stray answer is never taken for the next
 * command's. An answer that does not come is asked for again by the same packet with the same number: a camera that has
 * carried the command out already knows it and only answers again.
 *
 * Rejects with GenicamError `transport` (refused, or no answer), DatagramError, or the signal's reason.
 */
export async function openControlChannel(parts: {
  readonly net: DatagramNet;
  readonly clock: Clock;
  readonly address: string;
  readonly localAddress: string;
  /** Where the conversation is written down. */
  readonly transcript?: Transcript | undefined;
}): Promise<ControlChannel> {
  const { net, clock, address: cameraAddress, localAddress, transcript } = parts;
  let requestId = 0;
  let heard = 0;
  let waiting: ((packet: Uint8Array) => void) | undefined;

  const socket = await net.open({
    address: localAddress,
    receive(bytes, from) {
      if (from !== cameraAddress) return;
      heard += 1;
      waiting?.(bytes);
    },
  });

  const nextId = (): number => {
    requestId = nextRequestId(requestId);
    return requestId;
  };

  const exclusive = oneAtATime();
  const talk = registerTalk(transcript, clock);

  /**
   * Sends a command and waits for its answer; undefined when none came in time. Who pleads for patience gets as long as `plead` grants, ms. It
   * is listened for all the while: an answer may be here at once, and one may follow a plea without a pause.
   */
  const answer = (command: number, id: number, ask: () => Promise<void>, plead: (waitMs: number) => number, signal: AbortSignal | undefined): Promise<Acknowledge | undefined> =>
    new Promise((resolve, reject) => {
      let timer = new AbortController();
      const end = (settle: () => void): void => {
        waiting = undefined;
        timer.abort();
        signal?.removeEventListener("abort", cancel);
        settle();
      };
      const cancel = (): void => end(() => reject(signal?.reason));
      const waitFor = (ms: number): void => {
        timer.abort();
        timer = new AbortController();
        clock.delay(Math.max(0, ms), timer.signal).then(
          () => end(() => resolve(undefined)),
          () => undefined, // The answer or a plea came first, and took the timer along.
        );
      };
      signal?.addEventListener("abort", cancel, { once: true });
      waiting = (packet) => {
        const reply = decodeReply(packet, command, id);
        if (reply.kind === "ack") end(() => resolve(reply));
        if (reply.kind === "pending") waitFor(plead(reply.waitMs));
      };
      waitFor(REPLY_MS);
      ask().catch((error: unknown) => end(() => reject(error instanceof Error ? error : new Error(String(error)))));
    });

  const exchange = async (command: number, encode: (id: number) => Uint8Array, what: string, course: CommandCourse, signal: AbortSignal | undefined): Promise<Uint8Array> => {
    const startedMs = clock.nowMs();
    const isPatient = (): boolean => clock.nowMs() - startedMs < MOST_PATIENCE_MS;
    let trouble = "no answer";
    // Requests for lost packets take numbers of their own in between.
    let id = nextId();
    let pleas = 0;
    const plead = (waitMs: number): number => {
      pleas += 1;
      course.pleaded();
      trouble = "pleas for patience without end";
      return pleas < MOST_PLEAS ? Math.min(Math.max(waitMs, 1), startedMs + MOST_PATIENCE_MS - clock.nowMs()) : 0;
    };
    for (let busy = 0; isPatient() && pleas < MOST_PLEAS; ) {
      signal?.throwIfAborted();
      const packet = encode(id);
      course.sent();
      const reply = await answer(command, id, () => socket.send(packet, GVCP_PORT, cameraAddress), plead, signal);
      if (reply === undefined) continue;
      if (reply.status === STATUS.ok) return reply.payload;
      if (reply.status !== STATUS.busy) {
        course.refused(describeStatus(reply.status));
        throw new GvcpRefusal(what, reply.status);
      }
      trouble = describeStatus(reply.status);
      course.trouble(trouble);
      busy += 1;
      await clock.delay(Math.min(busy, 10) * BUSY_PAUSE_MS, signal);
      // The camera has answered this one: what is asked now is a new question.
      id = nextId();
    }
    throw new GenicamError("transport", "", `${what} failed (${trouble})`);
  };

  const readWords = (address: number, byteCount: number, { signal, isRoutine = false }: PortOptions): Promise<Uint8Array> => {
    const command: RegisterCommand = { kind: "read", address: BigInt(address), byteCount };
    const what = wordsOfCommand(command);
    return talk.during(command, isRoutine, async (course) => {
      if (byteCount === 4) {
        const payload = await exchange(GVCP.readRegister, (id) => encodeReadRegister(id, address), what, course, signal);
        if (payload.length !== 4) throw new GenicamError("transport", "", `${what} brought ${payload.length} bytes`);
        return payload;
      }
      const payload = await exchange(GVCP.readMemory, (id) => encodeReadMemory(id, address, byteCount), what, course, signal);
      const isOurs = payload.length === 4 + byteCount && new DataView(payload.buffer, payload.byteOffset).getUint32(0) === address;
      if (!isOurs) throw new GenicamError("transport", "", `${what} brought ${payload.length} bytes of something else`);
      return payload.subarray(4);
    });
  };

  const writeWords = async (address: number, bytes: Uint8Array, { signal }: PortOptions): Promise<void> => {
    const write = async (at: number, piece: Uint8Array, code: number, encode: (id: number) => Uint8Array): Promise<void> => {
      const command: RegisterCommand = { kind: "write", address: BigInt(at), bytes: piece };
      await talk.during(command, false, (course) => exchange(code, encode, wordsOfCommand(command), course, signal));
    };
    const byRegister = async (): Promise<void> => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let at = 0; at < bytes.length; at += 4) await write(address + at, bytes.subarray(at, at + 4), GVCP.writeRegister, (id) => encodeWriteRegister(id, address + at, view.getUint32(at)));
    };
    if (bytes.length === 4) return byRegister();
    try {
      await write(address, bytes, GVCP.writeMemory, (id) => encodeWriteMemory(id, address, bytes));
    } catch (error) {
      // Writing memory is an extra that small cameras lack: word by word they take it all the same.
      if (!(error instanceof GvcpRefusal) || error.status !== STATUS.notImplemented) throw error;
      await byRegister();
    }
  };

  return {
    localAddress,
    heardCount: () => heard,
    read: (address, length, options = {}) =>
      exclusive(async () => {
        const { start, end } = wordsAround(address, length);
        const bytes = new Uint8Array(end - start);
        for (let at = start; at < end; at += MOST_MEMORY_BYTES) {
          bytes.set(await readWords(at, Math.min(MOST_MEMORY_BYTES, end - at), options), at - start);
        }
        const skip = Number(address) - start;
        return bytes.subarray(skip, skip + length);
      }),
    write: (address, bytes, options = {}) =>
      exclusive(async () => {
        const { start, end } = wordsAround(address, bytes.length);
        const whole = new Uint8Array(end - start);
        // Part of a word cannot be written alone: its other bytes are read and written back.
        if (start !== Number(address)) whole.set(await readWords(start, 4, options));
        if (end !== Number(address) + bytes.length) whole.set(await readWords(end - 4, 4, options), whole.length - 4);
        whole.set(bytes, Number(address) - start);
        for (let at = 0; at < whole.length; at += MOST_MEMORY_BYTES) await writeWords(start + at, whole.subarray(at, at + MOST_MEMORY_BYTES), options);
      }),
    requestResend(request) {
      // A request that does not get out is one more lost packet: the block's own deadline deals with it.
      socket.send(encodePacketResend(nextId(), request), GVCP_PORT, cameraAddress).catch(() => undefined);
    },
    async writeUnanswered(address, value) {
      // One command by its number: a camera that has heard it takes the others for repetitions.
      const packet = encodeWriteRegister(nextId(), address, value, false);
      for (let said = 0; said < LAST_WORDS; said += 1) await socket.send(packet, GVCP_PORT, cameraAddress);
    },
    close: () => socket.close(),
  };
}

/** The whole words around so many bytes. @throws GenicamError `transport` beyond 32 bits of address */
function wordsAround(address: bigint, length: number): { readonly start: number; readonly end: number } {
  if (address < 0n || address + BigInt(length) > 0x1_0000_0000n) throw new GenicamError("transport", "", `0x${address.toString(16)} is outside of a GigE Vision camera`);
  const at = Number(address);
  return { start: at - (at % 4), end: Math.ceil((at + length) / 4) * 4 };
}
