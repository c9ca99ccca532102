import type { Clock } from "../../../../core/clock.ts";
import { isOcularError } from "../../../../shared/errors.ts";
import type { LineSettings, Port } from "../../transports/byte-stream.ts";
import { Conversation } from "../../transports/conversation.ts";
import type { FamilyProbe, FoundController } from "./serial-controller.ts";

/** A family as probing knows it. */
export interface ProbedFamily {
  readonly id: string;
  readonly title: string;
  readonly probe: FamilyProbe;
}

/** What sits on a port. */
export interface ProbeFinding {
  readonly familyId: string;
  readonly line: LineSettings;
  readonly found: FoundController;
}

export interface ProbeOptions {
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** Told before each try, for the wizard's line of progress. */
  readonly onTry?: (attempt: { familyId: string; line: LineSettings }) => void;
}

/** A line must be quiet for so long before it is asked something, ms; greetings and reports of a wrong speed pass meanwhile. */
const QUIET_MS = 40;

/**
 * Finds which family sits on a port and at which line settings, by questions only: nothing moves, nothing lights. Likely
 * settings of every family come before unlikely ones of any. Undefined when nobody answered in a way that is understood.
 *
 * Rejects with the port's own Error when it cannot be opened, and with the signal's reason.
 */
export async function probePort(port: Port, families: readonly ProbedFamily[], options: ProbeOptions): Promise<ProbeFinding | undefined> {
  for (const { family, line } of attempts(families)) {
    options.signal?.throwIfAborted();
    options.onTry?.({ familyId: family.id, line });
    const found = await ask(port, family.probe, line, options);
    if (found !== undefined) return { familyId: family.id, line, found };
  }
  return undefined;
}

/**
 * First settings of all, then second ones of all, and so on; within a round in the order of the families. At each speed, whatever
 * the round, the families in front have been asked before: their order is part of safety.
 */
function attempts(families: readonly ProbedFamily[]): { family: ProbedFamily; line: LineSettings }[] {
  const rounds = Math.max(0, ...families.map(({ probe }) => probe.lines.length));
  const all: { family: ProbedFamily; line: LineSettings }[] = [];
  const add = (family: ProbedFamily, line: LineSettings): void => {
    if (!all.some((attempt) => attempt.family === family && attempt.line.baudRate === line.baudRate)) all.push({ family, line });
  };
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, family] of families.entries()) {
      const line = family.probe.lines[round];
      if (line === undefined) continue;
      for (const earlier of families.slice(0, index)) {
        const same = earlier.probe.lines.find(({ baudRate }) => baudRate === line.baudRate);
        if (same !== undefined) add(earlier, same);
      }
      add(family, line);
    }
  }
  return all;
}

async function ask(port: Port, probe: FamilyProbe, line: LineSettings, { clock, signal }: ProbeOptions): Promise<FoundController | undefined> {
  const stream = await port.open(line);
  // The way back into step is not gone here: what does not answer at once is another family, or another speed.
  const conversation = new Conversation(port.path, stream, clock, { ...probe.rules, resync: { quietMs: QUIET_MS } });
  try {
    await clock.delay(probe.wakeMs ?? QUIET_MS, signal);
    return await conversation.ask(probe.identify, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    // Silence and answers that make no sense say the same: this is not the one.
    if (isOcularError(error, "DeviceTimeout") || isOcularError(error, "DeviceFaulted") || isOcularError(error, "DeviceDisconnected")) return undefined;
    throw error;
  } finally {
    await conversation.close();
  }
}
