import type { ReactNode } from "react";

/** Settings that belong together. */
export function Group(props: { readonly title: string; readonly children: ReactNode }) {
  return <section className="oc-settings__group" aria-label={props.title}><h2 className="oc-settings__title">{props.title}</h2>{props.children}</section>;
}

/** One setting with its name. */
export function Row(props: { readonly label: string; readonly children: ReactNode }) {
  return <div className="oc-settings__row"><span className="oc-settings__label">{props.label}</span><span className="oc-settings__value">{props.children}</span></div>;
}
