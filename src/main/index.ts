import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { app } from "electron";
import { launchScene, sceneOf, storedDevicesIn } from "./first-scene.ts";
import { openCallDoor } from "./early-calls.ts";
import { lockNavigation, lockSession, readPageFiles, registerAppScheme, servePage } from "./security.ts";
import { openWindow } from "./window.ts";

/**
 * The first file that runs, and a small one on purpose: Chromium, the window's process and the instrument's code start
 * side by side. Everything else is in app.ts.
 */
const outDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

// Chromium's own files must have their place before anything of it starts.
const profileDir = app.commandLine.getSwitchValue("profile-dir");
if (profileDir !== "") app.setPath("userData", path.resolve(profileDir));
const pageFiles = readPageFiles(path.join(outDir, "renderer"));
registerAppScheme();
lockNavigation();

if (app.requestSingleInstanceLock()) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    app.exit(2);
  });
} else {
  process.stderr.write("Ocular is already running with this profile: use its window, or give another --profile-dir.\n");
  app.exit(3);
}

async function main(): Promise<void> {
  // Chromium takes a while to be ready: the first view is drawn and the instrument's code is read meanwhile.
  const isSetUp = existsSync(storedDevicesIn(app.getPath("userData")));
  const launched = launchScene(sceneOf(process.argv.slice(1), isSetUp), path.join(app.getPath("userData"), "first-views"));
  const loaded = import("./app.ts");
  await app.whenReady();
  lockSession();
  servePage(pageFiles);
  // The page may be quicker than the instrument's code: its calls wait, and that it has loaded is remembered.
  const door = openCallDoor();
  const window = openWindow({ outDir });
  let isPageReady = false;
  window.webContents.once("dom-ready", () => { isPageReady = true; });
  const { runApp } = await loaded;
  runApp({ window, door, isPageReady }, launched);
}
