import path from "node:path";
import { BrowserWindow } from "electron";
import { APP_ORIGIN } from "./security.ts";

/** The first paint is not always told (3 of 14 starts on a busy computer without a graphics card): by a window that nobody sees nothing can be stopped. */
const SHOWN_AT_LATEST_MS = 3000;

/** Opens the one window: sandboxed, isolated, no Node in the page. Shown at its first paint, so that nothing flashes, or three seconds later at the latest. */
export function openWindow(options: { outDir: string }): BrowserWindow {
  const window = new BrowserWindow({
    width: 1366,
    height: 768,
    minWidth: 960,
    minHeight: 600,
    show: false,
    useContentSize: true,
    backgroundColor: "#16181b",
    title: "Ocular",
    autoHideMenuBar: true,
    webPreferences: {
      preload: path.join(options.outDir, "preload", "index.cjs"),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      // The picture must keep its rate while another window has the focus.
      backgroundThrottling: false,
    },
  });
  const late = setTimeout(() => { window.show(); }, SHOWN_AT_LATEST_MS);
  window.once("ready-to-show", () => {
    clearTimeout(late);
    window.show();
  });
  window.once("closed", () => { clearTimeout(late); });
  void window.loadURL(`${APP_ORIGIN}/index.html`);
  return window;
}
