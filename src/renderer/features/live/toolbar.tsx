import { can } from "../../../core/acquisition/acquisition-states.ts";
import { useInstrumentState } from "../../api/context.tsx";
import { Button } from "../../ui/button.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { useDeviceValue } from "../../ui/use-device-value.ts";
import { ValueSlider } from "../../ui/value-slider.tsx";
import { isCameraAway } from "./picture-state.ts";
import { RoleGap, useGap } from "./role-gap.tsx";
import { useLive, useLiveState } from "./live-context.tsx";

/** Lens, camera and light on the left; how the picture is looked at on the right. */
export function LiveToolbar() {
  const live = useLive();
  const autoContrast = useLiveState((state) => state.autoContrast);
  const contrastOpen = useLiveState((state) => state.contrastOpen);
  const crosshair = useLiveState((state) => state.crosshair);
  const overlaysShown = useLiveState((state) => state.overlaysShown);
  const saturated = useLiveState((state) => (state.histogram?.saturatedShare ?? 0) > SATURATION_WARNS);
  return (
    <div className="oc-toolbar" role="toolbar" aria-label="Picture">
      <CameraSwitch />
      <Objectives />
      <CameraValues />
      <span className="oc-toolbar__space" />
      <Button iconOnly tone="quiet" icon={saturated ? "warning" : "contrast"} className={saturated ? "oc-toolbar__warning" : undefined} label={saturated ? "Contrast: parts of the picture are saturated" : "Contrast and histogram"} pressed={contrastOpen} onPress={() => { live.live.setState({ contrastOpen: !contrastOpen }); }} testId="contrast-open" />
      <Button tone="quiet" label="Auto" hint="Auto contrast" actionId="contrast.auto" pressed={autoContrast} onPress={() => { live.toggleAutoContrast(); }} testId="auto-contrast" />
      <Button iconOnly tone="quiet" icon="overlays" label="Show the analysis over the picture" actionId="overlays.toggle" pressed={overlaysShown} onPress={() => { live.toggleOverlays(); }} testId="overlays-toggle" />
      <Button iconOnly tone="quiet" icon="crosshair" label="Crosshair" actionId="view.crosshair" pressed={crosshair} onPress={() => { live.toggleCrosshair(); }} testId="crosshair-toggle" />
      <Button iconOnly tone="quiet" icon="fit" label="Fit the whole picture" actionId="view.fit" onPress={() => { live.fit(); }} testId="view-fit" />
      <Button tone="quiet" label="1:1" hint="One camera pixel on one screen pixel" actionId="view.oneToOne" onPress={() => { live.oneToOne(); }} testId="view-one-to-one" />
    </div>
  );
}

/** Share of samples at full scale that is worth a word: single hot pixels are not. */
export const SATURATION_WARNS = 0.001;

function CameraSwitch() {
  const live = useLive();
  const acquisition = useInstrumentState((state) => state.snapshot?.acquisition);
  const busy = useLiveState((state) => state.busy.has("live.start") || state.busy.has("live.stop"));
  const recording = useInstrumentState((state) => state.snapshot?.session !== undefined);
  if (acquisition === undefined) return undefined;
  const starts = can(acquisition, "start");
  return (
    <Button
      iconOnly
      icon={starts ? "play" : "pause"}
      label={starts ? "Start the camera" : "Stop the camera"}
      actionId="live.toggle"
      disabled={busy || recording || !(starts || can(acquisition, "stop"))}
      hint={recording ? "The camera runs as long as a session is open" : undefined}
      onPress={() => void live.toggleCamera()}
      testId="camera-toggle"
    />
  );
}

function Objectives() {
  const live = useLive();
  const objective = useInstrumentState((state) => state.snapshot?.objective);
  const busy = useLiveState((state) => state.busy.has("objective.select"));
  const gap = useGap("objectiveTurret");
  // A lens that is changed by hand has no turret and is still the lens.
  if (objective === undefined || gap?.isMissing === true) return <RoleGap role="objectiveTurret" />;
  return (
    <Segmented
      label="Objective"
      options={objective.all.map((lens) => ({ value: lens.id, label: `${lens.magnification}×`, hint: `${lens.name}, NA ${lens.numericalAperture}, ${lens.immersion}` }))}
      value={objective.current?.id}
      disabled={busy}
      onChoose={(id) => void live.selectObjective(id)}
      testId="objective"
    />
  );
}

function CameraValues() {
  const live = useLive();
  const camera = useInstrumentState((state) => state.snapshot?.camera);
  const lightGap = useGap("illumination");
  const light = useInstrumentState((state) => state.snapshot?.light?.percent);
  const exposure = useDeviceValue(camera?.settings.exposureMs, (exposureMs) => live.applyCamera({ exposureMs }));
  const gain = useDeviceValue(camera?.settings.gainDb, (gainDb) => live.applyCamera({ gainDb }));
  const shine = useDeviceValue(light, (percent) => live.setLight(percent));
  // What was set last stays to be read; a camera that is away takes nothing.
  const away = useInstrumentState((state) => isCameraAway(state.snapshot));
  const exposureRange = camera?.limits.exposureMs ?? { min: 0.1, max: 1000 };
  const gainRange = camera?.limits.gainDb ?? { min: 0, max: 24 };
  return (
    <>
      <ValueSlider compact label="Exposure" value={exposure.value} scale={exposureRange.min > 0 ? "log" : "linear"} spec={{ ...exposureRange, step: 0.5, decimals: 2, unit: "ms" }} disabled={away} onApply={exposure.apply} testId="exposure" />
      <ValueSlider compact label="Gain" value={gain.value} spec={{ ...gainRange, step: 0.5, decimals: 1, unit: "dB" }} disabled={away} onApply={gain.apply} testId="gain" />
      {light === undefined || lightGap !== undefined ? <RoleGap role="illumination" /> : <ValueSlider compact label="Light" value={shine.value} spec={{ min: 0, max: 100, step: 1, decimals: 0, unit: "%" }} onApply={shine.apply} testId="light" />}
    </>
  );
}
