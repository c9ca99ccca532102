import { useEffect, useLayoutEffect, useRef } from "react";
import type { ReactNode } from "react";

/**
 * A decision. Esc and the backdrop close it without one. With `keepsWork` the backdrop does nothing, for a stray click must not
 * throw away what was filled in; Esc still asks `onClose`, which may as well go back a step.
 */
export function Dialog(props: { readonly title: string; readonly onClose: () => void; readonly wide?: boolean; readonly keepsWork?: boolean; readonly testId?: string; readonly children: ReactNode; readonly actions?: ReactNode }) {
  const element = useRef<HTMLDialogElement>(null);
  const close = useRef(props.onClose);
  useEffect(() => {
    close.current = props.onClose;
  });
  // Closed while it is still part of the page: only then the keyboard goes back to whom it had it from.
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    // Chromium asks the page only once whether Esc may close a dialog: the key is taken before it comes to that.
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== "Escape" || event.defaultPrevented || [...document.querySelectorAll("dialog[open]")].at(-1) !== dialog) return;
      event.preventDefault();
      close.current();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => {
      window.removeEventListener("keydown", onKeyDown);
      dialog?.close();
    };
  }, []);
  return (
    <dialog
      ref={element}
      className={props.wide === true ? "oc-dialog oc-dialog--wide" : "oc-dialog"}
      aria-label={props.title}
      data-testid={props.testId}
      onCancel={(event) => { event.preventDefault(); props.onClose(); }}
      onMouseDown={(event) => { if (event.target === event.currentTarget && props.keepsWork !== true) props.onClose(); }}
    >
      <div className="oc-dialog__frame">
        <h2 className="oc-dialog__title">{props.title}</h2>
        <div className="oc-dialog__body">{props.children}</div>
        {props.actions === undefined ? undefined : <div className="oc-dialog__actions">{props.actions}</div>}
      </div>
    </dialog>
  );
}
