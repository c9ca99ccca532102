/**
 * Puts text on the clipboard; false when the page may not. By the selection and not by navigator.clipboard: that one asks for a
 * permission, and Ocular gives its page none.
 */
export function copyText(text: string): boolean {
  const carrier = document.createElement("textarea");
  carrier.value = text;
  carrier.setAttribute("readonly", "");
  carrier.className = "oc-hidden-text";
  const before = document.activeElement;
  document.body.append(carrier);
  carrier.select();
  const copied = document.execCommand("copy");
  carrier.remove();
  if (before instanceof HTMLElement) before.focus();
  return copied;
}
