import { useEffect, useRef } from "react";
import type { ReactNode } from "react";

/** A decision. Esc and the backdrop close it without one. */
export function Dialog(props: { readonly title: string; readonly onClose: () => void; readonly wide?: boolean; readonly testId?: string; readonly children: ReactNode; readonly actions?: ReactNode }) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={element}
      className={props.wide === true ? "oc-dialog oc-dialog--wide" : "oc-dialog"}
      aria-label={props.title}
      data-testid={props.testId}
      onCancel={(event) => { event.preventDefault(); props.onClose(); }}
      onMouseDown={(event) => { if (event.target === event.currentTarget) props.onClose(); }}
    >
      <div className="oc-dialog__frame">
        <h2 className="oc-dialog__title">{props.title}</h2>
        <div className="oc-dialog__body">{props.children}</div>
        {props.actions === undefined ? undefined : <div className="oc-dialog__actions">{props.actions}</div>}
      </div>
    </dialog>
  );
}
