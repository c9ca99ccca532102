import type { Unsubscribe } from "../devices/api/device.ts";

/** One kind of event and who listens. */
export interface Emitter<T> {
  /** The `onDidX` to hand out. */
  readonly on: (listener: (value: T) => void) => Unsubscribe;
  /** Tells everyone. A listener that throws does not keep the others from hearing; its error goes to `onListenerError`. */
  emit(value: T): void;
  listenerCount(): number;
  /** Lets everyone go: the end of `dispose()`. */
  clear(): void;
}

/**
 * @param onListenerError default: a process warning, for a listener's error is a bug of that listener and nobody else's
 */
export function createEmitter<T>(onListenerError: (error: unknown) => void = warn): Emitter<T> {
  // A subscription is an object of its own, so that the same function may listen twice and leave once.
  let subscriptions: readonly { listener: (value: T) => void }[] = [];
  return {
    on(listener) {
      const subscription = { listener };
      subscriptions = [...subscriptions, subscription];
      return () => {
        subscriptions = subscriptions.filter((each) => each !== subscription);
      };
    },
    emit(value) {
      for (const { listener } of subscriptions) {
        try {
          listener(value);
        } catch (error) {
          onListenerError(error);
        }
      }
    },
    listenerCount: () => subscriptions.length,
    clear() {
      subscriptions = [];
    },
  };
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : new Error(String(error)));
}
