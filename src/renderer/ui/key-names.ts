/** How keys are written: in the keymap, in preferences, and on a keycap. */

/** What of a keyboard event matters. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly repeat: boolean;
}

/** Name of a key press as the keymap writes it. Shift is part of the name only where it does not make the character. */
export function nameOfPress(press: KeyPress): string {
  const key = press.key === " " ? "Space" : press.key.length === 1 ? press.key.toUpperCase() : press.key;
  const makesCharacter = press.key.length === 1 && press.key !== " " && !/[a-z]/iu.test(press.key);
  const parts = [press.ctrlKey || press.metaKey ? "Ctrl" : undefined, press.altKey ? "Alt" : undefined, press.shiftKey && !makesCharacter ? "Shift" : undefined, key];
  return parts.filter((part) => part !== undefined).join("+");
}

const PRINTED: Readonly<Record<string, string>> = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", PageUp: "PgUp", PageDown: "PgDn", Escape: "Esc" };

/** A key as it is printed on a keycap: "Shift+ArrowLeft" -> "Shift ←". */
export function printedKeys(name: string): string {
  if (name === "+") return "+";
  return name.split("+").map((part) => PRINTED[part] ?? part).join(" ");
}
