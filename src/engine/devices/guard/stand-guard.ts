import type { Clock } from "../../../core/clock.ts";
import { bytesOf, type ByteStream, type Port } from "../transports/byte-stream.ts";
import { GuardOrder, type WatchedPort } from "./watched-port.ts";

/** A port is given free when the system has cleared away the process that held it: it is tried again for so long, ms. */
const OPENING_LIMIT_MS = 5000;
const RETRY_MS = 50;
/** Some adapters swallow the first bytes after opening: stops and lights off do no harm twice, ms. */
const AGAIN_MS = 150;

/**
 * The guard's work: hears what is to be watched until its owner is gone (the end of `lines`), then makes safe what was still
 * being watched. An owner that leaves in order has taken back everything before.
 *
 * @param answer told the sequence of each order that was understood
 * @returns the paths of ports that could not be made safe, with the reasons
 */
export async function standGuard(lines: AsyncIterable<string>, answer: (sequence: number) => void, portOf: (path: string) => Port, clock: Clock): Promise<readonly string[]> {
  let watched: readonly WatchedPort[] = [];
  for await (const line of lines) {
    const order = readOrder(line);
    if (order === undefined) continue;
    watched = order.ports;
    answer(order.sequence);
  }
  const failures = await Promise.all(watched.filter(({ safe }) => safe !== "").map((port) => makeSafe(port, portOf(port.path), clock)));
  return failures.filter((failure) => failure !== undefined);
}

/** Undefined for a line that was cut off by the owner's end: what was watched before stays so. */
function readOrder(line: string): GuardOrder | undefined {
  try {
    return GuardOrder.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

async function makeSafe({ path, line, safe }: WatchedPort, port: Port, clock: Clock): Promise<string | undefined> {
  try {
    const stream = await openOnceFree(port, line, clock);
    try {
      await stream.write(bytesOf(safe));
      await clock.delay(AGAIN_MS);
      await stream.write(bytesOf(safe));
    } finally {
      await stream.close();
    }
    return undefined;
  } catch (error) {
    return `${path}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function openOnceFree(port: Port, line: WatchedPort["line"], clock: Clock): Promise<ByteStream> {
  const sinceMs = clock.nowMs();
  for (;;) {
    try {
      return await port.open(line);
    } catch (error) {
      if (clock.nowMs() - sinceMs > OPENING_LIMIT_MS) throw error;
      await clock.delay(RETRY_MS);
    }
  }
}
