/** What has the keyboard: its own keys stay its own. */
export interface KeyOwner {
  /** Lower case. */
  readonly tag: string;
  /** `type` of an input. */
  readonly type?: string | undefined;
  readonly role?: string | undefined;
  readonly editable?: boolean | undefined;
}

const SLIDER_KEYS = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"]);
const LIST_KEYS = new Set([...SLIDER_KEYS, "Space"]);
const BUTTON_KEYS = new Set(["Space", "Enter"]);

/** Keys never fire while typing in a field; only calls that no text can mean (Ctrl+K, Ctrl+1) still do. */
export function ownsKey(owner: KeyOwner, name: string): boolean {
  const typing = owner.editable === true || owner.tag === "textarea" || owner.tag === "select" || (owner.tag === "input" && !["range", "checkbox", "radio", "button", "submit"].includes(owner.type ?? "text"));
  if (typing) return !/^Ctrl\+[K1-9]$/u.test(name);
  if (owner.tag === "input" && owner.type === "range") return SLIDER_KEYS.has(name);
  if (owner.tag === "button" || owner.tag === "summary" || owner.tag === "a" || owner.tag === "input") return BUTTON_KEYS.has(name);
  if (owner.role === "list") return LIST_KEYS.has(name);
  // Going through a list chooses at once, so that Space stays what it is everywhere: the next field.
  if (owner.role === "listbox") return SLIDER_KEYS.has(name);
  return false;
}

/** Who has the keyboard, by where a key event went; undefined when nobody has. */
export function ownerOf(target: EventTarget | null): KeyOwner | undefined {
  if (!(target instanceof HTMLElement) || target === document.body) return undefined;
  return { tag: target.tagName.toLowerCase(), type: target.getAttribute("type") ?? undefined, role: target.getAttribute("role") ?? undefined, editable: target.isContentEditable };
}

/** A dialog keeps all keys to itself. */
export const dialogIsOpen = (): boolean => document.querySelector("dialog[open]") !== null;
