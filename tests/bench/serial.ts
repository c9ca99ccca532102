import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SerialPort } from "serialport";
import { createManualClock } from "../../src/core/testing/manual-clock.ts";
import { Conversation } from "../../src/engine/devices/transports/conversation.ts";
import { ONE_LINE } from "../../src/engine/devices/transports/exchange.ts";
import { serialPort } from "../../src/engine/devices/transports/serial-port.ts";
import { systemClock } from "../../src/engine/runtime/system-clock.ts";
import { um } from "../../src/shared/units.ts";
import { LAB_FAMILIES } from "../lab/serial/families.ts";
import { LabController } from "../lab/serial/lab-controller.ts";
import { whyNoPty } from "../lab/serial/pty.ts";
import type { Figure, RunBench } from "./support/bench.ts";

const ROUNDS = 11;
const COMMANDS = 300;
const COMMAND = "PS\r";

/** One line there and back on a pseudo-terminal that echoes, by a conversation and by bare serialport, in turns; and jogging. */
export const run: RunBench = async () => {
  const obstacle = whyNoPty();
  if (obstacle !== undefined) throw new Error(obstacle);
  const folder = mkdtempSync(join(tmpdir(), "ocular-bench-"));
  const path = join(folder, "tty");
  const socat = spawn("socat", [`PTY,link=${path},rawer`, "EXEC:cat"], { stdio: "inherit" });
  try {
    while (!existsSync(path)) await new Promise((resolve) => setImmediate(resolve));
    const ours: number[] = [];
    const bare: number[] = [];
    // Cold code is nobody's round trip.
    await bareRoundTripMs(path);
    await conversationRoundTripMs(path);
    for (let round = 0; round < ROUNDS; round += 1) {
      bare.push(await bareRoundTripMs(path));
      ours.push(await conversationRoundTripMs(path));
    }
    const figures: Figure[] = [
      { label: "round trip, conversation on a pty", value: median(ours), unit: "ms" },
      { label: "round trip, bare serialport on the same pty", value: median(bare), unit: "ms" },
      // Of neighbours in time: a busy machine is busy for both.
      { label: "conversation / bare, median of rounds", value: median(ours.map((ms, round) => ms / (bare[round] ?? Number.NaN))), unit: "", target: { atMost: 1.5 } },
      { label: "orders heard for 100 jog steps at 20/s, 9600 baud", value: await ordersWhileJogging(), unit: "" },
      { label: "time from the last jog step to rest", value: await restAfterJogMs(), unit: "ms of its clock" },
    ];
    return figures;
  } finally {
    // Not SIGTERM, see tests/lab/serial/pty.ts.
    socat.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
};

async function conversationRoundTripMs(path: string): Promise<number> {
  const stream = await serialPort(path).open({ baudRate: 115_200 });
  const conversation = new Conversation("echo", stream, systemClock, { lineEnds: "\r", answerTimeoutMs: 500, resync: { quietMs: 20 } });
  const exchange = { name: "PS", send: COMMAND, reply: ONE_LINE, parse: (reply: string) => reply };
  const startedMs = performance.now();
  for (let n = 0; n < COMMANDS; n += 1) await conversation.ask(exchange);
  const tookMs = performance.now() - startedMs;
  await conversation.close();
  return tookMs / COMMANDS;
}

async function bareRoundTripMs(path: string): Promise<number> {
  const port = new SerialPort({ path, baudRate: 115_200, autoOpen: false });
  await openBare(port);
  let heard = 0;
  let wake = (): void => undefined;
  port.on("data", (bytes: Buffer) => {
    heard += bytes.length;
    if (heard >= COMMAND.length) wake();
  });
  const startedMs = performance.now();
  for (let n = 0; n < COMMANDS; n += 1) {
    heard = 0;
    const answered = new Promise<void>((resolve) => {
      wake = resolve;
    });
    port.write(COMMAND);
    await answered;
  }
  const tookMs = performance.now() - startedMs;
  await new Promise<void>((resolve) => port.close(() => resolve()));
  return tookMs / COMMANDS;
}

/** Before the time is taken. The port before it may be locked a moment longer than its closing took, as for our own. */
async function openBare(port: SerialPort): Promise<void> {
  for (const untilMs = performance.now() + 1000; ; ) {
    const error = await new Promise<Error | null>((resolve) => port.open(resolve));
    if (error === null) return;
    if (performance.now() > untilMs) throw error;
  }
}

/** Moves that a virtual ProScan at 9600 baud was sent while a key was held for 5 s. */
async function ordersWhileJogging(): Promise<number> {
  const { lab } = await jog();
  return lab.heard.filter((line) => line.startsWith("G,")).length;
}

async function restAfterJogMs(): Promise<number> {
  return (await jog()).restMs;
}

async function jog(): Promise<{ lab: LabController; restMs: number }> {
  const family = LAB_FAMILIES["prior-proscan"];
  if (family === undefined) throw new Error("The lab has no prior-proscan.");
  const clock = createManualClock();
  const lab = new LabController(family.model(clock), clock);
  const controller = family.drive(lab.port, clock);
  const { stage } = controller;
  if (stage === undefined) throw new Error("The lab's prior-proscan has no stage.");
  const connecting = stage.connect();
  while (stage.status().state !== "ready") await clock.advance(10);
  await connecting;
  for (let step = 0; step < 100; step += 1) {
    stage.jog({ x: um(10), y: um(0) });
    await clock.advance(50);
  }
  const lastMs = clock.nowMs() - 50;
  while (stage.isMoving()) await clock.advance(1);
  const restMs = clock.nowMs() - lastMs;
  await controller.dispose();
  return { lab, restMs };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
