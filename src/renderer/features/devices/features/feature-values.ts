import { createStore } from "zustand/vanilla";
import type { CameraFeatureValue } from "../../../../shared/domain/device-setup.ts";

/** What `camera.readFeatures` takes at once. */
const BATCH = 200;

/** Values of the features that somebody looks at; nothing else is ever asked of the camera. */
export interface FeatureValues {
  readonly store: ReturnType<typeof createFeatureStore>;
  /** Asks for the value soon, together with the others of this moment, and again at every refresh, until the returned function is called. */
  watch(name: string): () => void;
  /** Reads what is watched now again: values change by themselves and hang together. */
  refresh(): void;
  /** Takes the answer to a write. */
  put(value: CameraFeatureValue): void;
}

export interface FeatureValuesState {
  readonly values: Readonly<Record<string, CameraFeatureValue>>;
  /** Why the latest reading failed; absent after one that did not. */
  readonly problem: string | undefined;
}

function createFeatureStore() {
  return createStore<FeatureValuesState>(() => ({ values: {}, problem: undefined }));
}

/**
 * @param read one question for many names; rejections become `problem`
 * @param soon runs its argument once what happens now is over (a page: after this turn)
 */
export function createFeatureValues({ read, soon, wordsOf }: {
  readonly read: (names: string[]) => Promise<readonly CameraFeatureValue[]>;
  readonly soon: (task: () => void) => void;
  readonly wordsOf: (error: unknown) => string;
}): FeatureValues {
  const store = createFeatureStore();
  const watchers = new Map<string, number>();
  const wanted = new Set<string>();
  let isPlanned = false;
  let isReading = false;

  const plan = (): void => {
    if (isPlanned || isReading || wanted.size === 0) return;
    isPlanned = true;
    soon(() => {
      isPlanned = false;
      void readWanted();
    });
  };
  const readWanted = async (): Promise<void> => {
    // What was scrolled away meanwhile is no longer asked for.
    const names = [...wanted].filter((name) => watchers.has(name)).slice(0, BATCH);
    for (const name of names) wanted.delete(name);
    for (const name of wanted) if (!watchers.has(name)) wanted.delete(name);
    if (names.length === 0) return;
    isReading = true;
    try {
      const answered = await read(names);
      store.setState(({ values }) => ({ values: { ...values, ...Object.fromEntries(answered.map((value) => [value.name, value])) }, problem: undefined }));
    } catch (error) {
      store.setState({ problem: wordsOf(error) });
    } finally {
      isReading = false;
      plan();
    }
  };

  return {
    store,
    watch(name) {
      watchers.set(name, (watchers.get(name) ?? 0) + 1);
      wanted.add(name);
      plan();
      return () => {
        const left = (watchers.get(name) ?? 1) - 1;
        if (left > 0) watchers.set(name, left);
        else watchers.delete(name);
      };
    },
    refresh() {
      for (const name of watchers.keys()) wanted.add(name);
      plan();
    },
    put(value) {
      store.setState(({ values }) => ({ values: { ...values, [value.name]: value } }));
    },
  };
}
