/** How a camera is told which transfers to make (SIRM), and the sizes that follow from its payload. */
import { GenicamError } from "../../../genicam/genicam-error.ts";
import type { PortOptions, RegisterPort } from "../../../genicam/register-port.ts";

export interface StreamPlan {
  /** Bytes of each payload transfer; ours are of this size too. */
  readonly transferBytes: number;
  readonly transferCount: number;
  readonly finalBytes: number;
  readonly leaderBytes: number;
  readonly trailerBytes: number;
  /** All payload transfers together. */
  readonly payloadBytes: number;
}

const SIRM = { info: 0x00, control: 0x04, requiredPayload: 0x08, requiredLeader: 0x10, requiredTrailer: 0x14, maxLeader: 0x18, transfer: 0x1c, count: 0x20, final1: 0x24, final2: 0x28, maxTrailer: 0x2c } as const;
const SIRM_BYTES = 0x30;
const LARGEST_TRANSFER = 2 ** 20;
const SMALLEST_TRANSFER = 2 ** 16;
/** Larger than any sensor's frame today, and small enough to fit memory. */
const MOST_PAYLOAD = 2n ** 30n;

/**
 * Sizes for a payload: transfers as large as the frame makes sensible, every one a multiple of what the device and the
 * bus ask for.
 *
 * @throws GenicamError `malformed` for sizes nobody can receive
 */
function planStream(required: { readonly alignment: number; readonly payload: bigint; readonly leader: number; readonly trailer: number }, packetBytes: number): StreamPlan {
  const { alignment, payload, leader, trailer } = required;
  if (payload < 1n || payload > MOST_PAYLOAD) throw new GenicamError("malformed", "", `a payload of ${payload} bytes is not believable`);
  if (leader > 65_536 || trailer > 65_536) throw new GenicamError("malformed", "", `a leader of ${leader} and a trailer of ${trailer} bytes are not believable`);
  const step = Math.max(alignment, packetBytes);
  const bytes = Number(payload);
  const transferBytes = roundUp(Math.min(LARGEST_TRANSFER, Math.max(SMALLEST_TRANSFER, bytes)), step);
  const transferCount = Math.floor(bytes / transferBytes);
  const finalBytes = roundUp(bytes - transferCount * transferBytes, alignment);
  return {
    transferBytes, transferCount, finalBytes,
    leaderBytes: roundUp(leader, alignment), trailerBytes: roundUp(trailer, alignment),
    payloadBytes: transferCount * transferBytes + finalBytes,
  };
}

/** Reads what the camera needs, tells it our sizes, and leaves the stream off. */
export async function setUpStream(port: RegisterPort, sirm: bigint, packetBytes: number, options?: PortOptions): Promise<StreamPlan> {
  await enableStream(port, sirm, false, options);
  const registers = await port.read(sirm, SIRM_BYTES, options);
  const view = new DataView(registers.buffer, registers.byteOffset, registers.byteLength);
  const exponent = view.getUint32(SIRM.info, true) >>> 24;
  if (exponent > 20) throw new GenicamError("malformed", "", `an alignment of 2^${exponent} bytes is not believable`);
  const plan = planStream(
    { alignment: 2 ** exponent, payload: view.getBigUint64(SIRM.requiredPayload, true), leader: view.getUint32(SIRM.requiredLeader, true), trailer: view.getUint32(SIRM.requiredTrailer, true) },
    packetBytes,
  );
  const writes = [[SIRM.maxLeader, plan.leaderBytes], [SIRM.transfer, plan.transferBytes], [SIRM.count, plan.transferCount], [SIRM.final1, plan.finalBytes], [SIRM.final2, 0], [SIRM.maxTrailer, plan.trailerBytes]] as const;
  for (const [offset, value] of writes) await port.write(sirm + BigInt(offset), word(value), options);
  return plan;
}

export async function enableStream(port: RegisterPort, sirm: bigint, isOn: boolean, options?: PortOptions): Promise<void> {
  await port.write(sirm + BigInt(SIRM.control), word(isOn ? 1 : 0), options);
}

function word(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function roundUp(bytes: number, step: number): number {
  return Math.ceil(bytes / step) * step;
}
