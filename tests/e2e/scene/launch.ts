import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { _electron, type ElectronApplication, type Page } from "@playwright/test";
import { build } from "esbuild";

/** A window that holds the picture's test page. */
export interface SceneWindow {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly errors: readonly string[];
  close(): Promise<void>;
}

/** Bundles the harness and opens it, drawn by the software rasteriser: the same pixels on every machine. */
export async function openSceneWindow(): Promise<SceneWindow> {
  const folder = await mkdtemp(join(tmpdir(), "ocular-scene-"));
  await build({ entryPoints: [join(import.meta.dirname, "harness.ts")], outfile: join(folder, "harness.js"), bundle: true, format: "iife", target: "chrome130", logLevel: "warning" });
  const pageFile = join(folder, "index.html");
  await writeFile(pageFile, `<!doctype html><meta charset="utf-8"><title>scene</title><body style="margin: 0; background: #101010"><script src="harness.js"></script>`);
  const app = await _electron.launch({ args: ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", import.meta.dirname, `--page=${pageFile}`], timeout: 60_000 });
  const page = await app.firstWindow({ timeout: 60_000 });
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") errors.push(message.text());
  });
  await page.waitForFunction(() => "harness" in window);
  return {
    app,
    page,
    errors,
    close: async () => {
      await app.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
