import { PREVIEW_CHANNEL } from "../../shared/ipc/channels.ts";
import type { PreviewCredit, PreviewMessage } from "../../shared/ipc/contract.ts";

/** The end of a MessagePort this module needs; a fake one is two lines. */
export interface PreviewPort {
  onmessage: ((event: MessageEvent<PreviewMessage>) => void) | null;
  postMessage(credit: PreviewCredit): void;
}

/**
 * Pictures as they come, at most two in flight: more are sent only after `credit`. While nobody looks (another workspace is
 * open) the newest picture waits here without credit, so main sends no more and counts the rest as not shown.
 */
export interface PreviewSource {
  /** One looker at a time; the picture that waited comes at once. Returns its unsubscribe. */
  watch(listener: (preview: PreviewMessage) => void): () => void;
  /** That frame is on the glass. */
  credit(credit: PreviewCredit): void;
  /** Gives the source its port. A later port replaces the earlier one (main reloaded the stream). */
  attach(port: PreviewPort): void;
  /** Resolves when the first frame of all is on the glass. */
  readonly firstShown: Promise<void>;
}

export function createPreviewSource(): PreviewSource {
  let tellFirstShown: () => void = () => undefined;
  const firstShown = new Promise<void>((resolve) => { tellFirstShown = resolve; });
  let port: PreviewPort | undefined;
  let watcher: ((preview: PreviewMessage) => void) | undefined;
  let waiting: PreviewMessage | undefined;
  return {
    firstShown,
    watch(listener) {
      watcher = listener;
      if (waiting !== undefined) {
        const preview = waiting;
        waiting = undefined;
        listener(preview);
      }
      return () => {
        if (watcher === listener) watcher = undefined;
      };
    },
    credit(credit) {
      port?.postMessage(credit);
      tellFirstShown();
    },
    attach(next) {
      if (port !== undefined) port.onmessage = null;
      port = next;
      waiting = undefined;
      next.onmessage = (event) => {
        if (watcher === undefined) waiting = event.data;
        else watcher(event.data);
      };
    },
  };
}

/** Waits for the port that preload posts to this window, and for nothing else. */
export function listenForPreviewPort(source: PreviewSource, page: Window): void {
  page.addEventListener("message", (event: MessageEvent<unknown>) => {
    if (event.source !== page || event.origin !== page.location.origin) return;
    const message = event.data;
    const port = event.ports[0];
    if (typeof message !== "object" || message === null || !("type" in message) || message.type !== PREVIEW_CHANNEL || port === undefined) return;
    source.attach(port);
  });
}
