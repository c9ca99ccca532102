import { createContext, useContext } from "react";
import type { ReactNode } from "react";

/** Keys of each action as they are printed, by action id. The app fills it from its one keymap. */
export type ShortcutLabels = Readonly<Record<string, readonly string[]>>;

const ShortcutContext = createContext<ShortcutLabels>({});

export function ShortcutProvider(props: { readonly labels: ShortcutLabels; readonly children: ReactNode }) {
  return <ShortcutContext value={props.labels}>{props.children}</ShortcutContext>;
}

/** First key of an action, for tooltips and keycaps. */
export function useShortcut(actionId: string | undefined): string | undefined {
  const labels = useContext(ShortcutContext);
  return actionId === undefined ? undefined : labels[actionId]?.[0];
}

/** Printed key. */
export function Keycap(props: { readonly keys: string }) {
  return <kbd className="oc-keycap">{props.keys}</kbd>;
}
