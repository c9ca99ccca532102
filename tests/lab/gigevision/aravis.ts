/** Aravis's programs as outside judges: its fake GigE Vision camera, and its tools against our virtual one. Loopback only. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { discoverGigeVision, type FoundGigeCamera } from "../../../src/engine/devices/drivers/gigevision/discover.ts";
import { GVCP_PORT } from "../../../src/engine/devices/drivers/gigevision/control/gvcp.ts";
import { createUdpNet } from "../../../src/engine/devices/transports/gige/udp-net.ts";
import { systemClock } from "../../../src/engine/runtime/system-clock.ts";

const PROGRAMS = ["arv-fake-gv-camera-0.8", "arv-tool-0.8", "arv-camera-test-0.8"] as const;

/** Why Aravis cannot judge here; undefined when it can. */
export function whyNoAravis(): string | undefined {
  if (process.platform !== "linux") return "Aravis's programs are looked for on Linux only";
  const folders = (process.env["PATH"] ?? "").split(":");
  const missing = PROGRAMS.find((program) => !folders.some((folder) => existsSync(join(folder, program))));
  return missing === undefined ? undefined : `${missing} is not installed (node scripts/system-packages.mjs installs it on Debian and Ubuntu)`;
}

/** What a program said until it ended by itself. */
export interface Said {
  readonly code: number | null;
  readonly output: string;
}

/** Runs one of Aravis's programs to its end; after `limitMs` it is killed, and what it said until then is told. */
export function runAravis(program: (typeof PROGRAMS)[number], args: readonly string[], limitMs: number): Promise<Said> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const timer = setTimeout(() => child.kill("SIGKILL"), limitMs);
    child.stdout.on("data", (bytes: Buffer) => (output += bytes.toString()));
    child.stderr.on("data", (bytes: Buffer) => (output += bytes.toString()));
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ code, output });
    });
  });
}

/** What `arv-camera-test-0.8` counted, by its own names ("n_failures"); of what is not among it, NaN. @param output what it said */
export function streamCounters(output: string): (name: string) => number {
  const counted = new Map([...output.matchAll(/^(n_\w+)\s*=\s*(\d+)/gmu)].map(([, name = "", value]) => [name, Number(value)]));
  return (name) => counted.get(name) ?? Number.NaN;
}

export interface FakeCamera {
  readonly found: FoundGigeCamera;
  stop(): Promise<void>;
}

/**
 * Starts Aravis's fake camera at 127.0.0.1 and waits until it answers.
 * @param lostPerMille of a thousand stream packets so many are thrown away
 */
export async function startFakeCamera(serial: string, lostPerMille = 0): Promise<FakeCamera> {
  await untilPortIsFree("127.0.0.1");
  const args = ["-i", "127.0.0.1", "-s", serial, ...(lostPerMille > 0 ? ["-r", String(lostPerMille)] : [])];
  const child = spawn("arv-fake-gv-camera-0.8", args, { stdio: "ignore" });
  const stop = (): Promise<void> => ended(child);
  try {
    for (let tries = 0; tries < 25; tries++) {
      if (child.exitCode !== null) throw new Error(`arv-fake-gv-camera-0.8 ended with ${child.exitCode}`);
      const cameras = await discoverGigeVision({ net: createUdpNet({ includesLoopback: true }), clock: systemClock });
      const found = cameras.find(({ identity }) => identity.serial === serial);
      if (found !== undefined) return { found, stop };
    }
    throw new Error("arv-fake-gv-camera-0.8 did not answer within 10 s");
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Another program's camera may sit at the one port that the standard has: it is waited for. */
export async function untilPortIsFree(address: string, limitMs = 60_000): Promise<void> {
  const startedMs = performance.now();
  for (;;) {
    try {
      const socket = await createUdpNet().open({ address, port: GVCP_PORT, receive: () => undefined });
      await socket.close();
      return;
    } catch (error) {
      if (performance.now() - startedMs > limitMs) throw error;
      await systemClock.delay(100);
    }
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}
