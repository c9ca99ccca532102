/** Sends one at a time; of those that come meanwhile only the newest waits. */
export interface LatestSender<T> {
  send(value: T): void;
}

/**
 * @param send must handle its own errors: its promise is only awaited. `isOvertaken` tells whether a newer value waits, for
 *   what is sent in parts
 * @param onIdle called when the last one was answered and none waits
 */
export function createLatestSender<T>(send: (value: T, isOvertaken: () => boolean) => Promise<void>, onIdle: () => void): LatestSender<T> {
  let busy = false;
  let waiting: { readonly value: T } | undefined;
  const isOvertaken = (): boolean => waiting !== undefined;
  const run = async (first: T): Promise<void> => {
    busy = true;
    try {
      await send(first, isOvertaken);
      while (waiting !== undefined) {
        const { value } = waiting;
        waiting = undefined;
        await send(value, isOvertaken);
      }
    } finally {
      busy = false;
      onIdle();
    }
  };
  return {
    send(value) {
      if (busy) waiting = { value };
      else void run(value);
    },
  };
}
