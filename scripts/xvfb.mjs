/** A virtual display for machines without a screen. */
import { spawn } from "node:child_process";

/** Whether a window could be shown on this machine as it is. */
export function hasDisplay() {
  if (process.platform !== "linux") return true;
  return Boolean(process.env["DISPLAY"]) || Boolean(process.env["WAYLAND_DISPLAY"]);
}

/**
 * Starts Xvfb on a display number that is free (Xvfb picks it).
 *
 * @param {{ width?: number, height?: number }} [screen] in pixels
 * @returns {Promise<{ display: string, stop: () => Promise<void> }>}
 * @throws Error when Xvfb is missing or does not come up
 */
export async function startXvfb({ width = 1920, height = 1200 } = {}) {
  const args = ["-displayfd", "3", "-screen", "0", `${width}x${height}x24`, "-nolisten", "tcp", "-noreset"];
  const server = spawn("Xvfb", args, { stdio: ["ignore", "ignore", "pipe", "pipe"] });
  let said = "";
  server.stderr?.setEncoding("utf8").on("data", (text) => (said += text));
  /** @type {Promise<void>} */
  const gone = new Promise((resolve) => server.once("close", () => resolve()));
  const killWithUs = () => server.kill("SIGKILL");
  process.once("exit", killWithUs);

  const number = await new Promise((resolve, reject) => {
    let answer = "";
    const timer = setTimeout(() => reject(new Error("Xvfb did not come up within 20 s.")), 20_000);
    server.stdio[3]?.on("data", (bytes) => {
      answer += String(bytes);
      if (!answer.includes("\n")) return;
      clearTimeout(timer);
      resolve(answer.trim());
    });
    server.once("error", (error) => {
      clearTimeout(timer);
      reject(new Error(`Xvfb could not be started: ${error.message}`));
    });
    server.once("exit", (code) => {
      clearTimeout(timer);
      reject(new Error(`Xvfb ended with ${code}: ${said.trim()}`));
    });
  }).catch((error) => {
    killWithUs();
    throw error;
  });

  return {
    display: `:${number}`,
    stop: async () => {
      process.off("exit", killWithUs);
      server.kill("SIGTERM");
      await gone;
    },
  };
}

/**
 * Runs `work` with an environment in which a window can be shown: this machine's display, or a virtual one for as long
 * as `work` takes.
 *
 * @template T
 * @param {(env: NodeJS.ProcessEnv) => Promise<T>} work
 * @param {{ width?: number, height?: number, always?: boolean }} [options] `always`: a virtual one even beside a screen
 * @returns {Promise<T>}
 */
export async function withDisplay(work, { width, height, always = false } = {}) {
  if (process.platform !== "linux" || (hasDisplay() && !always)) return work(process.env);
  const screen = { ...(width && { width }), ...(height && { height }) };
  const virtual = await startXvfb(screen);
  try {
    /** @type {NodeJS.ProcessEnv} */
    const env = { ...process.env, DISPLAY: virtual.display, OCULAR_VIRTUAL_DISPLAY: "1" };
    delete env["WAYLAND_DISPLAY"];
    return await work(env);
  } finally {
    await virtual.stop();
  }
}
