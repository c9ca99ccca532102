import { useMemo } from "react";
import { countReport } from "../../../core/counting/count-report.ts";
import type { CountingFrame } from "../../../shared/domain/session.ts";
import { useInstrument, useInstrumentState, usePreference } from "../../api/context.tsx";
import { CellList } from "../../parts/cell-list.tsx";
import { CountsTable } from "../../parts/counts-table.tsx";
import { StopBar } from "../../parts/stop-bar.tsx";
import { LogList } from "../../parts/log-list.tsx";
import { cellRows, overlayItems } from "../../parts/overlay-items.ts";
import { Button } from "../../ui/button.tsx";
import { Skeleton } from "../../ui/notice.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { Keycap, useShortcut } from "../../ui/shortcuts.tsx";
import { CheckField } from "../../ui/text-field.tsx";
import { ValueSlider } from "../../ui/value-slider.tsx";
import { useDeviceValue } from "../../ui/use-device-value.ts";
import { CameraControlsPanel } from "./camera-controls-panel.tsx";
import { fieldInView, heldField, keptFieldInView } from "./field-in-view.ts";
import type { FieldInView } from "./field-in-view.ts";
import { useLive, useLiveState } from "./live-context.tsx";
import { cameraAnswers } from "./picture-state.ts";
import { RunningCounts } from "./running-counts.tsx";
import { SessionCard } from "./session-card.tsx";
import { liveWords as words } from "./words.ts";

/** Without a session nothing is left out: the counting frame belongs to a session. */
const WHOLE_FIELD: CountingFrame = { insetUm: 0 };

/** Session, counts, this field, log; the one primary action at the bottom right, always at the same place. */
export function SidePanel(props: { readonly onOpenSession: (name: string) => void }) {
  const session = useInstrumentState((state) => state.snapshot?.session);
  const log = useInstrumentState((state) => state.log);
  return (
    <aside className="oc-side" aria-label="Session">
      <div className="oc-side__parts">
        {session === undefined ? <Panel title="New session"><SessionCard onOpenSession={props.onOpenSession} /></Panel> : <div className="oc-side__session"><SessionCard onOpenSession={props.onOpenSession} /></div>}
        <CountsAndCells />
        <CameraControlsPanel />
        <Panel title="Log" grows testId="log-panel">
          {log.length === 0 ? <p className="oc-side__quiet">What happens is written here</p> : <LogList lines={log} follow />}
        </Panel>
      </div>
      <PrimaryAction />
    </aside>
  );
}

function CountsAndCells() {
  const live = useLive();
  const linked = useInstrumentState((state) => state.link);
  const snapshot = useInstrumentState((state) => state.snapshot);
  const fields = useInstrumentState((state) => state.fields);
  const overlay = useInstrumentState((state) => state.overlay);
  const hiddenClasses = useLiveState((state) => state.hiddenClasses);
  const selectedId = useLiveState((state) => state.selectedId);
  const heldId = useLiveState((state) => state.heldId);
  const isSilent = useLiveState((state) => state.picture === "stale");
  const classes = snapshot?.analyzer.classes;
  const session = snapshot?.session;
  const frame = session?.countingFrame ?? WHOLE_FIELD;
  const position = snapshot?.stage?.positionUm;
  const objectiveId = snapshot?.objective?.current?.id;

  // What stands in view depends on place and lens, not on every part of a snapshot.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const current = useMemo(() => fieldInView(snapshot, fields, overlay, heldId), [position, objectiveId, session?.name, fields, overlay, heldId]);
  const report = useMemo(() => (current?.field.detections === undefined ? undefined : countReport([current.field], frame, (classes ?? []).map((info) => info.id))), [current, frame, classes]);
  const rows = useMemo(() => (current === undefined ? [] : cellRows(overlayItems(current.field, classes ?? [], session?.countingFrame, undefined), snapshot?.analyzer.scoreThresholds ?? {}, current.field.header.pixelSizeUm)), [current, classes, session?.countingFrame, snapshot?.analyzer.scoreThresholds]);
  const isLastSeen = isSilent && current?.kind === "live";
  if (linked === "loading") return <Panel title="Counts"><Skeleton lines={5} /></Panel>;
  return (
    <>
      <Panel title="Counts">
        {classes === undefined || classes.length === 0 ? (
          <p className="oc-side__quiet">Classes appear when the analysis has started</p>
        ) : (
          <CountsTable
            classes={classes}
            columns={[{ id: "field", title: isLastSeen ? words.lastSeen : "This field", report, ...(isLastSeen ? { outdated: words.lastSeenHint } : {}) }, { id: "session", title: "Session", report: session?.counts, remark: "no session" }]}
            hiddenClasses={hiddenClasses}
            onToggleClass={(classId) => { live.toggleClass(classId); }}
          />
        )}
        {session?.stop === undefined ? undefined : <StopBar progress={session.stop} classes={classes ?? []} />}
        <RunningCounts classes={classes ?? []} />
      </Panel>
      <OverlayOptions />
      <Panel title="This field" grows aside={<span data-testid="field-kind">{isLastSeen ? words.lastField : remarkOf(current)}</span>} testId="field-panel">
        {rows.length === 0 ? <p className="oc-side__quiet">{current?.field.analysisError ?? (current === undefined ? words.noFieldYet : "No cell found here")}</p> : <CellList rows={rows} classes={classes ?? []} selectedId={selectedId} fieldId={current?.field.fieldId} onSelect={(id) => { live.choose(id); }} />}
      </Panel>
    </>
  );
}

