import { createContext, useContext } from "react";
import type { ReactNode } from "react";
import { useStore } from "zustand";
import type { LiveController } from "./live-controller.ts";
import type { LiveState } from "./live-store.ts";

const LiveContext = createContext<LiveController | undefined>(undefined);

export function LiveProvider(props: { readonly controller: LiveController; readonly children: ReactNode }) {
  return <LiveContext value={props.controller}>{props.children}</LiveContext>;
}

export function useLive(): LiveController {
  const controller = useContext(LiveContext);
  if (controller === undefined) throw new Error("This part stands outside the LiveProvider.");
  return controller;
}

/** A part of the live screen's own state. */
export function useLiveState<T>(select: (state: LiveState) => T): T {
  return useStore(useLive().live, select);
}
