import type { Assignable, Preferences } from "../api/preferences.ts";
import { printedKeys } from "../ui/key-names.ts";
import type { KeyedAction } from "./keymap.ts";
import { SHORTCUT_LABELS } from "./keymap.ts";
import { appWords as words } from "./words.ts";

/** The action each assignment means. */
const ACTION_OF: Readonly<Record<Assignable, KeyedAction>> = { keep: "primary", next: "stage.nextField", stop: "stage.stop" };

type Assignments = Preferences["assigned"];
const entries = (assigned: Assignments) => (Object.keys(ACTION_OF) as Assignable[]).map((what) => ({ action: ACTION_OF[what], ...assigned[what] }));

/** The action a person gave to a key. */
export function actionOfAssignedKey(name: string, assigned: Assignments): KeyedAction | undefined {
  return entries(assigned).find(({ key }) => key === name)?.action;
}

/** The action a person gave to a button of a gamepad. */
export function actionOfButton(index: number, assigned: Assignments): KeyedAction | undefined {
  return entries(assigned).find(({ button }) => button === index)?.action;
}

/** Printed keys of every action, with what a person assigned. */
export function shortcutLabels(assigned: Assignments): Readonly<Record<string, readonly string[]>> {
  const added = entries(assigned).map(({ action, key, button }) => [
    action, [...(SHORTCUT_LABELS[action] ?? []), ...(key === undefined ? [] : [printedKeys(key)]), ...(button === undefined ? [] : [words.padButton(button)])],
  ] as const);
  return { ...SHORTCUT_LABELS, ...Object.fromEntries(added) };
}
