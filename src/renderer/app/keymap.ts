import { nameOfPress, printedKeys } from "../ui/key-names.ts";
import type { KeyPress } from "../ui/key-names.ts";
import { ownsKey } from "../ui/key-owner.ts";
import type { KeyOwner } from "../ui/key-owner.ts";

/** Action ids that have keys. The list is the only one: tooltips, the `?` overview and the palette print it. */
export const KEYMAP = {
  "primary": { keys: ["Space"] },
  "stage.left": { keys: ["ArrowLeft"], repeats: true },
  "stage.right": { keys: ["ArrowRight"], repeats: true },
  "stage.up": { keys: ["ArrowUp"], repeats: true },
  "stage.down": { keys: ["ArrowDown"], repeats: true },
  "stage.leftField": { keys: ["Shift+ArrowLeft"], repeats: true },
  "stage.rightField": { keys: ["Shift+ArrowRight"], repeats: true },
  "stage.upField": { keys: ["Shift+ArrowUp"], repeats: true },
  "stage.downField": { keys: ["Shift+ArrowDown"], repeats: true },
  "stage.nextField": { keys: ["J"], repeats: true },
  "stage.stop": { keys: ["Escape"] },
  "focus.up": { keys: ["PageUp"], repeats: true },
  "focus.down": { keys: ["PageDown"], repeats: true },
  "focus.upCoarse": { keys: ["Shift+PageUp"], repeats: true },
  "focus.downCoarse": { keys: ["Shift+PageDown"], repeats: true },
  "focus.auto": { keys: ["A"] },
  "annotation.class.1": { keys: ["1"] },
  "annotation.class.2": { keys: ["2"] },
  "annotation.class.3": { keys: ["3"] },
  "annotation.class.4": { keys: ["4"] },
  "annotation.class.5": { keys: ["5"] },
  "annotation.class.6": { keys: ["6"] },
  "annotation.class.7": { keys: ["7"] },
  "annotation.class.8": { keys: ["8"] },
  "annotation.class.9": { keys: ["9"] },
  "annotation.reject": { keys: ["Backspace", "Delete"] },
  "annotation.undo": { keys: ["Ctrl+Z"] },
  "cells.list": { keys: ["."] },
  "session.pause": { keys: ["P"] },
  "view.fit": { keys: ["F"] },
  "view.oneToOne": { keys: ["0"] },
  "view.zoomIn": { keys: ["+", "="], repeats: true },
  "view.zoomOut": { keys: ["-"], repeats: true },
  "view.crosshair": { keys: ["G"] },
  "view.map": { keys: ["M"] },
  "contrast.auto": { keys: ["C"] },
  "overlays.toggle": { keys: ["H"] },
  "devices.add": { keys: ["N"] },
  "devices.look": { keys: ["L"] },
  "devices.reconnect": { keys: ["R"] },
  "devices.search": { keys: ["/"] },
  "app.keys": { keys: ["?"] },
  "app.palette": { keys: ["Ctrl+K"] },
  "app.live": { keys: ["Ctrl+1"] },
  "app.library": { keys: ["Ctrl+2"] },
  "app.devices": { keys: ["Ctrl+3"] },
  "app.settings": { keys: ["Ctrl+4"] },
  "app.compare": { keys: ["Ctrl+5"] },
  "app.recipes": { keys: ["Ctrl+6"] },
  "app.explorer": { keys: ["Ctrl+7"] },
  "app.batch": { keys: ["Ctrl+8"] },
} as const satisfies Readonly<Record<string, { readonly keys: readonly string[]; readonly repeats?: true }>>;
export type KeyedAction = keyof typeof KEYMAP;

/** The action of a key press; undefined when the key has none or belongs to what has the keyboard. */
export function actionOfPress(press: KeyPress, owner: KeyOwner | undefined): KeyedAction | undefined {
  const name = nameOfPress(press);
  const found = actionOfKey(name);
  if (found === undefined) return undefined;
  if (press.repeat && !("repeats" in KEYMAP[found])) return undefined;
  return owner !== undefined && ownsKey(owner, name) ? undefined : found;
}

/** The action that has a key, by the key's name. */
export function actionOfKey(name: string): KeyedAction | undefined {
  return (Object.keys(KEYMAP) as KeyedAction[]).find((id) => (KEYMAP[id].keys as readonly string[]).includes(name));
}

/** Printed keys of every action, for tooltips. */
export const SHORTCUT_LABELS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(Object.entries(KEYMAP).map(([id, binding]) => [id, binding.keys.map(printedKeys)]));
