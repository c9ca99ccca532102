import type { CaptureRequest } from "../../../../shared/ipc/capture.ts";
import type { Unsubscribe } from "../../api/device.ts";

/**
 * Where webcams are captured: somewhere with a browser engine's getUserMedia. The desktop app gives a hidden window, the
 * tests a program of theirs; the command line has none.
 */
export interface CaptureHost {
  /** A place for one camera, with a process of its own. What is posted before it is ready waits. */
  open(): CapturePage;
}

/** One end of the conversation of src/shared/ipc/capture.ts. */
export interface CapturePage {
  /** Does nothing once the page is gone. */
  post(request: CaptureRequest): void;
  /** What the page says: to be parsed, for a page may have been taken over by what it decodes. */
  onMessage(listener: (message: unknown) => void): Unsubscribe;
  /** It died, or could not be opened; told once, also to who listens late. Not told after `close`. */
  onGone(listener: (reason: string) => void): Unsubscribe;
  /** Ends the page and its process; harmless when it is gone. */
  close(): void;
}
