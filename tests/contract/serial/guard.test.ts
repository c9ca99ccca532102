import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { appRoot, entryPath } from "../../../src/engine/runtime/entries.ts";
import { systemClock } from "../../../src/engine/runtime/system-clock.ts";
import { createProscanModel } from "../../lab/serial/families/prior-proscan.ts";
import { LAB_AXIS } from "../../lab/serial/lab-axis.ts";
import { LabController } from "../../lab/serial/lab-controller.ts";
import { type PseudoTerminal, ptyOf, whyNoPty } from "../../lab/serial/pty.ts";

const obstacle = whyNoPty();
const FOLDER = mkdtempSync(join(appRoot(), "out", "victim-"));
const VICTIM = join(FOLDER, "victim.mjs");
/** The way takes 100 s: whoever stands after a few seconds has been stopped. */
const SLOW = { ...LAB_AXIS, speedUmPerS: 500 };

interface Scene {
  readonly lab: LabController;
  readonly terminal: PseudoTerminal;
  readonly victim: ChildProcess;
  readonly said: string[];
}

/** A program that moves the stage of a virtual ProScan and has its shutter open. */
async function scene(guard: string, manner: "leave" | "stay" = "stay"): Promise<Scene> {
  const lab = new LabController(createProscanModel(systemClock, 9600, SLOW), systemClock);
  const terminal = await ptyOf(lab);
  const victim = spawn(process.execPath, [VICTIM, terminal.path, guard, manner], { stdio: ["ignore", "pipe", "inherit"] });
  const said: string[] = [];
  createInterface({ input: victim.stdout }).on("line", (line) => said.push(line));
  await vi.waitFor(() => expect(said).toContain("moving"), { timeout: 15_000 });
  return { lab, terminal, victim, said };
}

function ended(victim: ChildProcess): Promise<void> {
  return victim.exitCode !== null || victim.signalCode !== null ? Promise.resolve() : new Promise((resolve) => victim.once("exit", () => resolve()));
}

function isLit({ model }: LabController): boolean {
  return Object.values(model.lights).some((level) => level() > 0);
}

describe.skipIf(obstacle !== undefined)("when the program that drives a stage and a light", () => {
  beforeAll(async () => {
    await build({ absWorkingDir: appRoot(), entryPoints: ["tests/contract/serial/victim.ts"], outfile: VICTIM, bundle: true, platform: "node", format: "esm", target: "node20.18", external: ["serialport"], logLevel: "error" });
  });
  afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

  it("is killed, its guard stops the motor and puts out the light", async () => {
    const { lab, terminal, victim, said } = await scene(entryPath("port-guard"));
    expect(lab.isMoving()).toBe(true);
    expect(isLit(lab)).toBe(true);
    const heardBefore = lab.heard.length;
    victim.kill("SIGKILL");
    await ended(victim);
    await vi.waitFor(() => expect([lab.isMoving(), isLit(lab)]).toEqual([false, false]), { timeout: 15_000 });
    expect(lab.model.axes["x"]?.motor()).toBeLessThan(20_000);
    expect(lab.heard.slice(heardBefore)).toEqual(expect.arrayContaining(["I", "8,1,1"]));
    expect(said).toEqual(["moving"]);
    await terminal.close();
  });

  it("is killed without a guard, they go on: so it was the guard", async () => {
    const { lab, terminal, victim } = await scene("none");
    const atUm = lab.model.axes["x"]?.motor() ?? Number.NaN;
    victim.kill("SIGKILL");
    await ended(victim);
    await vi.waitFor(() => expect(lab.model.axes["x"]?.motor()).toBeGreaterThan(atUm + 500), { timeout: 15_000 });
    expect([lab.isMoving(), isLit(lab)]).toEqual([true, true]);
    await terminal.close();
  });

  it("leaves in order, the guard has nothing to do", async () => {
    const { lab, terminal, victim } = await scene(entryPath("port-guard"), "leave");
    await ended(victim);
    await vi.waitFor(() => expect([lab.isMoving(), isLit(lab)]).toEqual([false, false]), { timeout: 15_000 });
    // The stop of the way out, once: the guard's would come twice more.
    expect(lab.heard.filter((line) => line === "8,1,1")).toHaveLength(1);
    await terminal.close();
  });

  it("cannot start its guard, that is told, and it works all the same", async () => {
    const { terminal, victim, said } = await scene(join(FOLDER, "no-such-guard.mjs"));
    expect(said.find((line) => line.startsWith("problem:"))).toMatch(/guard of the serial ports has ended/u);
    victim.kill("SIGKILL");
    await ended(victim);
    await terminal.close();
  });
});
