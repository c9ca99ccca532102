import type { Clock } from "../../../src/core/clock.ts";
import { decodeCommand, encodePending, encodeReply, READ_COMMAND, WRITE_COMMAND } from "../../../src/engine/devices/genicam/gencp.ts";
import type { UsbDescription } from "../../../src/engine/devices/transports/usb/usb-device.ts";
import type { UsbModel, UsbWiring } from "../usb/usb-model.ts";
import type { CameraMemory } from "../genicam/camera-memory.ts";
import type { FrameSource } from "../genicam/frame-source.ts";
import { REFUSED } from "../genicam/feature-rules.ts";
import { REG } from "../genicam/sensor-map.ts";
import { MAP, PIPES, SIRM } from "./camera-map.ts";
import { createUsbCameraMemory, type StoredFile } from "./camera-memory.ts";
import { createCameraStream, type CameraStream } from "./camera-stream.ts";
import { type CameraFaults, noFaults, type ReplyFault } from "./faults.ts";
import { checkWrite, settle } from "./register-rules.ts";

/** The virtual USB3 Vision camera. */
export interface CameraModel extends UsbModel {
  readonly faults: CameraFaults;
  readonly memory: CameraMemory;
  readonly stream: CameraStream;
  /** Control commands seen. */
  commandCount(): number;
}

export interface CameraModelOptions {
  readonly clock: Clock;
  readonly source: FrameSource;
  readonly serial?: string;
  readonly file?: StoredFile;
  /** Longest time it says it takes for an answer, ms. Default 50. */
  readonly responseMs?: number;
  /** Footers of chunks with the high byte first, as some cameras send them. */
  readonly bigEndianChunks?: boolean;
  /** Bytes added to each line of a picture. */
  readonly linePadding?: number;
}

