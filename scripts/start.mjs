/**
 * `npm start`: prepares what the app needs and opens it. Arguments after `--` go to the app.
 * Without a display it says so and runs the demo.
 */
import { buildAll } from "./build.mjs";
import { demo } from "./demo.mjs";
import { ensureElectron } from "./electron-runtime.mjs";
import { runDesktop } from "./lib/desktop.mjs";
import { script } from "./lib/script.mjs";
import { ensureSystemPackages } from "./system-packages.mjs";
import { hasDisplay } from "./xvfb.mjs";

await script(async () => {
  const args = process.argv.slice(2);
  if (!hasDisplay()) {
    console.log("There is no display here, so the demo runs instead of the window.");
    return demo(args);
  }
  await ensureSystemPackages({ headless: false });
  const runtime = await ensureElectron();
  await buildAll({ log: (line) => console.error(line) });
  return runDesktop(runtime, args, { env: process.env });
});
