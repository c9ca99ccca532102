/** Small helpers around child processes: no shells, always a time limit where somebody waits. */
import { spawn } from "node:child_process";
import { root } from "./paths.mjs";

/**
 * @typedef {object} Outcome
 * @property {number} code exit code; 124 when the time limit ended it, 128 + n for a signal
 * @property {string} stdout
 * @property {string} stderr
 */

/**
 * Runs a program to its end and collects what it says.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, limitMs?: number, show?: boolean }} [options] `show` passes its
 *   output through to this terminal instead of collecting it
 * @returns {Promise<Outcome>} never rejects: a program that cannot be started has code 127
 */
export function run(program, args, { cwd = root, env = process.env, limitMs, show = false } = {}) {
  return new Promise((resolve) => {
    // Its own process group, so that a time limit reaches the children of the child as well.
    const child = spawn(program, args, {
      cwd,
      env,
      stdio: show ? ["ignore", "inherit", "inherit"] : ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32",
    });
    const stopFollowing = followSignals(child);
    let stdout = "";
    let stderr = "";
    let timedOut = false;
    child.stdout?.setEncoding("utf8").on("data", (text) => (stdout += text));
    child.stderr?.setEncoding("utf8").on("data", (text) => (stderr += text));
    const timer =
      limitMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            killGroup(child);
          }, limitMs);
    child.once("error", (error) => {
      clearTimeout(timer);
      stopFollowing();
      resolve({ code: 127, stdout, stderr: `${stderr}${error.message}\n` });
    });
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      stopFollowing();
      resolve({ code: timedOut ? 124 : exitCode(code, signal), stdout, stderr });
    });
  });
}

/**
 * The exit code a shell would report.
 *
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 */
export function exitCode(code, signal) {
  return code ?? 128 + (signal === "SIGINT" ? 2 : signal === "SIGKILL" ? 9 : 15);
}

/**
 * Ends a detached child and everything it started.
 *
 * @param {import("node:child_process").ChildProcess} child
 * @param {NodeJS.Signals} [signal]
 */
export function killGroup(child, signal = "SIGKILL") {
  if (child.pid === undefined) return;
  if (process.platform === "win32") {
    child.kill(signal);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // Gone already is what was wanted.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/**
 * Passes Ctrl+C, a polite kill and the end of the terminal on to a detached child, which none of them reaches by itself.
 *
 * @param {import("node:child_process").ChildProcess} child
 * @returns {() => void} stops passing
 */
export function followSignals(child) {
  /** @param {NodeJS.Signals} signal */
  const pass = (signal) => killGroup(child, signal);
  process.on("SIGINT", pass);
  process.on("SIGTERM", pass);
  process.on("SIGHUP", pass);
  return () => {
    process.off("SIGINT", pass);
    process.off("SIGTERM", pass);
    process.off("SIGHUP", pass);
  };
}
