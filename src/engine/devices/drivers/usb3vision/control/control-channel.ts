import type { Clock } from "../../../../../core/clock.ts";
import { describeStatus, gencpStatus } from "../../../genicam/gencp-status.ts";
import { decodeReply, encodeRead, encodeWrite, nextRequestId, READ_COMMAND, READ_OVERHEAD_BYTES, WRITE_COMMAND, WRITE_OVERHEAD_BYTES } from "../../../genicam/gencp.ts";
import { GenicamError } from "../../../genicam/genicam-error.ts";
import type { PortOptions, RegisterPort } from "../../../genicam/register-port.ts";
import { type CommandCourse, type RegisterCommand, registerTalk, wordsOfCommand } from "../../../genicam/register-talk.ts";
import { oneAtATime } from "../../../../runtime/one-at-a-time.ts";
import type { Transcript } from "../../../transports/transcript.ts";
import { haltSetup, UsbError, type UsbDevice } from "../../../transports/usb/usb-device.ts";

/** What the device allows; before it has said so, the least every device must take. */
export interface ChannelLimits {
  /** Largest packet to the device and back, bytes. */
  readonly commandBytes: number;
  readonly replyBytes: number;
  /** Wait for an answer before the command is sent again, ms. */
  readonly replyMs: number;
}

const FIRST_LIMITS: ChannelLimits = { commandBytes: 128, replyBytes: 128, replyMs: 500 };

export interface ControlChannel extends RegisterPort {
  useLimits(limits: ChannelLimits): void;
  /** Starts both pipes afresh. */
  reset(options?: PortOptions): Promise<void>;
}

/** Times the pipe is started afresh for one command. */
const MOST_RESETS = 4;
/** Whether a device is silent, busy, or pleads for patience: after this long a command has failed. */
const MOST_PATIENCE_MS = 10_000;
const BUSY_PAUSE_MS = 20;
/** Packets that are not the answer (strays, pleas for patience) taken for one try before the pipe counts as broken. */
const MOST_PACKETS = 512;
/** A reply larger than announced must still fit, for a device that exceeds its own limit should not stall the pipe. */
const SPARE_BYTES = 1024;

/**
 * Registers over the control pipes: one command at a time, each with a number of its own, so that a late or stray answer
 * is never taken for the next command's. An answer that does not come within `replyMs` is asked for again.
 *
 * Rejects with GenicamError `transport` (the device refused, or did not answer after several tries), UsbError
 * `disconnected`, or the signal's reason.
 */
