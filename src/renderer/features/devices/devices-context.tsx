import { createContext, useContext } from "react";
import type { ReactNode } from "react";
import { useStore } from "zustand";
import type { DevicesController, DevicesState } from "./devices-controller.ts";

const DevicesContext = createContext<DevicesController | undefined>(undefined);

export function DevicesProvider(props: { readonly controller: DevicesController; readonly children: ReactNode }) {
  return <DevicesContext value={props.controller}>{props.children}</DevicesContext>;
}

export function useDevices(): DevicesController {
  const controller = useContext(DevicesContext);
  if (controller === undefined) throw new Error("This screen stands outside the DevicesProvider.");
  return controller;
}

/** A part of what the devices workspace shows; paints again only when that part changes. */
export function useDevicesState<T>(select: (state: DevicesState) => T): T {
  return useStore(useDevices().ui, select);
}
