import type { Clock } from "../../../src/core/clock.ts";
import { writeLeader, writeTrailer } from "../../../src/engine/devices/drivers/usb3vision/stream/stream-packets.ts";
import { PAYLOAD_HAS_CHUNKS, PAYLOAD_IMAGE } from "../../../src/engine/devices/genicam/stream-leader.ts";
import type { CameraMemory } from "../genicam/camera-memory.ts";
import { createCameraSensor } from "../genicam/camera-sensor.ts";
import type { FrameSource } from "../genicam/frame-source.ts";
import { MAP, PIPES, SIRM } from "./camera-map.ts";
import type { BlockFault, CameraFaults } from "./faults.ts";

/** The camera's stream pipe, and the sensor behind it. */
export interface CameraStream {
  payloadBytes(): number;
  enable(isOn: boolean): void;
  start(): void;
  stop(): void;
  /** Takes one picture now, where the trigger is on. */
  trigger(): void;
  /** Takes one picture at once, whatever the rate: for measuring without a clock. */
  expose(): void;
  clear(): void;
  pull(into: Uint8Array): number | "nothing" | "stall";
  /** Pictures taken, those the camera had to drop included. */
  exposedCount(): number;
  /** Pictures the camera dropped because the host did not fetch the ones before. */
  droppedCount(): number;
}

export interface StreamParts {
  readonly clock: Clock;
  readonly source: FrameSource;
  readonly memory: CameraMemory;
  readonly faults: CameraFaults;
  readonly onDidHaveData: () => void;
  readonly bigEndianChunks?: boolean;
  readonly linePadding?: number;
}

/** Blocks that fit the camera's own memory. */
const MOST_BLOCKS = 4;

/** Bytes in packets: a message whose length is no multiple of the packet's ends the host's transfer. */
interface Message {
  readonly bytes: Uint8Array;
  sent: number;
  readonly endsBlock: boolean;
}

export function createCameraStream({ clock, source, memory, faults, onDidHaveData, bigEndianChunks = false, linePadding = 0 }: StreamParts): CameraStream {
  let queue: (Message | "stall")[] = [];
  let blocks = 0;
  let blockId = 0n;
  let exposed = 0;
  let dropped = 0;
  let isEnabled = false;

  const send = (bytes: Uint8Array, endsBlock = false): void => void queue.push({ bytes, sent: 0, endsBlock });

  const expose = (): void => {
    const id = blockId;
    blockId += 1n;
    exposed += 1;
    const fault = faults.blocks.shift();
    if (fault === "skip") return;
    if (blocks >= MOST_BLOCKS) {
      dropped += 1;
      return;
    }
    if (fault === "stall") queue.push("stall");
    else sendBlock(id, fault);
    onDidHaveData();
  };

  const sensor = createCameraSensor({ clock, source, memory, expose: () => expose(), bigEndianChunks, linePadding, isLittleEndian: true });

  const sendBlock = (id: bigint, fault: BlockFault | undefined): void => {
    const exposing = sensor.exposing(Number(id));
    const { width, height, pixelFormat, offsetX, offsetY } = exposing;
    const hasChunks = sensor.hasChunks();
    const payloadType = fault === "noImage" ? PAYLOAD_HAS_CHUNKS : PAYLOAD_IMAGE | (hasChunks ? PAYLOAD_HAS_CHUNKS : 0);
    const leader = writeLeader({
      blockId: id, payloadType, timestampNs: BigInt(Math.round(clock.nowMs() * 1e6)),
      image: {
        pixelFormat: fault === "unknownFormat" ? 0x7fffffff : pixelFormat, width: fault === "hugePicture" ? 0x40000000 : width, height,
        offsetX, offsetY, linePadding,
      },
    });
    const payload = sensor.payload(exposing);
    const trailer = writeTrailer(
      { blockId: id, status: fault === "discarded" ? 0xa100 : 0, validBytes: BigInt(payload.length), height },
      hasChunks ? 1 : undefined,
    );
    blocks += 1;
    if (fault !== "noLeader") send(fault === "leaderMagic" ? leader.map((byte, index) => (index === 0 ? 0 : byte)) : leader);
    send(transferred(fault === "short" ? payload.subarray(0, payload.length >> 1) : payload, fault !== "short"));
    if (fault === "oversized") for (let i = 0; i < 3; i++) send(payload);
    if (fault === "noTrailer") {
      // The block ends without a word: whatever is still waiting for this payload gets an empty packet.
      send(new Uint8Array(0), true);
      return;
    }
    send(fault === "trailerMagic" ? trailer.map((byte, index) => (index === 0 ? 0 : byte)) : trailer, true);
  };

  /** The whole payload goes out as the host set it up: the last transfer filled up to the alignment. */
  const transferred = (payload: Uint8Array, isWhole: boolean): Uint8Array => {
    const sirm = (offset: number): number => memory.u32(MAP.sirm + offset);
    const planned = sirm(SIRM.transfer) * sirm(SIRM.count) + sirm(SIRM.final1) + sirm(SIRM.final2);
    if (!isWhole || planned <= payload.length) return payload;
    const bytes = new Uint8Array(planned);
    bytes.set(payload);
    return bytes;
  };

  return {
    payloadBytes: sensor.payloadBytes, expose,
    enable(isOn) {
      isEnabled = isOn;
      if (isOn) return;
      sensor.halt();
      queue = [];
      blocks = 0;
    },
    start() {
      if (isEnabled && sensor.run()) blockId = 0n;
    },
    stop: sensor.halt,
    trigger: sensor.trigger,
    clear() {
      queue = [];
      blocks = 0;
    },
    pull(into) {
      let filled = 0;
      while (filled < into.length) {
        const message = queue[0];
        if (message === undefined) break;
        if (message === "stall") {
          if (filled > 0) break;
          queue.shift();
          return "stall";
        }
        const count = Math.min(message.bytes.length - message.sent, into.length - filled);
        into.set(message.bytes.subarray(message.sent, message.sent + count), filled);
        message.sent += count;
        filled += count;
        if (message.sent < message.bytes.length) break;
        queue.shift();
        if (message.endsBlock) blocks -= 1;
        // A packet that is not full ends the transfer.
        if (message.bytes.length % PIPES.packetBytes !== 0 || message.bytes.length === 0) return filled;
      }
      // A host whose transfer is only half full goes on waiting: the model hands out whole messages, so that what is here is all.
      return filled === 0 ? "nothing" : filled;
    },
    exposedCount: () => exposed,
    droppedCount: () => dropped,
  };
}