export function createControlChannel(parts: {
  readonly device: UsbDevice;
  readonly input: number;
  readonly output: number;
  readonly clock: Clock;
  /** Where the conversation is written down. */
  readonly transcript?: Transcript | undefined;
}): ControlChannel {
  const { device, input, output, clock, transcript } = parts;
  let limits = FIRST_LIMITS;
  let requestId = 0;
  const exclusive = oneAtATime();
  const talk = registerTalk(transcript, clock);

  const startAfresh = async (signal?: AbortSignal): Promise<void> => {
    for (const endpoint of [input, output]) {
      await device.controlOut(haltSetup(endpoint), new Uint8Array(0), signal === undefined ? {} : { signal });
      await device.clearHalt(endpoint);
    }
  };

  /** Waits for the answer to one packet; "late" when it did not come in time, "flooded" when too much else came. */
  const answer = async (commandId: number, id: number, course: CommandCourse, signal: AbortSignal | undefined): Promise<{ status: number; payload: Uint8Array } | "late" | "flooded"> => {
    const startedMs = clock.nowMs();
    let untilMs = startedMs + limits.replyMs;
    for (let packets = 0; packets < MOST_PACKETS; packets++) {
      const packet = new Uint8Array(Math.max(limits.replyBytes, FIRST_LIMITS.replyBytes) + SPARE_BYTES);
      const count = await beforeDeadline(clock, untilMs - clock.nowMs(), signal, (own) => device.bulkIn(input, packet, { signal: own }));
      if (count === undefined) return "late";
      const reply = decodeReply(packet.subarray(0, count), commandId, id);
      if (reply.kind === "ack") return reply;
      if (reply.kind === "pending") {
        course.pleaded();
        untilMs = Math.min(clock.nowMs() + reply.waitMs, startedMs + MOST_PATIENCE_MS);
      }
      if (clock.nowMs() >= untilMs) return "late";
    }
    return "flooded";
  };

  const exchange = async (commandId: number, encode: (id: number) => Uint8Array, what: string, course: CommandCourse, signal: AbortSignal | undefined): Promise<Uint8Array> => {
    const startedMs = clock.nowMs();
    let trouble = "no answer";
    let resets = 0;
    for (let attempt = 1; resets <= MOST_RESETS && clock.nowMs() - startedMs < MOST_PATIENCE_MS; attempt++) {
      signal?.throwIfAborted();
      // A new number for every try: the answer to an earlier one may come late and must not be taken for this one's.
      requestId = nextRequestId(requestId);
      const id = requestId;
      course.sent();
      try {
        const sent = await beforeDeadline(clock, limits.replyMs, signal, async (own) => {
          await device.bulkOut(output, encode(id), { signal: own });
          return true;
        });
        const reply = sent === undefined ? "late" : await answer(commandId, id, course, signal);
        if (reply === "late") continue;
        if (reply === "flooded") throw new UsbError("failed", "other packets without end");
        if (reply.status === 0) return reply.payload;
        trouble = describeStatus(reply.status);
        const { remedy } = gencpStatus(reply.status);
        if (remedy === "refuse") {
          course.refused(trouble);
          throw new GenicamError("transport", "", `${what} was answered with ${trouble}`);
        }
        course.trouble(trouble);
        if (remedy === "retry") await clock.delay(Math.min(attempt, 10) * BUSY_PAUSE_MS, signal);
        else {
          resets += 1;
          await startAfresh(signal);
        }
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof UsbError) || error.problem === "disconnected") throw error;
        trouble = error.message;
        course.trouble(trouble);
        resets += 1;
        await startAfresh(signal);
      }
    }
    throw new GenicamError("transport", "", `${what} failed (${trouble})`);
  };

  return {
    useLimits(next) {
      limits = next;
    },
    reset: (options = {}) => exclusive(() => startAfresh(options.signal)),
    read: (address, length, options = {}) =>
      exclusive(async () => {
        const bytes = new Uint8Array(length);
        const most = wholeWords(limits.replyBytes - READ_OVERHEAD_BYTES);
        for (let at = 0; at < length; at += most) {
          const count = Math.min(most, length - at);
          const command: RegisterCommand = { kind: "read", address: address + BigInt(at), byteCount: count };
          const what = wordsOfCommand(command);
          bytes.set(await talk.during(command, options.isRoutine ?? false, async (course) => {
            const payload = await exchange(READ_COMMAND, (id) => encodeRead(id, command.address, count), what, course, options.signal);
            if (payload.length !== count) throw new GenicamError("transport", "", `${what} brought ${payload.length} bytes`);
            return payload;
          }), at);
        }
        return bytes;
      }),
    write: (address, bytes, options = {}) =>
      exclusive(async () => {
        const most = wholeWords(limits.commandBytes - WRITE_OVERHEAD_BYTES);
        for (let at = 0; at < bytes.length; at += most) {
          const piece = bytes.subarray(at, at + most);
          const command: RegisterCommand = { kind: "write", address: address + BigInt(at), bytes: piece };
          const what = wordsOfCommand(command);
          await talk.during(command, false, async (course) => {
            const payload = await exchange(WRITE_COMMAND, (id) => encodeWrite(id, command.address, piece), what, course, options.signal);
            const written = payload.length >= 4 ? (payload[2] ?? 0) + 256 * (payload[3] ?? 0) : piece.length;
            if (written !== piece.length) throw new GenicamError("transport", "", `${what} stopped after ${written}`);
            return payload;
          });
        }
      }),
  };
}

/** Multiples of four: some devices refuse anything else. */
function wholeWords(bytes: number): number {
  return Math.max(4, bytes - (bytes % 4));
}

/** The value of `work`, or undefined when the time was up first and the work has ended. Aborting passes the signal's reason on. */
async function beforeDeadline<T>(clock: Clock, timeoutMs: number, outer: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
  outer?.throwIfAborted();
  const stop = new AbortController();
  const settled = new AbortController();
  let isLate = false;
  const pass = (): void => stop.abort();
  outer?.addEventListener("abort", pass, { once: true });
  clock.delay(Math.max(0, timeoutMs), settled.signal).then(
    () => {
      isLate = true;
      stop.abort();
    },
    () => undefined, // The work ended first and took its timer along.
  );
  try {
    return await work(stop.signal);
  } catch (error) {
    outer?.throwIfAborted();
    if (isLate && error instanceof UsbError && error.problem === "canceled") return undefined;
    throw error;
  } finally {
    settled.abort();
    outer?.removeEventListener("abort", pass);
  }
}
