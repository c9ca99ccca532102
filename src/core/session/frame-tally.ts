import type { SessionEvent } from "../../shared/domain/session.ts";
import type { LoggedFrames } from "./ledger-check.ts";

/** Counts the frames a log tells of, each once, whether by its header, by a kept field, or by both. */
export class FrameTally {
  readonly #seen = new Set<number>();
  readonly #kept = new Set<number>();

  add(event: SessionEvent): void {
    if (event.type === "field-kept") this.#kept.add(event.header.frameId);
    else if (event.type === "frame") this.#seen.add(event.header.frameId);
  }

  frames(): LoggedFrames {
    let recorded = 0;
    for (const frameId of this.#seen) if (!this.#kept.has(frameId)) recorded += 1;
    return { stored: this.#kept.size, recorded };
  }
}
