import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { entryPath } from "../../src/engine/runtime/entries.ts";
import { verifySession } from "../../src/engine/session/session-reader.ts";
import { whyNoPty } from "../lab/serial/pty.ts";

/** The processes have groups of their own, as a terminal's have, in which a signal reaches each of them. */
describe.skipIf(process.platform === "win32")("ocular run that is ended from outside", { timeout: 90_000 }, () => {
  let folder: string;

  beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), "ocular-run-ends-")); });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const start = (): ChildProcessByStdio<null, Readable, Readable> =>
    spawn(process.execPath, [entryPath("cli"), "run", "--camera", "virtual:blood-smear", "--fields", "500", "--out", folder], { stdio: ["ignore", "pipe", "pipe"], detached: true });
  /** Resolves with what it wrote and how it ended; `whenScanning` is called once a field is kept. */
  const ended = async (child: ReturnType<typeof start>, whenScanning: (pid: number) => void): Promise<{ code: number | null; signal: string | null; stdout: string; stderr: string }> => {
    const text = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => { text.stdout += chunk.toString(); });
    child.stderr.on("data", (chunk: Buffer) => { text.stderr += chunk.toString(); });
    const over = new Promise<{ code: number | null; signal: string | null }>((resolve) => { child.once("close", (code, signal) => { resolve({ code, signal }); }); });
    await fieldKept();
    whenScanning(child.pid ?? 0);
    return { ...(await over), ...text };
  };
  const fieldKept = async (): Promise<void> => {
    await expect.poll(async () => (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".ome.tif")).length, { timeout: 60_000 }).toBeGreaterThan(0);
  };
  const session = async (): ReturnType<typeof verifySession> => verifySession(join(folder, (await readdir(folder))[0] ?? ""));

  it.each(["SIGINT", "SIGHUP"] as const)("seals what was kept at %s, every field analysed by the process it was given to", async (signal) => {
    const { code, stdout, stderr } = await ended(start(), (pid) => { process.kill(-pid, signal); });
    expect({ code, stderr }).toEqual({ code: 130, stderr: "" });
    const checked = await session();
    expect(checked).toMatchObject({ ok: true, sealed: true });
    expect(stdout).toContain(`Counts over ${checked.files} field`);
  });

  it("seals what was kept when the terminal it writes to is gone", async () => {
    const child = start();
    const { code } = await ended(child, (pid) => {
      child.stdout.destroy();
      child.stderr.destroy();
      process.kill(-pid, "SIGHUP");
    });
    expect(code).toBe(130);
    expect(await session()).toMatchObject({ ok: true, sealed: true });
  });

  // Node puts its terminals back into order at its exit, and calls it a defect of its own when one has gone.
  it.skipIf(whyNoPty() !== undefined).each([
    ["the command", `'${entryPath("cli")}' run --camera virtual:blood-smear --fields 500 --out "$OUT"`, true],
    ["a script around it", `--input-type=module -e "import { script } from '${join(process.cwd(), "scripts/lib/script.mjs")}'; await script(() => new Promise((resolve) => { const wait = setInterval(() => {}, 1000); process.on('SIGHUP', () => { clearInterval(wait); resolve(1); }); console.log('ready'); }));"`, false],
  ])("ends by the terminal's own signal when that is closed: %s", async (_what, words, isSession) => {
    const status = join(folder, "status");
    const program = join(folder, "program.sh");
    const out = join(folder, "out");
    // The shell passes the terminal's end on, as a shell's own end does, and outlives it to tell how the command ended.
    await writeFile(program, `'${process.execPath}' ${words} &\ntrap "kill -HUP $!" HUP\nwait $!\nwait $!\necho $? > '${status}'\n`);
    const terminal = spawn("socat", ["-", `EXEC:sh ${program},pty,setsid,ctty`], { stdio: ["pipe", "pipe", "ignore"], env: { ...process.env, OUT: out } });
    const said = new Promise<void>((resolve) => { terminal.stdout.once("data", () => { resolve(); }); });
    if (isSession) await expect.poll(async () => (await readdir(out, { recursive: true }).catch(() => [])).filter((name) => name.endsWith(".ome.tif")).length, { timeout: 60_000 }).toBeGreaterThan(0);
    else await said;
    terminal.kill("SIGKILL");
    await expect.poll(async () => readFile(status, "utf8").catch(() => ""), { timeout: 60_000 }).toBe("129\n");
    if (isSession) expect(await verifySession(join(out, (await readdir(out))[0] ?? ""))).toMatchObject({ ok: true, sealed: true });
  });
});
