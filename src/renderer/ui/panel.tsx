import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { Icon } from "./icon.tsx";
import { keepKeyboard } from "./button.tsx";

/** A titled part of a side panel; folds where `open` is given. */
export function Panel(props: {
  readonly title: string;
  /** Right end of the title line. */
  readonly aside?: ReactNode;
  readonly open?: boolean;
  readonly onToggle?: (open: boolean) => void;
  /** Takes the room that is left and scrolls inside. */
  readonly grows?: boolean;
  readonly testId?: string;
  readonly children: ReactNode;
}) {
  const folds = props.open !== undefined;
  const open = props.open ?? true;
  return (
    <section className={classNames("oc-panel", props.grows === true && open && "oc-panel--grows")} aria-label={props.title} data-testid={props.testId}>
      <header className="oc-panel__head">
        {folds ? (
          <button type="button" className="oc-panel__fold" aria-expanded={open} onMouseDown={keepKeyboard} onClick={() => props.onToggle?.(!open)}>
            <span className={classNames("oc-panel__chevron", open && "oc-panel__chevron--open")}><Icon name="chevron" size={14} /></span>
            <h2 className="oc-panel__title">{props.title}</h2>
          </button>
        ) : (
          <h2 className="oc-panel__title">{props.title}</h2>
        )}
        {props.aside === undefined ? undefined : <div className="oc-panel__aside">{props.aside}</div>}
      </header>
      {open ? <div className="oc-panel__body">{props.children}</div> : undefined}
    </section>
  );
}
