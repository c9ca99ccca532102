import { GVBS } from "../../../src/engine/devices/drivers/gigevision/control/bootstrap.ts";
import { STATUS } from "../../../src/engine/devices/drivers/gigevision/control/gvcp-status.ts";
import { decodeCommand, decodePacketResend, encodePending, encodeReply, GVCP, type GvcpCommand, words } from "../../../src/engine/devices/drivers/gigevision/control/gvcp.ts";
import type { CameraMemory } from "../genicam/camera-memory.ts";
import { REFUSED, settleFeatures } from "../genicam/feature-rules.ts";
import { REG } from "../genicam/sensor-map.ts";
import { checkGigeWrite, createGigeMemory, type StoredGigeFile } from "./camera-memory.ts";
import { createGigeStream, type GigeStream, type GigeStreamParts, type Say } from "./camera-stream.ts";
import { type GigeFaults, noGigeFaults, type ReplyFault } from "./faults.ts";

/** The virtual GigE Vision camera: datagrams in, datagrams out. */
export interface GigeModel {
  readonly address: string;
  readonly faults: GigeFaults;
  readonly memory: CameraMemory;
  readonly stream: GigeStream;
  /** A datagram at its command port. */
  hear(bytes: Uint8Array, fromPort: number, fromAddress: string): void;
  /** Where its datagrams go; `asStranger` sends one from another address than the camera's. */
  attach(line: { readonly say: Say; readonly asStranger?: Say }): void;
  /** The cable is out: it streams on into the void until its heartbeat ends. */
  detach(): void;
  /** Fresh from the mains. */
  powerOff(): void;
  commandCount(): number;
  isControlled(): boolean;
}

export interface GigeModelOptions extends Omit<GigeStreamParts, "memory" | "faults" | "say"> {
  readonly serial?: string;
  readonly address?: string;
  readonly canResend?: boolean;
  readonly file?: StoredGigeFile;
}

type Answer = { readonly status: number; readonly payload: Uint8Array };

