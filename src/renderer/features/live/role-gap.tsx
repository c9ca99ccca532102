import { createContext, useContext } from "react";
import type { ReactNode } from "react";
import { useShallow } from "zustand/react/shallow";
import type { DeviceKind } from "../../../shared/domain/devices.ts";
import { useInstrumentState } from "../../api/context.tsx";
import { Button } from "../../ui/button.tsx";
import { gapOf } from "./gap-of.ts";
import { liveWords as words } from "./words.ts";

const OpenDevices = createContext<() => void>(() => undefined);

/** The way from a gap on the live screen to where it can be filled. */
export function RoleGapProvider(props: { readonly onOpenDevices: () => void; readonly children: ReactNode }) {
  return <OpenDevices value={props.onOpenDevices}>{props.children}</OpenDevices>;
}

/** Why nothing can be done in a role now; undefined when it can. */
export function useGap(role: DeviceKind): ReturnType<typeof gapOf> {
  return useInstrumentState(useShallow((state) => gapOf(role, state.snapshot, state.devices)));
}

/** Stands where the controls of a role would be: nobody sits in it, or its device is away. */
export function RoleGap(props: { readonly role: DeviceKind }) {
  const open = useContext(OpenDevices);
  const gap = useGap(props.role);
  if (gap === undefined) return undefined;
  return (
    <Button tone="quiet" className={gap.isMissing ? "oc-gap oc-gap--missing" : "oc-gap"} icon={gap.isMissing ? "warning" : undefined} label={words.gaps[props.role][gap.isMissing ? "missing" : "nobody"]}
      hint={`${gap.why ?? words.gapHint}. ${words.gapOpen}`} onPress={open} testId={`gap-${props.role}`} />
  );
}
