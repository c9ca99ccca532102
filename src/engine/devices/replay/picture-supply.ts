import { OcularError } from "../../../shared/errors.ts";
import type { FeedItem, PictureFeed } from "./picture-feed.ts";

/** Where the camera takes its next picture from. */
export interface PictureSupply {
  /** What comes next, without taking it; the same promise until {@link take}. */
  peek(): Promise<FeedItem>;
  /** Done with what {@link peek} gave: go on to the next. */
  take(): void;
  /** Back to the first picture, where that costs nothing; absent where the files must be read again. */
  readonly rewind?: () => void;
  /** Resolves when nothing is being read: what has been asked for so far is there. */
  settled(): Promise<void>;
}

/** Decodes ahead by a few pictures, so that one slow file does not show. */
export function readAhead(feed: PictureFeed, depth: number): PictureSupply {
  const queue: Promise<FeedItem>[] = [];
  const refill = (): void => {
    while (queue.length < depth) {
      const item = feed.next();
      // Whoever peeks hears of a failure; until then it is no unhandled one.
      item.catch(() => "told to the one who peeks");
      queue.push(item);
    }
  };
  return {
    peek() {
      refill();
      return queue[0] ?? Promise.resolve({ kind: "end" });
    },
    take() {
      void queue.shift();
      refill();
    },
    async settled() {
      await Promise.allSettled(queue);
    },
  };
}

/**
 * Everything decoded beforehand and kept: playing costs no decoding at all.
 *
 * @param feed one that does not loop
 * @throws OcularError `InvalidInput` above `maxBytes`
 */
export async function loadAll(feed: PictureFeed, loop: boolean, maxBytes: number): Promise<PictureSupply> {
  const items: FeedItem[] = [];
  let bytes = 0;
  for (let item = await feed.next(); item.kind !== "end"; item = await feed.next()) {
    bytes += item.kind === "picture" ? item.picture.pixels.byteLength : 0;
    if (bytes > maxBytes) throw new OcularError({ tag: "InvalidInput", what: "A replay from memory", reason: `the pictures need more than ${maxBytes} bytes; stream them instead` });
    items.push(item);
  }
  const canLoop = loop && items.some((item) => item.kind === "picture");
  let position = 0;
  return {
    peek() {
      if (canLoop) position %= items.length;
      return Promise.resolve(items[position] ?? { kind: "end" });
    },
    take() {
      position += 1;
    },
    rewind() {
      position = 0;
    },
    settled: () => Promise.resolve(),
  };
}
