import type { Clock } from "../../../src/core/clock.ts";
import { GVBS } from "../../../src/engine/devices/drivers/gigevision/control/bootstrap.ts";
import { STATUS } from "../../../src/engine/devices/drivers/gigevision/control/gvcp-status.ts";
import type { ResendRequest } from "../../../src/engine/devices/drivers/gigevision/control/gvcp.ts";
import {
  EXTENDED_HEADER_BYTES, IP_UDP_BYTES, type PacketFields, STANDARD_HEADER_BYTES, writeImageLeader, writePacket, writeTrailer,
} from "../../../src/engine/devices/drivers/gigevision/stream/gvsp.ts";
import { PAYLOAD_HAS_CHUNKS, PAYLOAD_IMAGE } from "../../../src/engine/devices/genicam/stream-leader.ts";
import { addressText } from "../../../src/engine/devices/transports/gige/datagrams.ts";
import type { CameraMemory } from "../genicam/camera-memory.ts";
import { createCameraSensor } from "../genicam/camera-sensor.ts";
import type { FrameSource } from "../genicam/frame-source.ts";
import type { BlockFault, GigeFaults } from "./faults.ts";

/** Sends one datagram to where the host listens. */
export type Say = (bytes: Uint8Array, port: number, address: string) => void;

/** The camera's stream channel, and the sensor behind it. */
export interface GigeStream {
  payloadBytes(): number;
  start(): void;
  stop(): void;
  trigger(): void;
  /** Takes one picture at once, whatever the rate: for measuring without a clock. */
  expose(): void;
  resend(request: ResendRequest): void;
  /** Sends a test packet of the size that is set. */
  fireTest(): void;
  /** Pictures taken, those of which nothing was sent included. */
  exposedCount(): number;
  /** Packets that were lost on the way, and sent again. */
  lostCount(): number;
  resentCount(): number;
}

export interface GigeStreamParts {
  readonly clock: Clock;
  readonly source: FrameSource;
  readonly memory: CameraMemory;
  readonly faults: GigeFaults;
  readonly say: Say;
  readonly isExtended?: boolean;
  readonly bigEndianChunks?: boolean;
  readonly linePadding?: number;
  /** The first block's number. */
  readonly firstBlockId?: number;
  /** Larger packets do not pass the network, with IP and UDP headers; 0: the camera has no test packets. */
  readonly mostPacketBytes?: number;
  /** 0 to 1: of all packets so many are lost on the way, at random; those sent again too. */
  readonly lossRatio?: number;
  /** From 0 to 1. */
  readonly random?: () => number;
}

/** Blocks whose packets the camera still has when they are asked for. */
const KEPT_BLOCKS = 4;
const DO_NOT_FRAGMENT = 0x4000_0000;

interface KeptBlock {
  readonly blockId: number;
  readonly fault: BlockFault | undefined;
  readonly packets: readonly Omit<PacketFields, "status">[];
}