export function createCameraModel(options: CameraModelOptions): CameraModel {
  const { clock, serial = "LAB0001", file, responseMs } = options;
  const memory = createUsbCameraMemory({ serial, ...(file === undefined ? {} : { file }), ...(responseMs === undefined ? {} : { responseMs }) });
  const faults = noFaults();
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const stream = createCameraStream({ ...options, memory, faults, onDidHaveData: tell });
  /** Answers on their way: packets, or a stall in place of one. */
  const answers: (Uint8Array | "stall")[] = [];
  let previous: Uint8Array = new Uint8Array(0);
  let deafUntilMs: number | undefined;
  let commands = 0;
  /** Request that is answered with pleas for patience only. */
  let pendingForever: number | undefined;

  const isDeaf = (): boolean => {
    if (faults.deafMs > 0) {
      deafUntilMs = clock.nowMs() + faults.deafMs;
      faults.deafMs = 0;
    }
    return deafUntilMs !== undefined && clock.nowMs() < deafUntilMs;
  };

  const answerTo = (commandId: number, payload: Uint8Array): { status: number; payload: Uint8Array } => {
    const refused = (status: number): { status: number; payload: Uint8Array } => ({ status, payload: new Uint8Array(0) });
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    if (commandId === READ_COMMAND && payload.length === 12) {
      settle(memory, () => stream.payloadBytes());
      const bytes = memory.read(view.getBigUint64(0, true), view.getUint16(10, true));
      return bytes === undefined ? refused(0x8003) : { status: 0, payload: bytes };
    }
    if (commandId === WRITE_COMMAND && payload.length > 8) {
      const address = view.getBigUint64(0, true);
      const bytes = payload.slice(8);
      const problem = faults.denied.has(Number(address)) ? REFUSED.denied : checkWrite(memory, address, bytes);
      if (problem !== 0) return refused(problem);
      if (!memory.write(address, bytes)) return refused(0x8003);
      wrote(address);
      const written = new Uint8Array(4);
      new DataView(written.buffer).setUint16(2, bytes.length, true);
      return { status: 0, payload: written };
    }
    return refused(0x8001);
  };

  const wrote = (address: bigint): void => {
    settle(memory, () => stream.payloadBytes());
    const at = Number(address);
    const isOn = memory.u32(at) === 1;
    if (at === MAP.sirm + SIRM.control) stream.enable(isOn);
    if (at === REG.start && isOn) stream.start();
    if (at === REG.stop && isOn) stream.stop();
    if (at === REG.triggerSoftware && isOn) stream.trigger();
  };

  const command = (packet: Uint8Array): void => {
    commands += 1;
    if (isDeaf()) return;
    const decoded = decodeCommand(packet);
    if (decoded === undefined) {
      answers.push(encodeReply(0x0801, 0, 0x800e, new Uint8Array(0)));
      return;
    }
    const { commandId, requestId, payload } = decoded;
    const fault = faults.replies.shift();
    // Refused as it is, before anything is done.
    if (fault === "busy" || fault === "error" || fault === "badHeader") {
      const status = { busy: 0x8007, error: 0x8006, badHeader: 0x800e }[fault];
      answers.push(encodeReply(commandId + 1, requestId, status, new Uint8Array(0)));
      return;
    }
    if (fault === "pendingForever") {
      pendingForever = requestId;
      return;
    }
    pendingForever = undefined;
    const { status, payload: answer } = answerTo(commandId, payload);
    const reply = encodeReply(commandId + 1, requestId, status, answer);
    answers.push(...spoiled(fault, reply, previous, requestId));
    previous = reply;
  };

  return {
    faults, memory, stream,
    commandCount: () => commands,
    description: descriptionOf(serial),
    wiring: WIRING,
    control(setup) {
      const isHalt = setup.request === 3 && setup.value === 0;
      if (!isHalt) return "stall";
      if (setup.index === PIPES.controlIn) answers.length = 0;
      if (setup.index === PIPES.stream) stream.clear();
      return new Uint8Array(0);
    },
    push(endpoint, bytes) {
      if (endpoint !== PIPES.controlOut) return "stall";
      command(bytes.slice());
      tell();
      return "ok";
    },
    pull(endpoint, into) {
      if (endpoint === PIPES.stream) return stream.pull(into);
      if (endpoint !== PIPES.controlIn) return "stall";
      const answer = answers.shift() ?? (pendingForever === undefined ? undefined : encodePending(pendingForever, 1000));
      if (answer === undefined) return "nothing";
      if (answer === "stall") return "stall";
      const count = Math.min(answer.length, into.length);
      into.set(answer.subarray(0, count));
      return count;
    },
    onDidHaveData(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    coldStart: () => memory.coldStart(),
    powerOff() {
      stream.enable(false);
      answers.length = 0;
      pendingForever = undefined;
      deafUntilMs = undefined;
      for (const register of [REG.locked, REG.start, MAP.sirm + SIRM.control]) memory.setU32(register, 0);
    },
  };
}

/** The packets that come instead of the right answer. */
function spoiled(fault: ReplyFault | undefined, reply: Uint8Array, previous: Uint8Array, requestId: number): readonly (Uint8Array | "stall")[] {
  const changed = (at: number): Uint8Array => reply.map((byte, index) => (index === at ? byte ^ 0x55 : byte));
  switch (fault) {
    case "none": return [];
    case "magic": return [changed(0)];
    case "ackId": return [changed(6)];
    case "requestId": return [changed(10)];
    case "cut": return [reply.subarray(0, Math.max(1, reply.length - 3))];
    case "empty": return [reply.subarray(0, 0)];
    case "oversized": return [new Uint8Array([...reply, ...new Uint8Array(1500)])];
    case "noise": return [new Uint8Array(40).map((_, index) => index * 37)];
    case "stale": return [previous, reply];
    case "stall": return ["stall"];
    case "pending": return [encodePending(requestId, 200), reply];
    default: return [reply];
  }
}

function descriptionOf(serial: string): UsbDescription {
  const { controlIn, controlOut, stream, packetBytes } = PIPES;
  const bulk = (address: number) => ({ address, kind: "bulk" as const, maxPacketBytes: packetBytes });
  return {
    vendorId: 0x1209, productId: 0x0001, deviceClass: 0xef, deviceSubclass: 2, deviceProtocol: 1,
    manufacturer: "Ocular Lab", product: "LabCamera", serial, place: "in process",
    interfaces: [
      { number: 0, classCode: 0xef, subclass: 5, protocol: 0, endpoints: [bulk(controlIn), bulk(controlOut)] },
      { number: 1, classCode: 0xef, subclass: 5, protocol: 2, endpoints: [bulk(stream)] },
    ],
  };
}

/** USB3 Vision's device info descriptor (type 0x24, subtype 1), after the control interface. */
const WIRING: UsbWiring = {
  speed: "super",
  functions: [{ first: 0, count: 2, classCode: 0xef, subclass: 5, protocol: 0 }],
  classDescriptors(interfaceNumber, text) {
    if (interfaceNumber !== 0) return new Uint8Array(0);
    const bytes = new Uint8Array(20);
    const view = new DataView(bytes.buffer);
    bytes.set([bytes.length, 0x24, 0x01]);
    // GenCP 1.0, USB3 Vision 1.0, each minor before major.
    [0, 1, 0, 1].forEach((value, index) => view.setUint16(3 + 2 * index, value, true));
    // GUID, vendor, model, family, version, manufacturer info, serial number, user's name; SuperSpeed.
    bytes.set([text("0C0C4C414230"), text("Ocular Lab"), text("LabCamera"), 0, text("1.0"), text("a camera that is a program"), text("LAB0001"), text("bench"), 0b1000], 11);
    return bytes;
  },
};
