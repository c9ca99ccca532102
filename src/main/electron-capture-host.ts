import path from "node:path";
import { BrowserWindow, MessageChannelMain, session, systemPreferences, type Session } from "electron";
import type { CaptureHost, CapturePage } from "../engine/devices/transports/capture/capture-host.ts";
import { createEmitter } from "../engine/runtime/emitter.ts";
import { CAPTURE_CHANNEL, type CaptureRequest } from "../shared/ipc/capture.ts";
import { CAPTURE_PAGE, lockSession, serveCapturePage } from "./security.ts";

/**
 * A partition of its own, kept: Chromium's names for cameras (deviceId) are hashes that last as long as it does. Nothing
 * else of Ocular lives in it.
 */
const PARTITION = "persist:capture";

/** Webcams through Chromium: each in a hidden, sandboxed window of its own, with an empty page and one small preload. */
export function electronCaptureHost(outDir: string): CaptureHost {
  let partition: Session | undefined;
  return {
    open: () => {
      partition ??= capturePartition();
      return openPage(partition, path.join(outDir, "preload", "capture.cjs"));
    },
  };
}

function capturePartition(): Session {
  const partition = session.fromPartition(PARTITION);
  lockSession(partition, (asked) => asked.permission === "media" && asked.pageUrl === CAPTURE_PAGE && !asked.wantsAudio);
  serveCapturePage(partition);
  return partition;
}

function openPage(partition: Session, preload: string): CapturePage {
  const messages = createEmitter<unknown>();
  const gone = createEmitter<string>();
  let goneBecause: string | undefined;
  let isClosed = false;
  const { port1: ours, port2: theirs } = new MessageChannelMain();
  const window = new BrowserWindow({
    show: false, paintWhenInitiallyHidden: false, width: 100, height: 100, title: "Ocular capture",
    webPreferences: {
      session: partition, preload, sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false, spellcheck: false,
      // It is never seen, and must keep its rate.
      backgroundThrottling: false,
    },
  });
  const end = (reason: string): void => {
    if (goneBecause !== undefined || isClosed) return;
    goneBecause = reason;
    ours.close();
    if (!window.isDestroyed()) window.destroy();
    gone.emit(reason);
    messages.clear();
    gone.clear();
  };
  ours.on("message", ({ data }) => { messages.emit(data); });
  ours.start();
  window.webContents.on("render-process-gone", (_event, { reason }) => { end(reason); });
  window.on("closed", () => { end("its window was closed"); });
  const open = async (): Promise<void> => {
    await mayUseCameras();
    await window.loadURL(CAPTURE_PAGE);
    window.webContents.postMessage(CAPTURE_CHANNEL, undefined, [theirs]);
  };
  open().catch((error: unknown) => { end(error instanceof Error ? error.message : String(error)); });
  return {
    post: (request: CaptureRequest) => { if (goneBecause === undefined && !isClosed) ours.postMessage(request); },
    onMessage: messages.on,
    onGone: (listener) => {
      if (goneBecause === undefined) return gone.on(listener);
      const reason = goneBecause;
      let left = false;
      queueMicrotask(() => { if (!left) listener(reason); });
      return () => { left = true; };
    },
    close: () => {
      if (isClosed || goneBecause !== undefined) return;
      isClosed = true;
      messages.clear();
      gone.clear();
      ours.close();
      if (!window.isDestroyed()) window.destroy();
    },
  };
}

/** macOS asks the person once; the answer is kept by the system. */
async function mayUseCameras(): Promise<void> {
  if (process.platform !== "darwin" || systemPreferences.getMediaAccessStatus("camera") === "granted") return;
  const granted = await systemPreferences.askForMediaAccess("camera");
  if (!granted) throw new Error("macOS does not let Ocular use the camera: allow it in System Settings, Privacy & Security, Camera");
}
