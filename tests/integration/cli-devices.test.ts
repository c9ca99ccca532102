import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeConfiguration } from "../../src/engine/devices/setup/configuration/configuration-file.ts";
import { entryPath } from "../../src/engine/runtime/entries.ts";
import { systemClock } from "../../src/engine/runtime/system-clock.ts";
import { readSession } from "../../src/engine/session/session-reader.ts";
import type { DeviceConfiguration } from "../../src/shared/domain/device-configuration.ts";
import { LAB_FAMILIES } from "../lab/serial/families.ts";
import { LabController } from "../lab/serial/lab-controller.ts";
import { type PseudoTerminal, ptyOf, whyNoPty } from "../lab/serial/pty.ts";

const FIXTURES = resolve(import.meta.dirname, "../../src/engine/devices/setup/micro-manager/fixtures");

function ocular(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [entryPath("cli"), ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const text = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (text.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (text.stderr += chunk.toString()));
  return new Promise((done) => child.once("close", (code) => done({ code, ...text })));
}

describe("ocular devices", () => {
  let folder: string;
  beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), "ocular-cli-devices-")); });
  afterAll(() => rm(folder, { recursive: true }));

  it("makes a configuration of a Micro-Manager file, says what it left out, and writes over nothing", async () => {
    const out = join(folder, "mm.yaml");
    const first = await ocular("devices", "import-mm", join(FIXTURES, "prior-and-basler.cfg"), "--out", out);
    expect(first).toMatchObject({ code: 0, stdout: `Written: ${out}\n` });
    expect(first.stderr).toContain("adapter Wheel-1 of library Prior");
    expect(await readFile(out, "utf8")).toContain("family: prior-proscan");
    const second = await ocular("devices", "import-mm", join(FIXTURES, "prior-and-basler.cfg"), "--out", out);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain("it is there already");
    expect(await ocular("devices", "import-mm", join(folder, "none.cfg"))).toMatchObject({ code: 1, stdout: "" });
  }, 60_000);

  it("says of a configuration what is missing and what is wrong with it", async () => {
    const file = join(folder, "wrong.yaml");
    await writeFile(file, "format: ocular-devices\nversion: 1\nname: x\ndevices:\n  - {key: a, name: Stage, family: prior-proscan, port: /dev/no-such-port, options: {stage: {}}}\n  - {key: b, name: Odd, family: dslr}\n");
    const { code, stderr } = await ocular("devices", "check", file);
    expect(code).toBe(1);
    expect(stderr).toMatch(/a: .*not plugged in/u);
    expect(stderr).toMatch(/b: .*"dslr" is not supported/u);
    await writeFile(file, "format: [");
    expect((await ocular("devices", "check", file)).stderr).toMatch(/is not valid/u);
    expect((await ocular("run", "--config", file, "--out", folder)).code).toBe(1);
    expect((await ocular("run", "--config", file, "--camera", "virtual:nuclei", "--out", folder)).code).toBe(2);
  }, 60_000);

  describe.skipIf(whyNoPty() !== undefined)("with a virtual ProScan on a pseudo-terminal", () => {
    let terminal: PseudoTerminal;
    let controller: LabController;
    beforeAll(async () => {
      const family = LAB_FAMILIES["prior-proscan"];
      if (family === undefined) throw new Error("the lab has no ProScan");
      controller = new LabController(family.model(systemClock), systemClock);
      terminal = await ptyOf(controller);
    });
    afterAll(() => terminal.close());

    it("finds it, checks it, and runs a session with it and the virtual camera", async () => {
      const probed = await ocular("devices", "probe", terminal.path);
      expect(probed).toMatchObject({ code: 0 });
      expect(probed.stdout).toMatch(/^prior-proscan {2}Prior .* 9600 baud/u);

      const configuration: DeviceConfiguration = {
        format: "ocular-devices", version: 1, name: "Bench", objectives: [],
        devices: [
          { key: "stage", name: "Stage", family: "prior-proscan", port: terminal.path, options: { stage: {}, focus: {} } },
          { key: "virtual", name: "Virtual", family: "virtual", options: { specimen: "nuclei", seed: 3 } },
        ],
        roles: { camera: { device: "virtual", part: "camera" }, xyStage: { device: "stage" }, objectiveTurret: { device: "virtual" }, illumination: { device: "virtual" } },
      };
      const file = join(folder, "bench.yaml");
      await writeFile(file, writeConfiguration(configuration));
      const checked = await ocular("devices", "check", file);
      expect(checked, checked.stderr).toMatchObject({ code: 0 });
      expect(checked.stdout).toMatch(/stage {2}stage {2}ProScan stage {2}ready, at x /u);

      const ran = await ocular("run", "--config", file, "--model", "nuclei", "--fields", "2", "--out", folder, "--frame-rate", "5");
      expect(ran, ran.stderr).toMatchObject({ code: 0 });
      const session = /Session: (?<folder>.+)/u.exec(ran.stdout)?.groups?.["folder"] ?? "";
      const headers = (await readSession(session)).records.flatMap(({ event }) => (event.type === "frame" ? [event.header] : []));
      // The last field lies where the motors stand; of a focus that nobody does nothing is said.
      const last = headers.at(-1);
      expect(last?.stagePositionUm?.x).toBeCloseTo(controller.model.axes["x"]?.position() ?? Number.NaN, 0);
      expect(Math.abs(last?.stagePositionUm?.x ?? 0)).toBeGreaterThan(20);
      expect(last).toMatchObject({ settled: true });
      expect(last).not.toHaveProperty("focusPositionUm");
    }, 240_000);
  });
});
