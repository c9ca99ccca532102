import type { Clock } from "../../../../../core/clock.ts";
import { GenicamError } from "../../../genicam/genicam-error.ts";
import type { PortOptions, RegisterPort } from "../../../genicam/register-port.ts";
import { GVBS } from "../control/bootstrap.ts";
import { words } from "../control/gvcp.ts";
import { IP_UDP_BYTES } from "./gvsp.ts";

/** Bits of the packet size register beside the size itself. */
const FIRE_TEST = 0x8000_0000;
const DO_NOT_FRAGMENT = 0x4000_0000;
const SIZE_MASK = 0xffff;

/** What passes on any network, with IP and UDP headers. */
const USUAL_BYTES = 1500;
const SMALLEST_BYTES = 576;
/** Less than this is no setting but a broken register. */
const LEAST_BYTES = 64;
/** Sizes beyond the usual that networks are set up for, largest first. */
const JUMBO_BYTES = [9000, 8192, 6000, 4000, 3000] as const;
/** Test packets cross a network within a millisecond or never. */
const TEST_MS = 50;
const TESTS_EACH = 2;

/** Waits for datagrams of one length on the stream's socket. */
export interface TestListener {
  /** From now on; `arrived` settles with the first datagram of that many bytes. */
  expect(byteLength: number): Promise<void>;
}

/**
 * Finds the largest packets that reach this computer whole, by the camera's test packets, and sets the camera to them.
 * A camera without test packets gets what passes everywhere, or less if that is what it was set to.
 *
 * @returns what the camera is set to then, bytes with IP and UDP headers
 * @throws GenicamError `malformed` for a camera that will not have a size at all; what the port throws
 */
export async function negotiatePacketSize(port: RegisterPort, listener: TestListener, clock: Clock, options: PortOptions): Promise<number> {
  const present = (await readWord(port, options)) & SIZE_MASK;

  const passes = async (bytes: number): Promise<boolean> => {
    for (let test = 0; test < TESTS_EACH; test++) {
      const over = new AbortController();
      const arrived = listener.expect(bytes - IP_UDP_BYTES).then(() => true);
      await port.write(BigInt(GVBS.packetSize), words((FIRE_TEST | DO_NOT_FRAGMENT | bytes) >>> 0), options);
      const late = clock.delay(TEST_MS, over.signal).then(() => false, () => false);
      const hasPassed = await Promise.race([arrived, late]);
      over.abort();
      options.signal?.throwIfAborted();
      if (hasPassed) return true;
    }
    return false;
  };

  let chosen: number = present >= SMALLEST_BYTES ? Math.min(present, USUAL_BYTES) : USUAL_BYTES;
  if (await passes(USUAL_BYTES)) {
    chosen = USUAL_BYTES;
    for (const bytes of JUMBO_BYTES) {
      if (!(await passes(bytes))) continue;
      chosen = bytes;
      break;
    }
  }
  await port.write(BigInt(GVBS.packetSize), words((DO_NOT_FRAGMENT | chosen) >>> 0), options);
  const agreed = (await readWord(port, options)) & SIZE_MASK;
  if (agreed < LEAST_BYTES) throw new GenicamError("malformed", "", `packets of ${agreed} bytes are too small for pictures`);
  return agreed;
}

async function readWord(port: RegisterPort, options: PortOptions): Promise<number> {
  const bytes = await port.read(BigInt(GVBS.packetSize), 4, options);
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}