export function createGigeModel(options: GigeModelOptions): GigeModel {
  const { clock, serial = "LAB0001", address = "10.0.0.7", canResend = true } = options;
  const memory = createGigeMemory({ serial, address, canResend, ...(options.file === undefined ? {} : { file: options.file }) });
  const faults = noGigeFaults();
  let line: Parameters<GigeModel["attach"]>[0] | undefined;
  const stream = createGigeStream({ ...options, memory, faults, say: (...datagram) => line?.say(...datagram) });
  let controller: { readonly port: number; readonly address: string; heardMs: number } | undefined;
  let previous: Uint8Array = new Uint8Array(0);
  let deafUntilMs: number | undefined;
  let commands = 0;
  let pleading: AbortController | undefined;

  const isDeaf = (): boolean => {
    if (faults.deafMs > 0) {
      deafUntilMs = clock.nowMs() + faults.deafMs;
      faults.deafMs = 0;
    }
    return deafUntilMs !== undefined && clock.nowMs() < deafUntilMs;
  };

  const letGo = (): void => {
    controller = undefined;
    stream.stop();
    for (const register of [GVBS.privilege, GVBS.streamPort, REG.locked]) memory.setU32(register, 0);
  };

  /** Whoever controls it; forgotten after too long a silence. */
  const controlling = (): typeof controller => {
    if (controller !== undefined && clock.nowMs() - controller.heardMs > memory.u32(GVBS.heartbeatTimeout)) letGo();
    return controller;
  };

  const refused = (status: number): Answer => ({ status, payload: new Uint8Array(0) });

  const read = (at: number, length: number): Uint8Array | undefined => {
    controlling();
    settleFeatures(memory, () => stream.payloadBytes());
    return memory.read(BigInt(at), length);
  };

  const write = (at: number, bytes: Uint8Array, fromPort: number, fromAddress: string): number => {
    const owner = controlling();
    const isOwner = owner?.port === fromPort && owner.address === fromAddress;
    if (owner === undefined ? at !== GVBS.privilege : !isOwner) return REFUSED.denied;
    const problem = faults.denied.has(at) ? REFUSED.denied : checkGigeWrite(memory, at, bytes);
    if (problem !== 0) return problem;
    if (!memory.write(BigInt(at), bytes)) return REFUSED.noAddress;
    settleFeatures(memory, () => stream.payloadBytes());
    const value = bytes.length === 4 ? memory.u32(at) : 0;
    if (at === GVBS.privilege) {
      if ((value & 3) === 0) letGo();
      else controller = { port: fromPort, address: fromAddress, heardMs: clock.nowMs() };
    }
    if (at === GVBS.packetSize && value >>> 31 === 1) {
      stream.fireTest();
      memory.setU32(at, value & 0x7fff_ffff);
    }
    if (at === REG.start && value === 1) stream.start();
    if (at === REG.stop && value === 1) stream.stop();
    if (at === REG.triggerSoftware && value === 1) stream.trigger();
    return 0;
  };

  const answerTo = ({ command, payload }: GvcpCommand, fromPort: number, fromAddress: string): Answer => {
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    if (command === GVCP.discovery) return { status: 0, payload: memory.low.slice(0, GVBS.discoveryBytes) };
    if (command === GVCP.readRegister && payload.length > 0 && payload.length % 4 === 0) {
      const values = Array.from({ length: payload.length / 4 }, (_, index) => read(view.getUint32(4 * index), 4));
      if (values.includes(undefined)) return refused(REFUSED.noAddress);
      return { status: 0, payload: new Uint8Array(Buffer.concat(values.map((each) => each ?? new Uint8Array(0)))) };
    }
    if (command === GVCP.writeRegister && payload.length > 0 && payload.length % 8 === 0) {
      for (let at = 0; at < payload.length; at += 8) {
        const problem = write(view.getUint32(at), payload.slice(at + 4, at + 8), fromPort, fromAddress);
        if (problem !== 0) return { status: problem, payload: words(at / 8) };
      }
      return { status: 0, payload: words(payload.length / 8) };
    }
    if (command === GVCP.readMemory && payload.length === 8) {
      const [at, count] = [view.getUint32(0), view.getUint16(6)];
      if (at % 4 !== 0 || count % 4 !== 0) return refused(REFUSED.misaligned);
      const bytes = read(at, count);
      return bytes === undefined ? refused(REFUSED.noAddress) : { status: 0, payload: new Uint8Array(Buffer.concat([words(at), bytes])) };
    }
    if (command === GVCP.writeMemory && payload.length > 4) {
      const problem = write(view.getUint32(0), payload.slice(4), fromPort, fromAddress);
      return problem === 0 ? { status: 0, payload: words(payload.length - 4) } : refused(problem);
    }
    return refused(STATUS.notImplemented);
  };

  /** Pleads for patience until another command comes. */
  const plead = async (requestId: number, port: number, to: string): Promise<void> => {
    pleading = new AbortController();
    const { signal } = pleading;
    for (;;) {
      line?.say(encodePending(requestId, 1000), port, to);
      await clock.delay(50, signal);
    }
  };

  return {
    address, faults, memory, stream,
    commandCount: () => commands,
    isControlled: () => controlling() !== undefined,
    hear(bytes, fromPort, fromAddress) {
      if (line === undefined || isDeaf()) return;
      const command = decodeCommand(bytes);
      if (command === undefined) return;
      commands += 1;
      const owner = controlling();
      if (owner?.port === fromPort && owner.address === fromAddress) owner.heardMs = clock.nowMs();
      const again = decodePacketResend(command);
      if (again !== undefined) return stream.resend(again);
      const isQuestion = command.command === GVCP.discovery;
      const fault = isQuestion ? undefined : faults.replies.shift();
      if (!isQuestion) pleading?.abort();
      const say = (packet: Uint8Array): void => line?.say(packet, fromPort, fromAddress);
      if (fault === "busy" || fault === "error") {
        // Refused as it is, before anything is done.
        return say(encodeReply(command.command + 1, command.requestId, fault === "busy" ? STATUS.busy : STATUS.accessDenied, new Uint8Array(0)));
      }
      if (fault === "pendingForever") return void plead(command.requestId, fromPort, fromAddress).catch(() => undefined);
      const { status, payload } = answerTo(command, fromPort, fromAddress);
      if (!command.wantsAck) return;
      const reply = encodeReply(command.command + 1, command.requestId, status, payload);
      if (fault === "foreign") return line.asStranger?.(reply, fromPort, fromAddress);
      for (const packet of spoiled(fault, reply, previous, command.requestId)) say(packet);
      previous = reply;
    },
    attach(next) {
      line = next;
    },
    detach() {
      line = undefined;
      pleading?.abort();
    },
    powerOff() {
      letGo();
      line = undefined;
      pleading?.abort();
      deafUntilMs = undefined;
    },
  };
}

/** The packets that come instead of the right answer. */
function spoiled(fault: ReplyFault | undefined, reply: Uint8Array, previous: Uint8Array, requestId: number): readonly Uint8Array[] {
  const changed = (at: number): Uint8Array => reply.map((byte, index) => (index === at ? byte ^ 0x55 : byte));
  switch (fault) {
    case "none": return [];
    case "ackId": return [changed(3)];
    case "requestId": return [changed(7)];
    case "cut": return [reply.subarray(0, Math.max(1, reply.length - 3))];
    case "empty": return [reply.subarray(0, 0)];
    case "noise": return [new Uint8Array(40).map((_, index) => index * 37)];
    case "stale": return [previous, reply];
    case "twice": return [reply, reply];
    case "pending": return [encodePending(requestId, 200), reply];
    default: return [reply];
  }
}
