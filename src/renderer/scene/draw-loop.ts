/** The page's animation frames and tasks, injected so that tests can turn them by hand. */
export interface AnimationFrames {
  request(callback: () => void): number;
  cancel(handle: number): void;
  /** Runs the callback in a task of its own: after an animation frame's work that is when the frame has gone to the compositor. */
  afterwards(callback: () => void): void;
}

/** The real ones. */
export function pageAnimationFrames(): AnimationFrames {
  return {
    request: (callback) => requestAnimationFrame(callback),
    cancel: (handle) => cancelAnimationFrame(handle),
    afterwards: (callback) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        callback();
      };
      port2.postMessage(undefined);
    },
  };
}

/** Draws once in the next animation frame after something changed, and otherwise not at all. */
export class DrawLoop {
  readonly #frames: AnimationFrames;
  readonly #draw: () => void;
  #scheduled: number | undefined;
  #disposed = false;

  constructor(frames: AnimationFrames, draw: () => void) {
    this.#frames = frames;
    this.#draw = draw;
  }

  /** Something changed. */
  invalidate(): void {
    if (this.#disposed || this.#scheduled !== undefined) return;
    this.#scheduled = this.#frames.request(() => {
      this.#scheduled = undefined;
      this.#draw();
    });
  }

  /** Runs once what was just drawn has gone to the compositor, which shows it with the screen's next refresh. */
  afterCommit(callback: () => void): void {
    this.#frames.afterwards(() => {
      if (!this.#disposed) callback();
    });
  }

  dispose(): void {
    this.#disposed = true;
    if (this.#scheduled !== undefined) this.#frames.cancel(this.#scheduled);
    this.#scheduled = undefined;
  }
}
