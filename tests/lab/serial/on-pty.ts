import { createManualClock, type ManualClock } from "../../../src/core/testing/manual-clock.ts";
import type { Device } from "../../../src/engine/devices/api/device.ts";
import type { SerialController } from "../../../src/engine/devices/drivers/kit/serial-controller.ts";
import type { Port } from "../../../src/engine/devices/transports/byte-stream.ts";
import { serialPort } from "../../../src/engine/devices/transports/serial-port.ts";
import type { SubjectFactory } from "../../contract/contract.ts";
import { LabController } from "./lab-controller.ts";
import { type PseudoTerminal, ptyOf } from "./pty.ts";
import { type LabFamily, subjectOf } from "./subject.ts";

/**
 * What a busy machine may take for all that one subject waits for, ms of real time. Less than a test may take, so that what was waited for
 * in vain is what is read of it; of the waits after that none takes time of its own.
 */
const PATIENCE_MS = 17_000;

type Wait = (condition: () => boolean, complaint: string) => Promise<void>;

/** Bytes that went over the host's end, so that a test can wait until both ends have seen the same. */
interface Counts {
  written: number;
  read: number;
  isOpen: boolean;
  /** Openings, closings and writes that the operating system has not done yet. */
  pending: number;
}

/**
 * One device of a family against its virtual controller on a pseudo-terminal: real terminals, real serialport, bytes in
 * real time; the device's time stands still while bytes are on their way, so that nothing depends on how busy the machine is.
 */
export function onPty<D extends Device>(family: LabFamily, choose: (controller: SerialController) => D | undefined): SubjectFactory<D> {
  return async () => {
    const clock = createManualClock();
    const lab = new LabController(family.model(clock), clock);
    const untilTrue = patience();
    let terminal: PseudoTerminal | undefined = await ptyOf(lab);
    const close = async (old: PseudoTerminal | undefined): Promise<void> => {
      const closing = old?.close();
      await untilTrue(() => old?.hasEnded() ?? true, "the terminal goes when it is closed");
      await closing;
    };
    const counts: Counts = { written: 0, read: 0, isOpen: false, pending: 0 };
    const port: Port = {
      path: "pty",
      async open(line) {
        if (terminal === undefined) throw new Error("there is no such port");
        const stream = await counted(serialPort(terminal.path), line, counts, terminal, untilTrue);
        stream.onClose(() => lab.hostClosed());
        lab.hostOpened();
        return stream;
      },
    };
    const controller = family.drive(port, clock);
    const { device, fail, dispose } = subjectOf(family, lab, controller, choose);
    const settled = (): Promise<void> => untilSettled(counts, () => terminal, untilTrue);
    return {
      device,
      nowMs: clock.nowMs,
      pendingCount: clock.pendingCount,
      advance: (ms) => advance(clock, ms, settled),
      async fail(fault) {
        if (fault === "disconnect") {
          const old = terminal;
          terminal = undefined;
          await close(old);
          lab.unplug();
          await untilTrue(() => !counts.isOpen, "the host notices that the terminal is gone");
        } else if (fault === "reconnect") {
          lab.replug();
          terminal ??= await ptyOf(lab);
        } else await fail(fault);
      },
      async dispose() {
        await controller.dispose();
        await advance(clock, 100, settled);
        await dispose();
        await close(terminal);
      },
    };
  };
}

async function counted(port: Port, line: Parameters<Port["open"]>[0], counts: Counts, terminal: PseudoTerminal, untilTrue: Wait): ReturnType<Port["open"]> {
  const waitedFor = async <T>(work: Promise<T>): Promise<T> => {
    counts.pending += 1;
    return work.finally(() => {
      counts.pending -= 1;
    });
  };
  const stream = await waitedFor(port.open(line));
  counts.isOpen = true;
  counts.written = terminal.heardBytes();
  counts.read = terminal.saidBytes();
  stream.onData((bytes) => {
    counts.read += bytes.length;
  });
  stream.onClose(() => {
    counts.isOpen = false;
  });
  return {
    ...stream,
    write(bytes) {
      counts.written += bytes.length;
      return waitedFor(stream.write(bytes));
    },
    // Nothing may be under way when it closes: it would be counted to the next opening, or arrive after the test looked.
    close: () => waitedFor(untilTrue(() => hasArrived(counts, terminal), "what was written arrives before the port is closed").then(() => stream.close())),
  };
}

/** Lets time pass delay by delay; between two of them the bytes under way arrive. */
async function advance(clock: ManualClock, ms: number, settled: () => Promise<void>): Promise<void> {
  const untilMs = clock.nowMs() + ms;
  await settled();
  for (let dueMs = clock.nextDueMs(); dueMs !== undefined && dueMs <= untilMs; dueMs = clock.nextDueMs()) {
    await clock.advance(Math.max(0, dueMs - clock.nowMs()));
    await settled();
  }
  await clock.advance(untilMs - clock.nowMs());
}

async function untilSettled(counts: Counts, terminal: () => PseudoTerminal | undefined, untilTrue: Wait): Promise<void> {
  await turn();
  const isSettled = (): boolean => {
    const open = terminal();
    if (counts.pending > 0) return false;
    return open === undefined || !counts.isOpen || hasArrived(counts, open);
  };
  await untilTrue(isSettled, "what one end wrote reaches the other");
  await turn();
}

/** True when nothing is under way between the two ends, or one of them is gone. */
function hasArrived(counts: Counts, terminal: PseudoTerminal): boolean {
  return terminal.hasEnded() || !counts.isOpen || (terminal.heardBytes() >= counts.written && counts.read >= terminal.saidBytes());
}

/** Waits for conditions, all of them together no longer than the patience. */
function patience(): Wait {
  const startedMs = performance.now();
  return async (condition, complaint) => {
    while (!condition()) {
      if (performance.now() - startedMs > PATIENCE_MS) throw new Error(`Not within ${PATIENCE_MS / 1000} s: ${complaint}.`);
      await turn();
    }
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
