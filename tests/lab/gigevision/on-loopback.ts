import { createManualClock, type ManualClock } from "../../../src/core/testing/manual-clock.ts";
import { GVCP_PORT } from "../../../src/engine/devices/drivers/gigevision/control/gvcp.ts";
import { createGigeVisionCamera, discoverGigeVision } from "../../../src/engine/devices/drivers/gigevision/discover.ts";
import type { GenicamCamera } from "../../../src/engine/devices/genicam/camera/genicam-camera.ts";
import type { DatagramNet, DatagramSocket } from "../../../src/engine/devices/transports/gige/datagrams.ts";
import { createUdpNet } from "../../../src/engine/devices/transports/gige/udp-net.ts";
import type { Subject } from "../../contract/contract.ts";
import { rampSource } from "../genicam/frame-source.ts";
import { REG } from "../genicam/sensor-map.ts";
import { createGigeModel, type GigeModel, type GigeModelOptions } from "./camera-model.ts";

/** Linux has all of 127.0.0.0/8: 127.0.0.1 stays free for Aravis's camera. */
export const LAB_ADDRESS = "127.0.0.2";
/** A busy machine may take this long to carry datagrams from one end to the other, ms of real time. */
const PATIENCE_MS = 10_000;

/** Puts a virtual camera on a real socket. */
export interface CameraOnUdp {
  plug(): Promise<void>;
  unplug(): Promise<void>;
}

/** Where programs ask for cameras that they do not know yet. Only what comes from this computer itself is heard there. */
const BROADCASTS = ["255.255.255.255", "127.255.255.255"] as const;

export interface CameraOnUdpOptions {
  /** Told of every datagram heard, and before one is said. */
  readonly counts?: { heard(): void; saying(port: number): void };
  /** Default false: it answers at its own address only. */
  readonly hearsBroadcasts?: boolean;
}

export function cameraOnUdp(model: GigeModel, { counts, hearsBroadcasts = false }: CameraOnUdpOptions = {}): CameraOnUdp {
  let sockets: readonly DatagramSocket[] = [];
  return {
    async plug() {
      if (sockets.length > 0) return;
      const receive = (bytes: Uint8Array, from: string, port: number): void => {
        counts?.heard();
        model.hear(bytes, port, from);
      };
      const own = await createUdpNet().open({ address: model.address, port: GVCP_PORT, receiveBufferBytes: 2 ** 20, receive });
      sockets = [own];
      for (const address of hearsBroadcasts ? BROADCASTS : []) {
        const isOurs = (from: string): boolean => from.startsWith("127.");
        sockets = [...sockets, await createUdpNet().open({ address, port: GVCP_PORT, receive: (bytes, from, port) => { if (isOurs(from)) receive(bytes, from, port); } })];
      }
      model.attach({
        say(bytes, port, address) {
          counts?.saying(port);
          // A host that is gone hears nothing: that is what datagrams are like.
          own.send(bytes, port, address).catch(() => undefined);
        },
      });
    },
    async unplug() {
      model.detach();
      const old = sockets;
      sockets = [];
      await Promise.all(old.map((socket) => socket.close()));
    },
  };
}

/** What is under way between the two ends, so that a test can wait until nothing is. */
class Traffic {
  readonly #towards = new Map<number, number>();
  #toCamera = 0;
  #operations = 0;
  isPlugged = false;

  /** The host's network, counted. */
  net(): DatagramNet {
    const udp = createUdpNet();
    return {
      interfaces: () => [],
      localAddressFor: (address) => this.#during(udp.localAddressFor(address)),
      open: (options) => this.#during(this.#open(udp, options)),
    };
  }

  heard(): void {
    this.#toCamera -= 1;
  }

  saying(port: number): void {
    const count = this.#towards.get(port);
    if (count !== undefined) this.#towards.set(port, count + 1);
  }

  /** The camera's socket is gone, and what was on its way to it. */
  unplugged(): void {
    this.isPlugged = false;
    this.#toCamera = 0;
  }

  isQuiet(): boolean {
    return this.#operations === 0 && this.#toCamera === 0 && [...this.#towards.values()].every((count) => count === 0);
  }

