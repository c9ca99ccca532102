import { useInstrumentState } from "../../api/context.tsx";
import { Button } from "../../ui/button.tsx";
import { NumberField } from "../../ui/number-field.tsx";
import { Keycap, useShortcut } from "../../ui/shortcuts.tsx";
import { focusStepUm } from "./field-step.ts";
import { RoleGap, useGap } from "./role-gap.tsx";
import { useLive, useLiveState } from "./live-context.tsx";

/** Arrows, place in numbers, focus. Stop appears while anything moves and stays where it is. */
export function StagePad() {
  const live = useLive();
  const stage = useInstrumentState((state) => state.snapshot?.stage);
  const focus = useInstrumentState((state) => state.snapshot?.focus);
  const focusStep = useInstrumentState((state) => focusStepUm(state.snapshot));
  const focusing = useLiveState((state) => state.busy.has("focus.auto"));
  const stageGap = useGap("xyStage");
  const focusGap = useGap("focusDrive");
  const none = stage === undefined || stageGap !== undefined;
  const axis = (range: { readonly min: number; readonly max: number } | undefined) => ({ min: range?.min ?? 0, max: range?.max ?? 0, step: 1, decimals: 1, unit: "µm" });
  return (
    <div className="oc-stage" role="group" aria-label="Stage and focus">
      <div className="oc-stage__arrows">
        <Button className="oc-stage__up" iconOnly icon="up" label="Stage up a quarter field" actionId="stage.up" disabled={none} onPress={() => { live.step("up", "quarter"); }} testId="stage-up" />
        <Button className="oc-stage__left" iconOnly icon="left" label="Stage left a quarter field" actionId="stage.left" disabled={none} onPress={() => { live.step("left", "quarter"); }} testId="stage-left" />
        <Button className="oc-stage__right" iconOnly icon="right" label="Stage right a quarter field" actionId="stage.right" disabled={none} onPress={() => { live.step("right", "quarter"); }} testId="stage-right" />
        <Button className="oc-stage__down" iconOnly icon="down" label="Stage down a quarter field" actionId="stage.down" disabled={none} onPress={() => { live.step("down", "quarter"); }} testId="stage-down" />
      </div>
      <div className="oc-stage__place">
        {stageGap === undefined ? (
          <>
            <label className="oc-stage__axis"><span>X</span><NumberField label="Stage X" value={stage?.positionUm.x} spec={axis(stage?.limits.x)} onApply={(x) => void live.moveTo(x, stage?.positionUm.y ?? 0)} testId="stage-x" /></label>
            <label className="oc-stage__axis"><span>Y</span><NumberField label="Stage Y" value={stage?.positionUm.y} spec={axis(stage?.limits.y)} onApply={(y) => void live.moveTo(stage?.positionUm.x ?? 0, y)} testId="stage-y" /></label>
          </>
        ) : <RoleGap role="xyStage" />}
        {focusGap === undefined
          ? <label className="oc-stage__axis"><span>Focus</span><NumberField label="Focus" value={focus?.positionUm} spec={{ ...axis(focus?.limits), step: focusStep, decimals: 2 }} onApply={(z) => void live.focusTo(z)} testId="focus-z" /></label>
          : <RoleGap role="focusDrive" />}
      </div>
      <div className="oc-stage__focus">
        <Button iconOnly icon="up" label={`Focus up ${focusStep} µm`} actionId="focus.up" disabled={focus === undefined || focusGap !== undefined} onPress={() => { live.focusBy(1); }} testId="focus-up" />
        <Button label="AF" hint={focusing ? "Autofocus is looking for the sharp plane" : "Autofocus"} actionId="focus.auto" disabled={focus === undefined || focusGap !== undefined || focusing} onPress={() => void live.autofocus()} testId="autofocus" />
        <Button iconOnly icon="down" label={`Focus down ${focusStep} µm`} actionId="focus.down" disabled={focus === undefined || focusGap !== undefined} onPress={() => { live.focusBy(-1); }} testId="focus-down" />
      </div>
    </div>
  );
}

/** Over the picture while anything moves: never behind another panel. */
export function StopButton() {
  const live = useLive();
  const moving = useInstrumentState((state) => state.snapshot?.stage?.moving === true || state.snapshot?.focus?.moving === true);
  const key = useShortcut("stage.stop");
  if (!moving) return undefined;
  return <div className="oc-stop"><Button tone="stop" size="large" icon="stop" label="Stop" actionId="stage.stop" onPress={() => void live.stop()} testId="stage-stop">{key === undefined ? undefined : <Keycap keys={key} />}</Button></div>;
}
