import { createContext, useContext } from "react";
import type { ReactNode } from "react";
import { useStore } from "zustand";
import type { InstrumentClient } from "./client.ts";
import type { InstrumentState, InstrumentStore } from "./instrument-store.ts";
import type { PreferenceStore, Preferences } from "./preferences.ts";
import type { PreviewSource } from "./preview-source.ts";

/** What every screen may use. */
export interface Instrument {
  readonly client: InstrumentClient;
  readonly store: InstrumentStore;
  readonly preview: PreviewSource;
  readonly preferences: PreferenceStore;
}

const InstrumentContext = createContext<Instrument | undefined>(undefined);

export function InstrumentProvider(props: { readonly instrument: Instrument; readonly children: ReactNode }) {
  return <InstrumentContext value={props.instrument}>{props.children}</InstrumentContext>;
}

export function useInstrument(): Instrument {
  const instrument = useContext(InstrumentContext);
  if (instrument === undefined) throw new Error("This screen stands outside the InstrumentProvider.");
  return instrument;
}

/** A part of what the instrument told; paints again only when that part changes. */
export function useInstrumentState<T>(select: (state: InstrumentState) => T): T {
  return useStore(useInstrument().store, select);
}

export function usePreference<K extends keyof Preferences>(key: K): Preferences[K] {
  return useStore(useInstrument().preferences, (preferences) => preferences[key]);
}
