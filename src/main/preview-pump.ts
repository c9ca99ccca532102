import { MessageChannelMain, type MessagePortMain, type WebContents } from "electron";
import type { FrameHeader } from "../shared/domain/frame.ts";
import { PREVIEW_CHANNEL } from "../shared/ipc/channels.ts";
import type { PreviewCredit, PreviewMessage } from "../shared/ipc/contract.ts";
import { fillPreview, planPreview } from "../engine/preview/prepare-preview.ts";

/** Longest wait for the screen's credit before the pump offers again: a reloaded page must not stop the picture. */
const CREDIT_TIMEOUT_MS = 2000;

/**
 * Previews on their way to the glass at once. One would halve the rate wherever a picture takes longer than one camera
 * period from here to the glass, although neither end is busy (docs/adr/0008-two-previews-in-flight.md).
 */
const IN_FLIGHT = 2;

/**
 * Sends previews to one page, two in flight. A frame that comes while the screen still works on both is skipped, and of
 * two that reach the screen together it draws the newer: the newest wins and nothing queues.
 */
export function createPreviewPump(nowMs: () => number): {
  /** Gives the page its end of the stream; again after each reload. */
  attach(contents: WebContents): void;
  offer(header: FrameHeader, pixels: Uint8Array): "taken" | "skipped";
  onDidShow(listener: (credit: PreviewCredit) => void): void;
  /** Resolves when a page has its end of the stream: its code runs. */
  readonly attached: Promise<void>;
  /** Resolves when the first picture is on the glass. */
  readonly firstShown: Promise<void>;
  dispose(): void;
} {
  let port: MessagePortMain | undefined;
  /** Sent and not yet credited, oldest first. */
  let sent: { readonly frameId: number; readonly atMs: number }[] = [];
  // The message is serialised before postMessage returns, so one buffer serves every frame.
  let scratch = new ArrayBuffer(0);
  const listeners: ((credit: PreviewCredit) => void)[] = [];

  const detach = (): void => {
    port?.close();
    port = undefined;
    sent = [];
  };

  const firstShown = new Promise<void>((resolve) => { listeners.push(() => { resolve(); }); });

  let tellAttached = (): void => undefined;
  const attached = new Promise<void>((resolve) => { tellAttached = resolve; });

  return {
    attached,
    firstShown,
    attach: (contents) => {
      detach();
      const { port1, port2 } = new MessageChannelMain();
      port = port1;
      port1.on("message", (message) => {
        const credit = message.data as Partial<PreviewCredit> | undefined;
        const { shownFrameId, waitMs } = credit ?? {};
        if (typeof shownFrameId !== "number" || typeof waitMs !== "number") return;
        // An older one that is not drawn yet never will be: the screen had a newer picture before its turn came.
        sent = sent.filter(({ frameId }) => frameId > shownFrameId);
        for (const listener of listeners) listener({ shownFrameId, waitMs });
      });
      port1.on("close", () => { if (port === port1) detach(); });
      port1.start();
      contents.postMessage(PREVIEW_CHANNEL, undefined, [port2]);
      tellAttached();
    },
    offer: (header, pixels) => {
      if (port === undefined) return "skipped";
      sent = sent.filter(({ atMs }) => nowMs() - atMs < CREDIT_TIMEOUT_MS);
      if (sent.length >= IN_FLIGHT) return "skipped";
      const plan = planPreview(header);
      const bytes = plan.width * plan.height * (plan.layout === "rgb8" ? 3 : 1);
      if (scratch.byteLength !== bytes) scratch = new ArrayBuffer(bytes);
      fillPreview(header, pixels, plan, new Uint8Array(scratch));
      const message: PreviewMessage = {
        header, layout: plan.layout, ...(plan.cfa === undefined ? {} : { cfa: plan.cfa }),
        width: plan.width, height: plan.height, reduction: plan.reduction, pixels: scratch,
      };
      port.postMessage(message);
      sent.push({ frameId: header.frameId, atMs: nowMs() });
      return "taken";
    },
    onDidShow: (listener) => { listeners.push(listener); },
    dispose: detach,
  };
}
