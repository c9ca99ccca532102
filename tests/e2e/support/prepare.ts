import { buildAll } from "../../../scripts/build.mjs";
import { ensureElectron } from "../../../scripts/electron-runtime.mjs";
import { ensureSystemPackages } from "../../../scripts/system-packages.mjs";
import { hasDisplay, startXvfb } from "../../../scripts/xvfb.mjs";

/** Before the first end-to-end test: everything built, an Electron to start, and a display to show its window on. */
export default async function prepare(): Promise<(() => Promise<void>) | undefined> {
  await ensureSystemPackages({ headless: !hasDisplay() });
  const runtime = await ensureElectron();
  await buildAll();
  if (runtime.source === "fallback") process.env["ELECTRON_OVERRIDE_DIST_PATH"] = runtime.folder;
  if (hasDisplay()) return undefined;
  const virtual = await startXvfb();
  process.env["DISPLAY"] = virtual.display;
  return () => virtual.stop();
}