export function createGigeStream(parts: GigeStreamParts): GigeStream {
  const { clock, source, memory, faults, say, isExtended = false, bigEndianChunks = true, linePadding = 0, firstBlockId = 1, mostPacketBytes = 1500, lossRatio = 0, random = Math.random } = parts;
  let kept: KeptBlock[] = [];
  let blockId = firstBlockId;
  let index = 0;
  let exposed = 0;
  let lost = 0;
  let resent = 0;
  const sensor = createCameraSensor({ clock, source, memory, expose: () => expose(), bigEndianChunks, linePadding, isLittleEndian: false });

  const send = (bytes: Uint8Array): void => {
    const port = memory.u32(GVBS.streamPort) & 0xffff;
    if (port !== 0) say(bytes, port, addressText(memory.u32(GVBS.streamAddress)));
  };
  const sendPacket = (packet: Omit<PacketFields, "status">, status = 0): void => {
    if (lossRatio > 0 && random() < lossRatio) lost += 1;
    else send(writePacket({ ...packet, status }));
  };

  const nextId = (): number => {
    const id = blockId;
    // 16 bits go round and leave out 0.
    blockId = isExtended || blockId < 65_535 ? blockId + 1 : 1;
    return id;
  };

  const packetsOf = (id: number, fault: BlockFault | undefined): readonly Omit<PacketFields, "status">[] => {
    const exposing = sensor.exposing(index);
    index += 1;
    const { width, height, pixelFormat, offsetX, offsetY } = exposing;
    const payload = sensor.payload(exposing);
    const payloadType = fault === "noImage" ? PAYLOAD_HAS_CHUNKS : PAYLOAD_IMAGE | (sensor.hasChunks() ? PAYLOAD_HAS_CHUNKS : 0);
    const packet = (packetId: number, format: PacketFields["format"], content: Uint8Array) => ({ blockId: id, packetId, isExtended, format, content });
    const leader = writeImageLeader({
      payloadType, timestampTicks: BigInt(Math.round(clock.nowMs() * 1e6)), pixelFormat: fault === "unknownFormat" ? 0x7fff_ffff : pixelFormat,
      width: fault === "hugePicture" ? 0x4000_0000 : width, height, offsetX, offsetY, linePadding,
    });
    const packets = [packet(0, "leader", leader)];
    const dataBytes = (memory.u32(GVBS.packetSize) & 0xffff) - IP_UDP_BYTES - (isExtended ? EXTENDED_HEADER_BYTES : STANDARD_HEADER_BYTES);
    const sent = fault === "short" ? payload.subarray(0, payload.length >> 1) : payload;
    for (let at = 0; at < sent.length; at += dataBytes) packets.push(packet(packets.length, "payload", sent.subarray(at, at + dataBytes)));
    packets.push(packet(packets.length, "trailer", writeTrailer(payloadType, fault === "short" ? height >> 1 : height)));
    return packets;
  };

  const expose = (): void => {
    const id = nextId();
    exposed += 1;
    const fault = faults.blocks.shift();
    if (fault === "skip") {
      index += 1;
      return;
    }
    const packets = packetsOf(id, fault);
    kept = [...kept.slice(1 - KEPT_BLOCKS), { blockId: id, fault, packets }];
    const order = inOrder(packets, fault);
    const isLost = lostPackets(packets.length, fault);
    for (const packet of order) {
      if (isLost(packet.packetId)) lost += 1;
      else sendPacket(packet);
    }
  };

  return {
    payloadBytes: sensor.payloadBytes, trigger: sensor.trigger, stop: sensor.halt, expose,
    start() {
      if (!sensor.run()) return;
      blockId = firstBlockId;
      index = 0;
      kept = [];
    },
    resend({ blockId: id, first, last }) {
      const block = kept.find((each) => each.blockId === id);
      if (block?.fault === "deaf") return;
      for (let packetId = first; packetId <= last; packetId++) {
        const packet = block?.packets[packetId];
        if (packet === undefined || block?.fault === "gone") {
          send(writePacket({ blockId: id, packetId, isExtended, format: "payload", content: new Uint8Array(0), status: STATUS.unavailable }));
          return;
        }
        resent += 1;
        sendPacket(packet, STATUS.resent);
      }
    },
    fireTest() {
      const register = memory.u32(GVBS.packetSize);
      const bytes = register & 0xffff;
      const passes = (register & DO_NOT_FRAGMENT) === 0 || bytes <= mostPacketBytes;
      if (mostPacketBytes > 0 && passes && bytes > IP_UDP_BYTES) send(new Uint8Array(bytes - IP_UDP_BYTES));
    },
    exposedCount: () => exposed,
    lostCount: () => lost,
    resentCount: () => resent,
  };
}

type Packets = readonly Omit<PacketFields, "status">[];

function inOrder(packets: Packets, fault: BlockFault | undefined): Packets {
  if (fault === "reordered") return packets.toSorted((a, b) => (a.packetId * 7) % 11 - (b.packetId * 7) % 11 || a.packetId - b.packetId);
  if (fault === "leaderLast") return [...packets.slice(1), ...packets.slice(0, 1)];
  if (fault === "duplicated") return packets.flatMap((packet) => [packet, packet]);
  return packets;
}

function lostPackets(count: number, fault: BlockFault | undefined): (packetId: number) => boolean {
  const trailer = count - 1;
  switch (fault) {
    case "leader": return (id) => id === 0;
    case "trailer": return (id) => id === trailer;
    case "data": case "gone": case "deaf": return (id) => id === Math.max(1, trailer >> 1);
    case "burst": return (id) => id > 0 && id < trailer && id % 10 === 1;
    case "everything": return () => true;
    default: return () => false;
  }
}