function remarkOf(current: FieldInView | undefined): string {
  if (current === undefined) return "";
  return { kept: words.keptField, keeping: words.keepingField, live: words.liveField }[current.kind];
}

/** How the analysis is drawn, and from which score on a cell counts. */
function OverlayOptions() {
  const live = useLive();
  const { preferences } = useInstrument();
  const open = useLiveState((state) => state.overlayOptionsOpen);
  const classes = useInstrumentState((state) => state.snapshot?.analyzer.classes);
  const enabled = useInstrumentState((state) => state.snapshot?.analyzer.enabled);
  const opacity = usePreference("overlayOpacity");
  const shape = usePreference("overlayShape");
  return (
    <Panel title="Overlay and thresholds" open={open} onToggle={(overlayOptionsOpen) => { live.live.setState({ overlayOptionsOpen }); }} testId="overlay-options">
      <CheckField label="Analyse live pictures" checked={enabled === true} onChange={(checked) => void live.setAnalysis(checked)} testId="analysis-enabled" />
      {(classes ?? []).map((info) => <Threshold key={info.id} classId={info.id} label={info.plural} />)}
      <ValueSlider label="Opacity" value={Math.round(opacity * 100)} spec={{ min: 10, max: 100, step: 5, decimals: 0, unit: "%" }} onApply={(percent) => { preferences.setState({ overlayOpacity: percent / 100 }); }} testId="overlay-opacity" />
      <Segmented label="Shape" options={[{ value: "boxes", label: "Boxes" }, { value: "contours", label: "Outlines" }]} value={shape} onChoose={(overlayShape) => { preferences.setState({ overlayShape }); }} />
    </Panel>
  );
}

function Threshold(props: { readonly classId: string; readonly label: string }) {
  const live = useLive();
  const inForce = useInstrumentState((state) => state.snapshot?.analyzer.scoreThresholds[props.classId]);
  const score = useDeviceValue(inForce, (next) => live.setThreshold(props.classId, next));
  return <ValueSlider label={props.label} value={score.value} spec={{ min: 0, max: 1, step: 0.01, decimals: 2, unit: "" }} hint={`${props.label}: cells with a lower score are left out. 0 to 1.`} onApply={score.apply} testId={`threshold-${props.classId}`} />;
}

function PrimaryAction() {
  const live = useLive();
  const session = useInstrumentState((state) => state.snapshot?.session);
  const ready = useInstrumentState((state) => cameraAnswers(state.snapshot));
  const isKept = useInstrumentState((state) => keptFieldInView(state.snapshot, state.fields) !== undefined);
  const busy = useLiveState((state) => state.busy);
  const heldId = useLiveState((state) => state.heldId);
  const held = useInstrumentState((state) => heldField(state.snapshot, state.fields, heldId) !== undefined);
  const key = useShortcut("primary");
  const keycap = key === undefined ? undefined : <Keycap keys={key} />;
  if (session === undefined) {
    return <div className="oc-side__primary"><Button tone="primary" size="huge" label={busy.has("session.start") ? words.starting : words.start} disabled={busy.has("session.start")} onPress={() => void live.startSession()} testId="start-session">{keycap}</Button></div>;
  }
  if (session.paused) {
    return <div className="oc-side__primary"><Button tone="primary" size="huge" label="Resume session" disabled={busy.has("session.pause")} onPress={() => void live.togglePause()} testId="resume-session">{keycap}</Button></div>;
  }
  if (held) {
    return <div className="oc-side__primary"><Button tone="primary" size="huge" label={words.goOn} hint={words.goOnHint} onPress={() => { live.letGo(); }} testId="let-go">{keycap}</Button></div>;
  }
  return <div className="oc-side__primary"><Button tone="primary" size="huge" label={busy.has("field.keep") ? words.keeping : isKept ? words.keepAgain : words.keep} disabled={busy.has("field.keep") || !ready} hint={!ready ? words.cannotKeep : isKept ? words.keepAgainHint : words.keepHint} onPress={() => void live.keep()} testId="keep-field">{keycap}</Button></div>;
}
