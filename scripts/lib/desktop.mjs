/** Starting the desktop app from a script. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { root } from "./paths.mjs";
import { exitCode, followSignals, killGroup } from "./process.mjs";

/**
 * Lines Chromium writes on machines without a desktop bus or a graphics card; they say nothing about this app.
 */
const chromiumNoise =
  /^\[\d+:\d{4}\/[\d.]+:(ERROR|WARNING|INFO):(bus|viz_main_impl|gpu_process_host|gl_display|egl_util|object_proxy|angle_platform_impl|command_buffer_proxy_impl|gpu_channel_manager|atom_cache|x11_software_bitmap_presenter|gl_surface_presentation_helper|property|vaapi_wrapper|sandbox_linux)[\w.]*\(/;

/**
 * Starts the app, shows what it says, and waits for its end.
 *
 * @param {import("../electron-runtime.mjs").ElectronRuntime} runtime
 * @param {string[]} args arguments of the app
 * @param {{ env: NodeJS.ProcessEnv, limitMs?: number }} options
 * @returns {Promise<number>} its exit code; 124 when `limitMs` ended it
 */
export function runDesktop(runtime, args, { env, limitMs }) {
  return new Promise((resolve, reject) => {
    // A virtual display has no graphics card: WebGL is drawn in software, which newer Chromium wants to be told.
    const flags = env["OCULAR_VIRTUAL_DISPLAY"] ? ["--enable-unsafe-swiftshader"] : [];
    const child = spawn(runtime.executable, [...runtime.args, ...flags, root, ...args], {
      cwd: root,
      env,
      stdio: ["ignore", "inherit", "pipe"],
      detached: process.platform !== "win32",
    });
    const stopFollowing = followSignals(child);
    createInterface({ input: child.stderr }).on("line", (line) => {
      if (!chromiumNoise.test(line)) console.error(line);
    });
    let timedOut = false;
    const timer =
      limitMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            killGroup(child);
          }, limitMs);
    const settle = () => {
      clearTimeout(timer);
      stopFollowing();
    };
    child.once("error", (error) => {
      settle();
      reject(new Error(`Electron could not be started (${runtime.executable}): ${error.message}`));
    });
    child.once("close", (code, signal) => {
      settle();
      resolve(timedOut ? 124 : exitCode(code, signal));
    });
  });
}
