import { evaluateHeld } from "../support/held.ts";
import { expect, test, windowIdOf } from "./support/launch.ts";

test("the window opens on our own page, sandboxed", async ({ launch }) => {
  const { app, page } = await launch();
  await expect(page).toHaveTitle(/Ocular/);
  expect(new URL(page.url()).protocol).toBe("ocular:");
  const preferences = await app.evaluate(({ BrowserWindow }, id) => {
    // Electron tells the preferences in force, but not in its types.
    const contents = BrowserWindow.fromId(id)?.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> };
    const { sandbox, contextIsolation, nodeIntegration } = contents.getLastWebPreferences();
    return { sandbox, contextIsolation, nodeIntegration };
  }, await windowIdOf({ app, page }));
  expect(preferences).toEqual({ sandbox: true, contextIsolation: true, nodeIntegration: false });
  expect(await page.evaluate(() => [typeof require, typeof process, typeof module])).toEqual(
    Array(3).fill("undefined"),
  );
});

test("the page can go nowhere, open nothing, run no inline script and reach no other host", async ({ launch }) => {
  const { app, page } = await launch({ expectedErrors: [/Content Security Policy/, /ERR_BLOCKED_BY_CLIENT/] });
  const before = page.url();
  const refused = await evaluateHeld(page, async () => {
    window.location.href = "https://example.invalid/";
    const opened = window.open("https://example.invalid/");
    const fetched = await fetch("https://example.invalid/").then(
      () => "answered",
      () => "refused",
    );
    const inline = document.createElement("script");
    inline.textContent = "document.title = 'inline script ran'";
    document.head.append(inline);
    const permission = await navigator.permissions.query({ name: "geolocation" });
    const inlineRan = document.title === "inline script ran";
    return { opened: opened !== null, fetched, inlineRan, permission: permission.state };
  });
  expect(refused).toEqual({ opened: false, fetched: "refused", inlineRan: false, permission: "denied" });
  expect(page.url()).toBe(before);
  // Of those that can be seen: the one that looks for webcams may be there as well.
  await expect.poll(() => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().filter((window) => window.isVisible()).length)).toBe(1);
});
