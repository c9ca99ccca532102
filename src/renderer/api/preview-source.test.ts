import { describe, expect, it } from "vitest";
import type { PreviewCredit, PreviewMessage } from "../../shared/ipc/contract.ts";
import { createPreviewSource } from "./preview-source.ts";
import type { PreviewPort } from "./preview-source.ts";

function fakePort() {
  const credits: PreviewCredit[] = [];
  const port: PreviewPort = { onmessage: null, postMessage: (credit) => credits.push(credit) };
  const send = (frameId: number) => port.onmessage?.({ data: { header: { frameId } } as unknown as PreviewMessage } as MessageEvent<PreviewMessage>);
  return { port, credits, send };
}

describe("the preview source", () => {
  it("hands pictures to the looker and credits back", () => {
    const source = createPreviewSource();
    const { port, credits, send } = fakePort();
    source.attach(port);
    const seen: number[] = [];
    source.watch((preview) => seen.push(preview.header.frameId));
    send(4);
    source.credit({ shownFrameId: 4, waitMs: 7 });
    expect(seen).toEqual([4]);
    expect(credits).toEqual([{ shownFrameId: 4, waitMs: 7 }]);
  });

  it("keeps the picture that comes while nobody looks, without credit, and gives it to the next looker once", () => {
    const source = createPreviewSource();
    const { port, credits, send } = fakePort();
    source.attach(port);
    source.watch(() => undefined)();
    send(9);
    expect(credits).toEqual([]);
    const seen: number[] = [];
    source.watch((preview) => seen.push(preview.header.frameId));
    source.watch((preview) => seen.push(preview.header.frameId));
    expect(seen).toEqual([9]);
  });

  it("tells once that the first frame is on the glass, and not before", async () => {
    const source = createPreviewSource();
    const { port, send } = fakePort();
    let told = 0;
    const telling = source.firstShown.then(() => { told += 1; });
    source.attach(port);
    source.watch(() => undefined);
    send(3);
    await Promise.resolve();
    expect(told).toBe(0);
    source.credit({ shownFrameId: 3, waitMs: 1 });
    source.credit({ shownFrameId: 4, waitMs: 1 });
    await telling;
    expect(told).toBe(1);
  });

  it("forgets the old port when a new one comes", () => {
    const source = createPreviewSource();
    const first = fakePort();
    const second = fakePort();
    source.attach(first.port);
    source.attach(second.port);
    source.credit({ shownFrameId: 1, waitMs: 0 });
    expect(first.port.onmessage).toBeNull();
    expect(first.credits).toEqual([]);
    expect(second.credits).toHaveLength(1);
  });
});