  async #open(udp: DatagramNet, options: Parameters<DatagramNet["open"]>[0]): Promise<DatagramSocket> {
    const port = { number: 0 };
    const socket = await udp.open({
      ...options,
      receive: (bytes, from, fromPort) => {
        const count = this.#towards.get(port.number);
        if (count !== undefined) this.#towards.set(port.number, count - 1);
        options.receive(bytes, from, fromPort);
      },
    });
    port.number = socket.port;
    this.#towards.set(socket.port, 0);
    return {
      ...socket,
      send: (bytes, toPort, address) => {
        if (this.isPlugged && toPort === GVCP_PORT && this.#towards.has(socket.port)) this.#toCamera += 1;
        return this.#during(socket.send(bytes, toPort, address));
      },
      close: () => {
        this.#towards.delete(socket.port);
        return this.#during(socket.close());
      },
    };
  }

  async #during<T>(work: Promise<T>): Promise<T> {
    this.#operations += 1;
    try {
      return await work;
    } finally {
      this.#operations -= 1;
    }
  }
}

/** Our driver and the virtual camera on real sockets of this computer; device time stands still while datagrams are under way. */
export interface LoopbackCamera {
  readonly clock: ManualClock;
  readonly model: GigeModel;
  readonly camera: GenicamCamera;
  readonly subject: Subject<GenicamCamera>;
}

export async function loopbackCamera(options: Partial<GigeModelOptions> = {}): Promise<LoopbackCamera> {
  const clock = createManualClock();
  const model = createGigeModel({ clock, source: rampSource, address: LAB_ADDRESS, ...options });
  model.memory.setU32(REG.width, 64);
  model.memory.setU32(REG.height, 48);
  const traffic = new Traffic();
  const wire = cameraOnUdp(model, { counts: { heard: () => traffic.heard(), saying: (port) => traffic.saying(port) } });
  const plug = async (): Promise<void> => {
    await wire.plug();
    traffic.isPlugged = true;
  };
  const unplug = async (): Promise<void> => {
    traffic.unplugged();
    await wire.unplug();
  };
  await plug();

  const settle = async (): Promise<void> => {
    const startedMs = performance.now();
    // Twice quiet: what was heard may have asked for more.
    for (let quiet = 0; quiet < 2; ) {
      await new Promise((resolve) => setImmediate(resolve));
      quiet = traffic.isQuiet() ? quiet + 1 : 0;
      if (performance.now() - startedMs > PATIENCE_MS) throw new Error("datagrams on this computer did not arrive within 10 s");
    }
  };
  const advance = async (ms: number): Promise<void> => {
    const untilMs = clock.nowMs() + ms;
    await settle();
    for (let due = clock.nextDueMs(); due !== undefined && due <= untilMs; due = clock.nextDueMs()) {
      await clock.advance(Math.max(0, due - clock.nowMs()));
      await settle();
    }
    await clock.advance(untilMs - clock.nowMs());
    await settle();
  };

  const net = traffic.net();
  let found: Awaited<ReturnType<typeof discoverGigeVision>> | undefined;
  const searching = discoverGigeVision({ net, clock, addresses: [LAB_ADDRESS] }).then((cameras) => (found = cameras));
  while (found === undefined) await advance(50);
  await searching;
  const [first] = found;
  if (first === undefined) throw new Error("the virtual camera was not found");
  const camera = createGigeVisionCamera({ identity: first.identity, net, clock, addresses: [LAB_ADDRESS] });
  const subject: Subject<GenicamCamera> = {
    device: camera, nowMs: clock.nowMs, advance, pendingCount: clock.pendingCount,
    async fail(fault) {
      if (fault === "timeout") model.faults.deafMs = 1050;
      if (fault === "dropFrames") model.faults.blocks.push("skip", "skip", "skip", "skip", "skip");
      if (fault === "disconnect") await unplug();
      if (fault === "reconnect") await plug();
    },
    async dispose() {
      await settle();
      model.powerOff();
      await unplug();
    },
  };
  return { clock, model, camera, subject };
}
