import { MessageChannelMain, type MessagePortMain, type WebContents } from "electron";
import type { FrameHeader } from "../shared/domain/frame.ts";
import { PREVIEW_CHANNEL, type PreviewCredit, type PreviewMessage } from "../shared/ipc/contract.ts";
import { fillPreview, planPreview } from "../engine/preview/prepare-preview.ts";

/** Longest wait for the screen's credit before the pump offers again: a reloaded page must not stop the picture. */
const CREDIT_TIMEOUT_MS = 2000;

/**
 * Sends previews to one page, one in flight. A frame that comes while the screen still draws the last one is skipped:
 * the newest wins and nothing queues.
 */
export function createPreviewPump(nowMs: () => number): {
  /** Gives the page its end of the stream; again after each reload. */
  attach(contents: WebContents): void;
  offer(header: FrameHeader, pixels: Uint8Array): "taken" | "skipped";
  onDidShow(listener: (credit: PreviewCredit) => void): void;
  dispose(): void;
} {
  let port: MessagePortMain | undefined;
  let sentAtMs: number | undefined;
  // The message is serialised before postMessage returns, so one buffer serves every frame.
  let scratch = new ArrayBuffer(0);
  const listeners: ((credit: PreviewCredit) => void)[] = [];

  const detach = (): void => {
    port?.close();
    port = undefined;
    sentAtMs = undefined;
  };

  return {
    attach: (contents) => {
      detach();
      const { port1, port2 } = new MessageChannelMain();
      port = port1;
      port1.on("message", (message) => {
        sentAtMs = undefined;
        const credit = message.data as Partial<PreviewCredit> | undefined;
        if (typeof credit?.shownFrameId !== "number" || typeof credit.waitMs !== "number") return;
        for (const listener of listeners) listener({ shownFrameId: credit.shownFrameId, waitMs: credit.waitMs });
      });
      port1.on("close", () => { if (port === port1) detach(); });
      port1.start();
      contents.postMessage(PREVIEW_CHANNEL, undefined, [port2]);
    },
    offer: (header, pixels) => {
      if (port === undefined) return "skipped";
      if (sentAtMs !== undefined && nowMs() - sentAtMs < CREDIT_TIMEOUT_MS) return "skipped";
      const plan = planPreview(header);
      const bytes = plan.width * plan.height * (plan.layout === "rgb8" ? 3 : 1);
      if (scratch.byteLength !== bytes) scratch = new ArrayBuffer(bytes);
      fillPreview(header, pixels, plan, new Uint8Array(scratch));
      const message: PreviewMessage = {
        header, layout: plan.layout, ...(plan.cfa === undefined ? {} : { cfa: plan.cfa }),
        width: plan.width, height: plan.height, reduction: plan.reduction, pixels: scratch,
      };
      port.postMessage(message);
      sentAtMs = nowMs();
      return "taken";
    },
    onDidShow: (listener) => { listeners.push(listener); },
    dispose: detach,
  };
}
