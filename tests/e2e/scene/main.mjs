/** A window with nothing but the picture in it: opens the page that `--page=FILE` names. */
import { app, BrowserWindow } from "electron";

// Not awaited at the top level: Electron is not ready before this module is done.
app.whenReady().then(open, (error) => {
  console.error(error);
  app.exit(1);
});

async function open() {
  const page = process.argv.find((argument) => argument.startsWith("--page="))?.slice("--page=".length);
  if (page === undefined) throw new Error("Name the page to open: --page=FILE");
  const window = new BrowserWindow({
    useContentSize: true,
    width: 1040,
    height: 790,
    webPreferences: { sandbox: true, contextIsolation: true, backgroundThrottling: false },
  });
  await window.loadFile(page);
}
