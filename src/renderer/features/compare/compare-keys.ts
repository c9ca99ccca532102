import { nameOfPress } from "../../ui/key-names.ts";
import type { KeyPress } from "../../ui/key-names.ts";
import { ownsKey } from "../../ui/key-owner.ts";
import type { KeyOwner } from "../../ui/key-owner.ts";

const KEYS = { ArrowDown: "next", ArrowUp: "previous", Enter: "confirm", "2": "second", Backspace: "reject", Delete: "reject", "Ctrl+Z": "undo" } as const;
export type CompareKey = (typeof KEYS)[keyof typeof KEYS];

/**
 * What a key says of the chosen disagreement. Verdicts go into the record: with Ctrl, held down, or pressed on a button that
 * means something else they are none.
 */
export function compareKeyOf(press: KeyPress, owner: KeyOwner | undefined): CompareKey | undefined {
  const name = nameOfPress(press);
  const key = Object.hasOwn(KEYS, name) ? KEYS[name as keyof typeof KEYS] : undefined;
  if (key === undefined || (owner !== undefined && ownsKey(owner, name))) return undefined;
  return press.repeat && key !== "next" && key !== "previous" ? undefined : key;
}
