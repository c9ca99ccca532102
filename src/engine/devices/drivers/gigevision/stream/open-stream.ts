import type { CameraStream, StreamParts } from "../../../genicam/camera/camera-link.ts";
import type { FeatureAccess } from "../../../genicam/camera/feature-access.ts";
import { MOST_CHUNK_BYTES } from "../../../genicam/camera/payload-sink.ts";
import { pictureOpener } from "../../../genicam/camera/picture-target.ts";
import { GenicamError } from "../../../genicam/genicam-error.ts";
import type { PortOptions } from "../../../genicam/register-port.ts";
import { addressNumber, type DatagramNet, type DatagramSocket } from "../../../transports/gige/datagrams.ts";
import { type CameraAbilities, GVBS } from "../control/bootstrap.ts";
import type { ControlChannel } from "../control/control-channel.ts";
import { words } from "../control/gvcp.ts";
import { type BlockQueue, createBlockQueue, TICK_MS } from "./block-queue.ts";
import { EXTENDED_HEADER_BYTES, IP_UDP_BYTES } from "./gvsp.ts";
import { negotiatePacketSize } from "./packet-size.ts";

/** Where a camera's pictures come from. */
export interface StreamSource {
  readonly net: DatagramNet;
  readonly channel: ControlChannel;
  readonly features: FeatureAccess;
  readonly abilities: CameraAbilities;
  readonly model: string;
  readonly cameraAddress: string;
}

/** A stream that can also be ended by its link. */
export interface NetworkStream extends CameraStream {
  /** The camera is gone: blocks under way are lost, nothing is received any more. */
  abandon(): Promise<void>;
}

/** Larger than any sensor's frame today, and small enough to fit memory. */
const MOST_PAYLOAD = 2 ** 30;
/** Memory for datagrams that wait for us: two frames and never less than 16 MB; a computer lends what its own limit allows. */
const LEAST_BUFFER = 16 * 2 ** 20;
const MOST_BUFFER = 64 * 2 ** 20;

/**
 * Sets the stream up: a socket of its own for every run (so that stragglers of the one before have nowhere to go), the
 * camera told where to send, packet size agreed on.
 */
export async function openNetworkStream(source: StreamSource, parts: StreamParts, options: PortOptions): Promise<NetworkStream> {
  const { net, channel, features, abilities, model, cameraAddress } = source;
  const { listeners, firstSequence, clock } = parts;
  const payloadBytes = await readPayloadBytes(features, options);
  const stop = new AbortController();
  const ending = { resolve: (): void => undefined, reject: (_: unknown): void => undefined };
  const done = new Promise<void>((resolve, reject) => Object.assign(ending, { resolve, reject }));
  /** Absent until the packets' size is agreed on: what comes before is a test. */
  let pictures: { readonly queue: BlockQueue; readonly pump: (bytes: Uint8Array) => void } | undefined;
  let expected: { readonly byteLength: number; readonly arrived: () => void } | undefined;
  const socket = await net.open({
    address: channel.localAddress, receiveBufferBytes: Math.min(MOST_BUFFER, Math.max(LEAST_BUFFER, 2 * payloadBytes)),
    receive(bytes, from) {
      if (from !== cameraAddress) return;
      if (pictures !== undefined) return pictures.pump(bytes);
      if (bytes.length === expected?.byteLength) expected.arrived();
    },
  });
  const end = async (settle: () => void): Promise<void> => {
    if (stop.signal.aborted) return;
    stop.abort();
    settle();
    await socket.close();
    ending.resolve();
  };

  try {
    await channel.write(BigInt(GVBS.streamAddress), words(addressNumber(channel.localAddress)), options);
    await channel.write(BigInt(GVBS.streamPort), words(socket.port), options);
    const listener = { expect: (byteLength: number) => new Promise<void>((resolve) => void (expected = { byteLength, arrived: resolve })) };
    const packetBytes = await negotiatePacketSize(channel, listener, clock, options);
    const queue = createBlockQueue({
      maxPayloadBytes: payloadBytes, lastPacket: lastPacketOf(payloadBytes, packetBytes), firstSequence, ticksPerSecond: abilities.ticksPerSecond,
      open: pictureOpener(model, payloadBytes, parts), lose: (count, reason) => listeners.lose({ count, reason }),
      ...(abilities.canResend ? { requestResend: (request) => channel.requestResend(request) } : {}),
    });
    const pump = tickingPump(queue, async (ms) => clock.delay(ms, stop.signal), (error) => {
      if (!stop.signal.aborted) ending.reject(error);
    });
    pictures = { queue, pump };
    tellSmallBuffer(socket, payloadBytes, model, (message) => listeners.report(message));
  } catch (error) {
    await end(() => pictures?.queue.stop());
    throw error;
  }
  return {
    done,
    nextSequence: () => pictures?.queue.nextSequence() ?? firstSequence,
    takeBack: () => end(() => pictures?.queue.stop()),
    abandon: () => end(() => pictures?.queue.break()),
    switchOff: (own) => channel.write(BigInt(GVBS.streamPort), words(0), own),
  };
}

/** Number of a block's trailer when its packets are only half as full as agreed, which none has a reason to be. */
function lastPacketOf(payloadBytes: number, packetBytes: number): number {
  const dataBytes = Math.max(1, packetBytes - IP_UDP_BYTES - EXTENDED_HEADER_BYTES);
  return 2 * Math.ceil((payloadBytes + MOST_CHUNK_BYTES) / dataBytes) + 2;
}

/** Gives datagrams to the queue, and lets time pass for it while anything is under way. */
function tickingPump(queue: BlockQueue, wait: (ms: number) => Promise<void>, fail: (error: unknown) => void): (bytes: Uint8Array) => void {
  let isTicking = false;
  const run = async (): Promise<void> => {
    isTicking = true;
    try {
      while (queue.isWaiting()) {
        await wait(TICK_MS);
        queue.tick();
      }
    } finally {
      isTicking = false;
    }
  };
  return (bytes) => {
    try {
      queue.take(bytes);
    } catch (error) {
      return fail(error);
    }
    if (!isTicking && queue.isWaiting()) run().catch(fail);
  };
}

async function readPayloadBytes(features: FeatureAccess, options: PortOptions): Promise<number> {
  const payload = await features.readNumber("payloadSize", options);
  if (payload === undefined) throw new GenicamError("malformed", "PayloadSize", "the camera does not say how much a picture is");
  if (payload.value < 1 || payload.value > MOST_PAYLOAD) throw new GenicamError("malformed", "PayloadSize", `a payload of ${payload.value} bytes is not believable`);
  return payload.value;
}

/** Less than a frame of patience in the system loses packets whenever we are busy: worth knowing, and easily cured. */
function tellSmallBuffer(socket: DatagramSocket, payloadBytes: number, model: string, report: (message: string) => void): void {
  const lent = socket.receiveBufferBytes();
  if (lent >= payloadBytes) return;
  report(`This computer holds only ${Math.round(lent / 1024)} kB of ${model}'s pictures while it is busy, less than one: packets will be lost (on Linux: sysctl -w net.core.rmem_max=33554432).`);
}
