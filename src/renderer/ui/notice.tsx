import type { ReactNode } from "react";
import { Icon } from "./icon.tsx";
import type { IconName } from "./icon.tsx";

export type Tone = "plain" | "notice" | "warning" | "error" | "ok";

/** The sign that goes with a tone: colour is never the only one. */
export const TONE_ICONS: Readonly<Record<Tone, IconName | undefined>> = { plain: undefined, notice: "notice", warning: "warning", error: "error", ok: "ok" };

/** A state said in words where it matters, with what to do. */
export function Notice(props: { readonly tone: Tone; readonly children: ReactNode; readonly action?: ReactNode; readonly testId?: string | undefined }) {
  const icon = TONE_ICONS[props.tone];
  return (
    <div className={`oc-notice oc-notice--${props.tone}`} role={props.tone === "error" ? "alert" : "status"} data-testid={props.testId}>
      {icon === undefined ? undefined : <Icon name={icon} />}
      <div className="oc-notice__text">{props.children}</div>
      {props.action}
    </div>
  );
}

/** What a place is for and the first step, where there is nothing yet. */
export function Empty(props: { readonly title: string; readonly children?: ReactNode; readonly action?: ReactNode; readonly testId?: string }) {
  return (
    <div className="oc-empty" data-testid={props.testId}>
      <p className="oc-empty__title">{props.title}</p>
      {props.children === undefined ? undefined : <div className="oc-empty__text">{props.children}</div>}
      {props.action}
    </div>
  );
}

/** Grey lines where text will be. */
export function Skeleton(props: { readonly lines: number }) {
  return (
    <div className="oc-skeleton" aria-hidden="true">
      {Array.from({ length: props.lines }, (_, line) => <div key={line} className="oc-skeleton__line" />)}
    </div>
  );
}
