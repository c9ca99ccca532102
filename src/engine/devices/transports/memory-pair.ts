import { createEmitter } from "../../runtime/emitter.ts";
import type { ByteStream, StreamEnd } from "./byte-stream.ts";

/** A stream without a cable, and the means to tear it. */
export interface MemoryEnd extends ByteStream {
  /** Ends both sides as a pulled cable does; `reason` is a clause. */
  tear(reason: string): void;
}

/**
 * Two ends of one line in memory: what is written on one arrives on the other in the next turn of promises. For virtual
 * controllers in this process; time on the wire is theirs to play.
 */
export function memoryPair(): readonly [MemoryEnd, MemoryEnd] {
  const first = createEnd();
  const second = createEnd();
  first.join(second);
  second.join(first);
  return [first.end, second.end];
}

interface Half {
  readonly end: MemoryEnd;
  join(peer: Half): void;
  receive(bytes: Uint8Array): void;
  finish(end: StreamEnd): void;
}

function createEnd(): Half {
  const incoming = createEmitter<Uint8Array>();
  const endings = createEmitter<StreamEnd>();
  let peer: Half | undefined;
  let isOver = false;
  const half: Half = {
    join(other) {
      peer = other;
    },
    receive: (bytes) => {
      if (!isOver) incoming.emit(bytes);
    },
    finish(end) {
      if (isOver) return;
      isOver = true;
      endings.emit(end);
      incoming.clear();
      endings.clear();
    },
    end: {
      async write(bytes) {
        if (isOver) throw new Error("the line is closed");
        const copy = bytes.slice();
        await Promise.resolve();
        peer?.receive(copy);
      },
      onData: incoming.on,
      onClose: endings.on,
      async close() {
        // A turn later, so that what was written before still arrives.
        await Promise.resolve();
        half.finish({ isWanted: true, reason: "closed" });
        peer?.finish({ isWanted: false, reason: "the other end closed the line" });
      },
      tear(reason) {
        half.finish({ isWanted: false, reason });
        peer?.finish({ isWanted: false, reason });
      },
    },
  };
  return half;
}
