import type { Clock } from "../../../../core/clock.ts";
import type { DeviceIdentity } from "../../../../shared/domain/devices.ts";
import { GenicamCamera } from "../../genicam/camera/genicam-camera.ts";
import { GenicamError } from "../../genicam/genicam-error.ts";
import { broadcastAddress, type DatagramNet, type DatagramSocket, isSameNetwork, type NetworkInterface } from "../../transports/gige/datagrams.ts";
import type { Transcript } from "../../transports/transcript.ts";
import { gigeErrorAsOcular } from "./camera/gige-errors.ts";
import { MOST_FREE_MS, openGigeCamera } from "./camera/open-camera.ts";
import { type DeviceNames, readDeviceNames } from "./control/bootstrap.ts";
import { decodeReply, encodeDiscovery, GVCP, GVCP_PORT } from "./control/gvcp.ts";

/** A camera that answered, not opened. */
export interface FoundGigeCamera {
  readonly identity: DeviceIdentity;
  /** For people: "192.168.1.7, on eth0". */
  readonly place: string;
  readonly address: string;
  /** This computer's address in the network where it answered. */
  readonly localAddress: string;
  /** False: its address belongs to another network, so that it can be heard but not talked to. */
  readonly isReachable: boolean;
}

export interface DiscoverOptions {
  readonly net: DatagramNet;
  readonly clock: Clock;
  /** Addresses asked directly, for cameras that no broadcast reaches: behind a router, or virtual ones. */
  readonly addresses?: readonly string[];
  /** How long answers are awaited; default 400 ms. Cameras may delay theirs, hardly any does. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

const ANSWER_MS = 400;
/** Asked twice: a lost question is as likely as a lost answer. */
const ASKED = 2;
/** Everybody in the network at hand, whatever its numbers. */
const EVERYBODY = "255.255.255.255";
const LOST_POLL_MS = 500;
/** Id of the question; every answer has it. */
const REQUEST_ID = 1;

/** GigE Vision cameras that answer now, on every network of this computer; none is opened. Rejects with the signal's reason, and with DatagramError when no network can be asked. */
export async function discoverGigeVision(options: DiscoverOptions): Promise<readonly FoundGigeCamera[]> {
  return discover(options, () => false);
}

/**
 * The camera of that identity, whatever its address; not connected yet, and it need not be there yet.
 * @param options isWanted: where not the identity alone says which one it is; default: the same id
 */
export function createGigeVisionCamera(options: {
  readonly identity: DeviceIdentity;
  readonly isWanted?: (identity: DeviceIdentity) => boolean;
  readonly net: DatagramNet;
  readonly clock: Clock;
  readonly addresses?: readonly string[];
  /** Where the conversation is written down: registers read and written, not the stream. */
  readonly transcript?: Transcript;
  /**
   * When cameras were last let go, by their id, on the clock. That word may be lost on the way, as every datagram. One for all of a program:
   * what a test of a camera let go is ours to wait for when it is opened.
   */
  readonly endings?: Map<string, number>;
}): GenicamCamera {
  const { identity, net, clock, addresses = [], transcript, endings = new Map<string, number>(), isWanted = ({ id }) => id === identity.id } = options;
  const find = async (signal: AbortSignal | undefined): Promise<FoundGigeCamera | undefined> => {
    const found = await discover({ net, clock, addresses, ...(signal === undefined ? {} : { signal }) }, (camera) => isWanted(camera.identity));
    return found.find((camera) => isWanted(camera.identity));
  };
  let wasLost = false;
  return new GenicamCamera({
    identity, clock,
    transport: {
      async open(own) {
        const found = await find(own.signal);
        if (found === undefined) return undefined;
        const { address, localAddress, isReachable, identity: { id, model } } = found;
        if (!isReachable) throw new GenicamError("transport", "", notReachable(address, localAddress));
        const mayStillBeOurs = wasLost || clock.nowMs() - (endings.get(id) ?? Number.NEGATIVE_INFINITY) < MOST_FREE_MS;
        const didEnd = (): void => void endings.set(id, clock.nowMs());
        const link = await openGigeCamera({ address, localAddress, model, mayStillBeOurs, didEnd, transcript }, net, clock, own);
        wasLost = false;
        link.onDidLose(() => void (wasLost = true));
        return link;
      },
      watch(mayBeBack) {
        const stop = new AbortController();
        const look = async (): Promise<void> => {
          for (;;) {
            await clock.delay(LOST_POLL_MS, stop.signal);
            // A network that went down with the camera cannot be asked until it is back.
            const found = await find(stop.signal).catch(() => undefined);
            if (found !== undefined && !stop.signal.aborted) mayBeBack();
          }
        };
        look().catch((error: unknown) => {
          // Ends by the abort alone; anything else is a bug and must show.
          if (!stop.signal.aborted) throw error;
        });
        return () => stop.abort();
      },
      asOcular: (error, command) => gigeErrorAsOcular(error, identity.id, command),
      goneReason: "the connection to it was closed",
    },
  });
}

/** @param isEnough ends the search at once when it holds for a camera */
async function discover(options: DiscoverOptions, isEnough: (camera: FoundGigeCamera) => boolean): Promise<readonly FoundGigeCamera[]> {
  const { net, clock, addresses = [], timeoutMs = ANSWER_MS, signal } = options;
  const found = new Map<string, FoundGigeCamera>();
  const done = new AbortController();
  const over = signal === undefined ? done.signal : AbortSignal.any([signal, done.signal]);

  const heard = (bytes: Uint8Array, from: string, entry: Pick<NetworkInterface, "name" | "address" | "netmask" | "isLoopback">): void => {
    const reply = decodeReply(bytes, GVCP.discovery, REQUEST_ID);
    const names = reply.kind === "ack" && reply.status === 0 ? readDeviceNames(reply.payload) : undefined;
    if (names === undefined) return;
    const isReachable = entry.isLoopback || addresses.includes(from) || isSameNetwork(from, entry.address, entry.netmask);
    const camera = { identity: identityOf(names), place: `${from}, on ${entry.name}`, address: from, localAddress: entry.address, isReachable };
    // A camera may answer in several networks: one in which it can be talked to counts.
    if (found.get(camera.identity.id)?.isReachable === true) return;
    found.set(camera.identity.id, camera);
    if (isReachable && isEnough(camera)) done.abort();
  };

  const sockets = await openAll([
    ...net.interfaces().map((entry) => async () => {
      const socket = await net.open({ address: entry.address, isBroadcast: true, receive: (bytes, from) => heard(bytes, from, entry) });
      // Nobody listens behind a loopback's broadcast but who was told to: its own address is asked as well.
      return { socket, targets: [EVERYBODY, broadcastAddress(entry), ...(entry.isLoopback ? [entry.address] : [])] };
    }),
    ...addresses.map((address) => async () => {
      const localAddress = await net.localAddressFor(address);
      const entry = { name: "a direct way", address: localAddress, netmask: "255.255.255.255", isLoopback: false };
      return { socket: await net.open({ address: localAddress, receive: (bytes, from) => heard(bytes, from, entry) }), targets: [address] };
    }),
  ]);
  try {
    for (let asked = 0; asked < ASKED && !over.aborted; asked++) {
      const question = encodeDiscovery(REQUEST_ID);
      // A network that cannot be asked has no cameras for us: the others are heard all the same.
      await Promise.allSettled(sockets.flatMap(({ socket, targets }) => targets.map((target) => socket.send(question, GVCP_PORT, target))));
      // Ended early: the one that was looked for answered, or the caller gave up, which is told below.
      await clock.delay(timeoutMs / ASKED, over).catch(() => undefined);
    }
  } finally {
    await Promise.all(sockets.map(({ socket }) => socket.close()));
  }
  signal?.throwIfAborted();
  return [...found.values()];
}

interface Asking {
  readonly socket: DatagramSocket;
  readonly targets: readonly string[];
}

/** A network that has just gone does not keep the others from being asked. Rejects when none can be. */
async function openAll(openings: readonly (() => Promise<Asking>)[]): Promise<readonly Asking[]> {
  const results = await Promise.allSettled(openings.map((open) => open()));
  const opened = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const failed = results.find((result) => result.status === "rejected");
  if (opened.length === 0 && failed !== undefined) throw failed.reason;
  return opened;
}

/** A clause for people: it can be heard and not talked to. */
export function notReachable(address: string, localAddress: string): string {
  return `its address ${address} is not in this computer's network (${localAddress}): give one of them another address`;
}

/** Maker, model and serial number: stable over networks and addresses. The hardware address stands in for a missing number. */
function identityOf({ vendor, model, serial, mac }: DeviceNames): DeviceIdentity {
  const number = serial === "" ? mac : serial;
  const word = (text: string): string => text.trim().replaceAll(/[^A-Za-z0-9._-]+/gu, "-");
  return { id: `gigevision:${word(vendor)}:${word(model)}:${word(number)}`, kind: "camera", vendor, model, serial: number };
}
