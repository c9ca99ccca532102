import { createStore } from "zustand/vanilla";

/** What a pedal or a button of a gamepad can do. */
export const ASSIGNABLE = ["keep", "next", "stop"] as const;
export type Assignable = (typeof ASSIGNABLE)[number];

/** A key by its name (a pedal is a keyboard of few keys) and a button of any gamepad, counted from 0. */
export interface Assigned {
  readonly key?: string | undefined;
  readonly button?: number | undefined;
}

/** What this person's screen remembers between two starts. Nothing here changes a result. */
export interface Preferences {
  readonly theme: "dark" | "light";
  /** Last operator, offered in the start form. */
  readonly operator: string;
  /** 0 to 1. */
  readonly overlayOpacity: number;
  /** 1 to 4. */
  readonly overlayLineWidthPx: number;
  readonly overlayLetters: boolean;
  readonly overlayShape: "boxes" | "contours";
  readonly countingFrameShown: boolean;
  readonly scaleBarShown: boolean;
  /** Stripes over saturated pixels. */
  readonly saturationShown: boolean;
  /** What the wheel alone does; Shift with the wheel does the other. */
  readonly wheel: "zoom" | "focus";
  readonly mapOpen: boolean;
  readonly stagePadOpen: boolean;
  readonly assigned: Readonly<Record<Assignable, Assigned>>;
}

export const defaultPreferences: Preferences = {
  theme: "dark",
  operator: "",
  overlayOpacity: 0.9,
  overlayLineWidthPx: 2,
  overlayLetters: true,
  overlayShape: "boxes",
  countingFrameShown: true,
  scaleBarShown: true,
  saturationShown: true,
  wheel: "zoom",
  mapOpen: true,
  stagePadOpen: true,
  // In the standard mapping: A keeps, Y goes on, B stops.
  assigned: { keep: { button: 0 }, next: { button: 3 }, stop: { button: 1 } },
};

type Check<T> = (value: unknown) => value is T;

const isBoolean: Check<boolean> = (value) => typeof value === "boolean";
const isText = (longest: number): Check<string> => (value): value is string => typeof value === "string" && value.length <= longest;
const isWithin = (min: number, max: number): Check<number> => (value): value is number => typeof value === "number" && value >= min && value <= max;
const isOneOf = <const T>(...allowed: readonly T[]): Check<T> => (value): value is T => allowed.some((each) => each === value);
const isKeyName = isText(40);
const isAssigned: Check<Assigned> = (value): value is Assigned => {
  if (typeof value !== "object" || value === null) return false;
  const { key, button } = value as Record<string, unknown>;
  return (key === undefined || isKeyName(key)) && (button === undefined || (Number.isInteger(button) && isWithin(0, 63)(button)));
};
const areAssigned: Check<Preferences["assigned"]> = (value): value is Preferences["assigned"] =>
  typeof value === "object" && value !== null && ASSIGNABLE.every((each) => isAssigned((value as Record<string, unknown>)[each]));

/** By hand and not by a schema: they are read before the first paint, and the schema library is not (shapes.ts). */
const CHECKS: { readonly [K in keyof Preferences]: Check<Preferences[K]> } = {
  theme: isOneOf("dark", "light"),
  operator: isText(200),
  overlayOpacity: isWithin(0, 1),
  overlayLineWidthPx: isWithin(1, 4),
  overlayLetters: isBoolean,
  overlayShape: isOneOf("boxes", "contours"),
  countingFrameShown: isBoolean,
  scaleBarShown: isBoolean,
  saturationShown: isBoolean,
  wheel: isOneOf("zoom", "focus"),
  mapOpen: isBoolean,
  stagePadOpen: isBoolean,
  assigned: areAssigned,
};

/** The part of `localStorage` used here. */
export interface TextStorage {
  getItem(key: string): string | null;
  setItem(key: string, text: string): void;
}

const KEY = "ocular.preferences.1";

/** Stored text to preferences; a value that makes no sense (an older or damaged store) becomes its default. */
export function readPreferences(storage: TextStorage): Preferences {
  const text = storage.getItem(KEY);
  if (text === null) return defaultPreferences;
  try {
    const stored: unknown = JSON.parse(text);
    if (typeof stored !== "object" || stored === null) return defaultPreferences;
    const sound = Object.entries(CHECKS).flatMap(([name, check]) => {
      const value = (stored as Record<string, unknown>)[name];
      return check(value) ? [[name, value] as const] : [];
    });
    return { ...defaultPreferences, ...Object.fromEntries(sound) };
  } catch (error) {
    // Text that is no JSON: nothing of it can be kept, and the next change replaces it.
    if (error instanceof SyntaxError) return defaultPreferences;
    throw error;
  }
}

export type PreferenceStore = ReturnType<typeof createPreferenceStore>;

/** Preferences that are written through to `storage` with every change. */
export function createPreferenceStore(storage: TextStorage) {
  const store = createStore<Preferences>(() => readPreferences(storage));
  store.subscribe((preferences) => { storage.setItem(KEY, JSON.stringify(preferences)); });
  return store;
}
