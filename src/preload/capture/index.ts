import { ipcRenderer } from "electron";
import { CAPTURE_CHANNEL, type CaptureCalls, type CaptureMessage, type CaptureRequest } from "../../shared/ipc/capture.ts";
import { FramePump } from "./frame-pump.ts";
import { CaptureFailure, listCameras, OpenCamera } from "./open-camera.ts";

/*
 * The page that captures webcams: this file, in the isolated world of an empty document without a script of its own. It
 * speaks with main over one port and can do nothing else; main reads all it says with schemas.
 */

ipcRenderer.once(CAPTURE_CHANNEL, (event) => {
  const port = event.ports[0];
  if (port === undefined) return;
  serve(port);
});

function serve(port: MessagePort): void {
  const send = (message: CaptureMessage): void => { port.postMessage(message); };
  let camera: OpenCamera | undefined;
  let pump: FramePump | undefined;

  const stop = async (): Promise<Record<string, never>> => {
    const running = pump;
    pump = undefined;
    await running?.stop();
    return {};
  };
  const close = async (): Promise<Record<string, never>> => {
    await stop();
    camera?.close();
    camera = undefined;
    return {};
  };
  const need = (): OpenCamera => {
    if (camera === undefined) throw new CaptureFailure("gone", "no camera is open");
    return camera;
  };
  const calls: { [C in keyof CaptureCalls]: (given: CaptureCalls[C]["given"]) => Promise<CaptureCalls[C]["gives"]> } = {
    list: listCameras,
    open: async (given) => {
      await close();
      camera = await OpenCamera.open(given, (reason) => { send({ kind: "ended", reason }); });
      return camera.track();
    },
    apply: async ({ constraints }) => need().apply(constraints),
    start: async (given) => {
      await stop();
      pump = new FramePump(need().media, given, send);
      return {};
    },
    stop,
    close,
  };

  const answer = async (request: Exclude<CaptureRequest, { command: "credit" }>): Promise<void> => {
    try {
      // The command and what is given belong together: the union pairs them.
      const value = await (calls[request.command] as (given: unknown) => Promise<unknown>)(request.given);
      send({ kind: "answer", id: request.id, ok: true, value });
    } catch (error) {
      const { problem, message } = CaptureFailure.of(error);
      send({ kind: "answer", id: request.id, ok: false, problem, reason: message.slice(0, 500) });
    }
  };

  /** One after the other: a camera is not opened while it is being closed. */
  let turn = Promise.resolve();
  port.onmessage = (event: MessageEvent<CaptureRequest>) => {
    const request = event.data;
    if (request.command === "credit") pump?.credit();
    else turn = turn.then(() => answer(request));
  };
  navigator.mediaDevices.addEventListener("devicechange", () => { send({ kind: "devices" }); });
}
