import { exposureBeganMs } from "../../core/acquisition/exposure-began.ts";
import type { Clock } from "../../core/clock.ts";
import type { FrameHeader } from "../../shared/domain/frame.ts";
import { OcularError } from "../../shared/errors.ts";
import type { PooledBuffer } from "../devices/api/frame-pool.ts";

/** Which frame is wanted, and for how long one waits. */
export interface KeepNextOptions {
  /** Host time from which the exposure must have begun; 0 takes the next frame that comes. */
  readonly afterHostTimeMs: number;
  /** Default true: no axis may have moved during the exposure. */
  readonly settledOnly?: boolean;
  /** Default 10 000 ms. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

interface Waiter<T> {
  readonly wants: (header: FrameHeader) => boolean;
  readonly take: (frame: T) => void;
  readonly fail: (error: OcularError) => void;
}

/** People and procedures that wait for a frame of a certain kind. A frame serves all who want it, each as an owner. */
export function createFrameWaiters<T extends { readonly header: FrameHeader; readonly buffer: PooledBuffer }>({ clock, deviceId }: { readonly clock: Clock; readonly deviceId: string }) {
  const waiters = new Set<Waiter<T>>();
  const command = "keep a frame";
  const canceled = (): OcularError => new OcularError({ tag: "Canceled", what: `${deviceId} ${command}` });

  return {
    wait(options: KeepNextOptions): Promise<T> {
      const { afterHostTimeMs, settledOnly = true, timeoutMs = 10_000, signal } = options;
      return new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(canceled());
          return;
        }
        const over = new AbortController();
        const settle = (): void => {
          waiters.delete(waiter);
          signal?.removeEventListener("abort", cancel);
          over.abort();
        };
        const waiter: Waiter<T> = {
          wants: (header) =>
            header.status === "complete" &&
            (header.settled || !settledOnly) &&
            exposureBeganMs(header) >= afterHostTimeMs,
          take(frame) {
            settle();
            frame.buffer.retain();
            resolve(frame);
          },
          fail(error) {
            settle();
            reject(error);
          },
        };
        const cancel = (): void => waiter.fail(canceled());
        signal?.addEventListener("abort", cancel, { once: true });
        waiters.add(waiter);
        clock.delay(timeoutMs, over.signal).then(
          () => waiter.fail(new OcularError({ tag: "DeviceTimeout", deviceId, command, timeoutMs })),
          () => undefined, // Served or canceled first.
        );
      });
    },
    /** Hands the frame to everyone who wants it. */
    serve(frame: T): void {
      for (const waiter of [...waiters]) {
        if (waiter.wants(frame.header)) waiter.take(frame);
      }
    },
    /** None will come for a reason that lasts: everyone is told it now, not after his deadline as a silence of the camera. */
    fail(error: OcularError): void {
      for (const waiter of [...waiters]) waiter.fail(error);
    },
    dispose(): void {
      for (const waiter of [...waiters]) waiter.fail(canceled());
    },
  };
}
