import type { CameraStream, StreamParts } from "../../../genicam/camera/camera-link.ts";
import type { FeatureAccess } from "../../../genicam/camera/feature-access.ts";
import { pictureOpener } from "../../../genicam/camera/picture-target.ts";
import { GenicamError } from "../../../genicam/genicam-error.ts";
import type { PortOptions } from "../../../genicam/register-port.ts";
import { addressNumber, type DatagramNet, type DatagramSocket } from "../../../transports/gige/datagrams.ts";
import { type CameraAbilities, GVBS } from "../control/bootstrap.ts";
import type { ControlChannel } from "../control/control-channel.ts";
import { words } from "../control/gvcp.ts";
import { type BlockQueue, createBlockQueue, TICK_MS } from "./block-queue.ts";
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
/** Memory for datagrams that wait for us: two frames, but a computer lends only so much. */
const LEAST_BUFFER = 4 * 2 ** 20;
const MOST_BUFFER = 64 * 2 ** 20;

/**
 * Sets the stream up: a socket of its own for every run (so that stragglers of the one before have nowhere to go), the
 * camera told where to send, packet size agreed on.
 */
export async function openNetworkStream(source: StreamSource, parts: StreamParts, options: PortOptions): Promise<NetworkStream> {
  const { net, channel, features, abilities, model, cameraAddress } = source;
  const { listeners, firstSequence, clock } = parts;
  const payloadBytes = await readPayloadBytes(features, options);
  const queue = createBlockQueue({
    maxPayloadBytes: payloadBytes, firstSequence, ticksPerSecond: abilities.ticksPerSecond, open: pictureOpener(model, payloadBytes, parts),
    lose: (count, reason) => listeners.lose({ count, reason }),
    ...(abilities.canResend ? { requestResend: (request) => channel.requestResend(request) } : {}),
  });

  const stop = new AbortController();
  const ending = { resolve: (): void => undefined, reject: (_: unknown): void => undefined };
  const done = new Promise<void>((resolve, reject) => Object.assign(ending, { resolve, reject }));
  const pump = tickingPump(queue, async (ms) => clock.delay(ms, stop.signal), (error) => {
    if (!stop.signal.aborted) ending.reject(error);
  });
  let expected: { readonly byteLength: number; readonly arrived: () => void } | undefined;
  const socket = await net.open({
    address: channel.localAddress, receiveBufferBytes: Math.min(MOST_BUFFER, Math.max(LEAST_BUFFER, 2 * payloadBytes)),
    receive(bytes, from) {
      if (from !== cameraAddress) return;
      if (expected === undefined) return pump(bytes);
      if (bytes.length === expected.byteLength) expected.arrived();
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
    await negotiatePacketSize(channel, listener, clock, options);
    expected = undefined;
    tellSmallBuffer(socket, payloadBytes, model, (message) => listeners.report(message));
  } catch (error) {
    await end(() => queue.stop());
    throw error;
  }
  return {
    done,
    nextSequence: () => queue.nextSequence(),
    takeBack: () => end(() => queue.stop()),
    abandon: () => end(() => queue.break()),
    switchOff: (own) => channel.write(BigInt(GVBS.streamPort), words(0), own),
  };
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
  if (lent >= Math.min(payloadBytes, LEAST_BUFFER)) return;
  report(`This computer holds only ${Math.round(lent / 1024)} kB of ${model}'s pictures while it is busy, less than one: packets will be lost (on Linux: sysctl -w net.core.rmem_max=33554432).`);
}
