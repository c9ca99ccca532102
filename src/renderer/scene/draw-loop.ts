/** The page's animation frames, injected so that tests can turn them by hand. */
export interface AnimationFrames {
  request(callback: (nowMs: number) => void): number;
  cancel(handle: number): void;
}

/** Draws once in the next animation frame after something changed, and otherwise not at all. */
export class DrawLoop {
  readonly #frames: AnimationFrames;
  readonly #draw: () => void;
  readonly #handles = new Set<number>();
  #scheduled = false;

  constructor(frames: AnimationFrames, draw: () => void) {
    this.#frames = frames;
    this.#draw = draw;
  }

  /** Something changed. */
  invalidate(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.nextFrame(() => {
      this.#scheduled = false;
      this.#draw();
    });
  }

  /** Runs once in the next animation frame: what was drawn in this one is then on the glass. */
  nextFrame(callback: () => void): void {
    const handle = this.#frames.request(() => {
      this.#handles.delete(handle);
      callback();
    });
    this.#handles.add(handle);
  }

  dispose(): void {
    for (const handle of this.#handles) this.#frames.cancel(handle);
    this.#handles.clear();
  }
}
