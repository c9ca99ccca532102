import { z } from "zod";
import { createStore } from "zustand/vanilla";

/** What a pedal or a button of a gamepad can do. */
export const ASSIGNABLE = ["keep", "next", "stop"] as const;
export type Assignable = (typeof ASSIGNABLE)[number];

/** A key by its name (a pedal is a keyboard of few keys) and a button of any gamepad, counted from 0. */
const Assigned = z.object({ key: z.string().max(40).optional(), button: z.number().int().min(0).max(63).optional() });
export type Assigned = z.infer<typeof Assigned>;

/** What this person's screen remembers between two starts. Nothing here changes a result. */
export const Preferences = z.object({
  theme: z.enum(["dark", "light"]).catch("dark"),
  /** Last operator, offered in the start form. */
  operator: z.string().max(200).catch(""),
  overlayOpacity: z.number().min(0).max(1).catch(0.9),
  overlayLineWidthPx: z.number().min(1).max(4).catch(2),
  overlayLetters: z.boolean().catch(true),
  overlayShape: z.enum(["boxes", "contours"]).catch("boxes"),
  countingFrameShown: z.boolean().catch(true),
  scaleBarShown: z.boolean().catch(true),
  /** Stripes over saturated pixels. */
  saturationShown: z.boolean().catch(true),
  /** What the wheel alone does; Shift with the wheel does the other. */
  wheel: z.enum(["zoom", "focus"]).catch("zoom"),
  mapOpen: z.boolean().catch(true),
  stagePadOpen: z.boolean().catch(true),
  /** In the standard mapping: A keeps, Y goes on, B stops. */
  assigned: z.object({ keep: Assigned, next: Assigned, stop: Assigned }).catch({ keep: { button: 0 }, next: { button: 3 }, stop: { button: 1 } }),
});
export type Preferences = z.infer<typeof Preferences>;

export const defaultPreferences: Preferences = Preferences.parse({});

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
    const parsed = Preferences.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : defaultPreferences;
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
