import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { _electron, test as base, type ElectronApplication, type JSHandle, type Page } from "@playwright/test";
import { steadyMain } from "../../support/steady-main.ts";

const project = resolve(import.meta.dirname, "../../..");

/** How one start of the app differs from the usual one. */
export interface LaunchOptions {
  /** What Electron starts instead of the built app: the app with the lab in it (tests/e2e/lab). */
  readonly entry?: string;
  /** Arguments after the app's folder, e.g. `--camera=virtual:nuclei`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Size of the page in CSS pixels. */
  readonly width?: number;
  readonly height?: number;
  /** Folder of the sessions: an earlier start's, to see what that one saved. A fresh one otherwise. */
  readonly dataDir?: string;
  readonly profileDir?: string;
  /** Errors on the page's console that the test brings about itself. */
  readonly expectedErrors?: readonly RegExp[];
}

/** One running app, with what it has said so far. */
export interface RunningApp {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly dataDir: string;
  readonly profileDir: string;
  /** All that the main process wrote to stdout and stderr. */
  mainOutput(): string;
  /** Errors on the page's console and uncaught ones, without the expected. */
  pageErrors(): readonly string[];
  /** Quits as a user would and waits for the process to end. Harmless when it has ended already. */
  close(): Promise<void>;
  /** Ends the main process as a crash or a power cut would. */
  kill(): Promise<void>;
}

/**
 * By what main finds the app's own window (`BrowserWindow.fromId`): looking for webcams opens a hidden one, which may be the first in
 * the list of all.
 */
export async function windowIdOf({ app, page }: Pick<RunningApp, "app" | "page">): Promise<number> {
  const window = (await app.browserWindow(page)) as JSHandle<{ readonly id: number }>;
  return window.evaluate(({ id }) => id);
}

interface Fixtures {
  /** Starts the app; every started one is closed at the end of the test, which fails if its page reported an error. */
  launch: (options?: LaunchOptions) => Promise<RunningApp>;
}

export const test = base.extend<Fixtures>({
  launch: async ({}, provide, testInfo) => {
    const started: RunningApp[] = [];
    const folders: string[] = [];
    const freshFolder = async (kind: string): Promise<string> => {
      const folder = await mkdtemp(join(tmpdir(), `ocular-e2e-${kind}-`));
      folders.push(folder);
      return folder;
    };

    await provide(async (options = {}) => {
      const running = await start(options, freshFolder);
      started.push(running);
      return running;
    });

    const failed = testInfo.status !== testInfo.expectedStatus;
    for (const [index, running] of started.entries()) {
      if (failed && !running.page.isClosed()) {
        const screenshot = await running.page.screenshot({ timeout: 5000 }).catch(() => undefined);
        if (screenshot !== undefined) {
          await testInfo.attach(`page-${index}`, { body: screenshot, contentType: "image/png" });
        }
      }
      await running.close();
      const output = running.mainOutput();
      await testInfo.attach(`main-${index}`, { body: output, contentType: "text/plain" });
      if (failed) console.log(`--- the main process said:\n${output}`);
    }
    for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    const errors = started.flatMap((running) => running.pageErrors());
    if (errors.length > 0) throw new Error(`The page reported errors:\n${errors.join("\n")}`);
  },
});

export { expect } from "@playwright/test";

async function start(
  options: LaunchOptions,
  freshFolder: (kind: string) => Promise<string>,
): Promise<RunningApp> {
  const { width = 1366, height = 768, expectedErrors = [] } = options;
  const dataDir = options.dataDir ?? (await freshFolder("data"));
  const profileDir = options.profileDir ?? (await freshFolder("profile"));
  const output: string[] = [];
  const errors: string[] = [];

  const app = steadyMain(await _electron.launch({
    // Playwright finds the executable through the npm package electron, which obeys ELECTRON_OVERRIDE_DIST_PATH: this
    // way it also holds the app back until it listens, and misses nothing the page says.
    args: [
      options.entry ?? project,
      `--data-dir=${dataDir}`,
      `--profile-dir=${profileDir}`,
      `--width=${width}`,
      `--height=${height}`,
      ...(options.args ?? []),
    ],
    cwd: project,
    env: { ...environment(), ...options.env },
    timeout: 60_000,
  }));
  const child = app.process();
  const ended = new Promise<void>((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done();
    else child.once("exit", () => done());
  });
  child.stdout?.on("data", (bytes: Buffer) => output.push(bytes.toString("utf8")));
  child.stderr?.on("data", (bytes: Buffer) => output.push(bytes.toString("utf8")));

  const note = (text: string): void => {
    if (!expectedErrors.some((expected) => expected.test(text))) errors.push(text);
  };
  app.context().on("console", (message) => {
    if (message.type() === "error") note(`${message.text()} (${message.location().url})`);
  });
  app.context().on("weberror", (problem) => {
    note(problem.error().stack ?? problem.error().message);
  });

  const page = await app.firstWindow({ timeout: 60_000 }).catch(async (error: unknown) => {
    child.kill("SIGKILL");
    await ended;
    throw new Error(`No window opened. The main process said:\n${output.join("")}`, { cause: error });
  });

  return {
    app,
    page,
    dataDir,
    profileDir,
    mainOutput: () => output.join(""),
    pageErrors: () => errors,
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      // An app that does not quit when asked must not hold up every test after it.
      const limit = setTimeout(() => child.kill("SIGKILL"), 15_000);
      await app.close();
      await ended;
      clearTimeout(limit);
    },
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

function environment(): Record<string, string> {
  const known = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(known);
}
