/** Sends one at a time; of those that come meanwhile only the newest waits. */
export interface LatestSender<T> {
  send(value: T): void;
}

/**
 * @param send must handle its own errors: its promise is only awaited. `newer` aborts as soon as a newer value waits, for
 *   what is sent in parts
 * @param onIdle called when the last one was answered and none waits
 */
export function createLatestSender<T>(send: (value: T, newer: AbortSignal) => Promise<void>, onIdle: () => void): LatestSender<T> {
  let underWay: AbortController | undefined;
  let waiting: { readonly value: T } | undefined;
  const sendOne = (value: T): Promise<void> => {
    underWay = new AbortController();
    return send(value, underWay.signal);
  };
  const run = async (first: T): Promise<void> => {
    try {
      await sendOne(first);
      while (waiting !== undefined) {
        const { value } = waiting;
        waiting = undefined;
        await sendOne(value);
      }
    } finally {
      underWay = undefined;
      onIdle();
    }
  };
  return {
    send(value) {
      if (underWay === undefined) {
        void run(value);
        return;
      }
      waiting = { value };
      underWay.abort();
    },
  };
}
