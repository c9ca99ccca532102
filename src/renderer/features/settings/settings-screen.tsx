import { useInstrument, useInstrumentState } from "../../api/context.tsx";
import type { Preferences } from "../../api/preferences.ts";
import { useStore } from "zustand";
import { formatBytes } from "../../ui/format.ts";
import { Segmented } from "../../ui/segmented.tsx";
import { CheckField } from "../../ui/text-field.tsx";
import { ValueSlider } from "../../ui/value-slider.tsx";
import { Group, Row } from "./group.tsx";
import { ModelsGroup } from "./models-group.tsx";
import { PadGroup } from "./pad-group.tsx";

/**
 * How this screen looks, and what the instrument is made of. Nothing here changes a result.
 * @param props `meaningOfKey`: what a key does already, in words
 */
export function SettingsScreen(props: { readonly meaningOfKey: (name: string) => string | undefined }) {
  const { preferences } = useInstrument();
  const chosen = useStore(preferences);
  const set = (part: Partial<Preferences>): void => { preferences.setState(part); };
  return (
    <main className="oc-page" aria-label="Settings">
      <header className="oc-page__head"><h1 className="oc-page__title">Settings</h1></header>
      <div className="oc-settings">
        <Group title="Screen">
          <Row label="Theme"><Segmented label="Theme" options={[{ value: "dark", label: "Dark" }, { value: "light", label: "Light" }]} value={chosen.theme} onChoose={(theme) => { set({ theme }); }} testId="theme" /></Row>
          <Row label="Mouse wheel over the picture"><Segmented label="Mouse wheel" options={[{ value: "zoom", label: "Zooms", hint: "Shift with the wheel focuses" }, { value: "focus", label: "Focuses", hint: "Shift with the wheel zooms" }]} value={chosen.wheel} onChoose={(wheel) => { set({ wheel }); }} /></Row>
        </Group>
        <Group title="Over the picture">
          <ValueSlider label="Opacity" value={Math.round(chosen.overlayOpacity * 100)} spec={{ min: 10, max: 100, step: 5, decimals: 0, unit: "%" }} onApply={(percent) => { set({ overlayOpacity: percent / 100 }); }} />
          <ValueSlider label="Line" value={chosen.overlayLineWidthPx} spec={{ min: 1, max: 4, step: 0.5, decimals: 1, unit: "px" }} onApply={(overlayLineWidthPx) => { set({ overlayLineWidthPx }); }} />
          <CheckField label="Class letters" checked={chosen.overlayLetters} onChange={(overlayLetters) => { set({ overlayLetters }); }} />
          <CheckField label="Counting frame" checked={chosen.countingFrameShown} onChange={(countingFrameShown) => { set({ countingFrameShown }); }} />
          <CheckField label="Scale bar" checked={chosen.scaleBarShown} onChange={(scaleBarShown) => { set({ scaleBarShown }); }} />
          <CheckField label="Stripes where the picture is saturated" checked={chosen.saturationShown} onChange={(saturationShown) => { set({ saturationShown }); }} />
        </Group>
        <PadGroup assigned={chosen.assigned} meaningOfKey={props.meaningOfKey} onAssign={(assigned) => { set({ assigned }); }} />
        <SessionFolder />
        <Model />
        <ModelsGroup />
      </div>
    </main>
  );
}

function SessionFolder() {
  const disk = useInstrumentState((state) => state.snapshot?.disk);
  return (
    <Group title="Sessions">
      <Row label="Folder"><span className="oc-selectable" data-testid="session-folder">{disk?.folder ?? "not known yet"}</span></Row>
      <Row label="Free">{disk === undefined ? "–" : formatBytes(disk.freeBytes)}</Row>
    </Group>
  );
}

function Model() {
  const analyzer = useInstrumentState((state) => state.snapshot?.analyzer);
  const identity = analyzer?.identity;
  return (
    <Group title="Analysis">
      <Row label={analyzer?.ref.kind === "rules" ? "Recipe" : "Model"}><span data-testid="model-id">{analyzer?.ref.id ?? "–"}</span></Row>
      <Row label="State">{analyzer === undefined ? "–" : `${analyzer.state}${analyzer.reason === undefined ? "" : `: ${analyzer.reason}`}`}</Row>
      <Row label="Version">{identity?.version ?? "–"}</Row>
      <Row label="SHA-256"><span className="oc-selectable oc-settings__hash" data-testid="model-sha256">{identity?.sha256 ?? "–"}</span></Row>
      <Row label="Runtime">{identity?.runtime ?? "–"}</Row>
      <Row label="Classes">{analyzer === undefined ? "–" : analyzer.classes.map((info) => info.name).join(", ")}</Row>
    </Group>
  );
}
