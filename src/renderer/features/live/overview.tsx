import { useEffect, useRef, useState } from "react";
import type { PointerEvent as ReactPointerEvent } from "react";
import { fieldOutlineOf } from "../../../core/geometry/stage-from-image.ts";
import type { Snapshot } from "../../../shared/domain/snapshot.ts";
import { useInstrument, useInstrumentState, usePreference } from "../../api/context.tsx";
import { createOverviewMap } from "../../scene/overview-map.ts";
import type { OverviewContent, OverviewMap } from "../../scene/overview-map.ts";
import { Button } from "../../ui/button.tsx";
import { formatPlural } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { keptFieldInView } from "./field-in-view.ts";
import { shiftInside } from "./shift-inside.ts";
import { livePlace } from "./live-place.ts";
import { useLive, useLiveState } from "./live-context.tsx";
import { StagePad } from "./stage-pad.tsx";

/** What the map shows, from what the instrument told. */
function overviewContent(snapshot: Snapshot | undefined, keptFieldId: string | undefined): OverviewContent {
  const fields = (snapshot?.session?.fields ?? []).flatMap(({ fieldId, outlineUm }) => (outlineUm === undefined ? [] : [{ fieldId, outlineUm }]));
  const picture = livePlace(snapshot);
  const present = picture === undefined ? undefined : fieldOutlineOf(picture);
  return { fields, present, limits: snapshot?.stage?.limits, selectedFieldId: keptFieldId };
}

/**
 * Map of the slide and the stage pad, floating over the picture's corner: drags by its title, folds away. It speaks of
 * the stage alone, so it lives in one place with the keys that move it.
 */
export function Overview() {
  const { preferences } = useInstrument();
  const open = usePreference("mapOpen");
  const fields = useInstrumentState((state) => state.snapshot?.session?.fields.length ?? 0);
  const [offset, setOffset] = useState({ x: 0, y: 0 });
  const drag = useRef<{ readonly x: number; readonly y: number }>(undefined);
  const box = useRef<HTMLElement>(null);

  const onDrag = (event: ReactPointerEvent): void => {
    const from = drag.current;
    const element = box.current;
    const around = element?.parentElement;
    if (from === undefined || element === null || around === null || around === undefined) return;
    const { x, y } = shiftInside(element.getBoundingClientRect(), around.getBoundingClientRect(), { x: event.clientX - from.x, y: event.clientY - from.y });
    drag.current = { x: event.clientX, y: event.clientY };
    setOffset({ x: offset.x + x, y: offset.y + y });
  };
  // A smaller window, or unfolding it at the upper edge, must not leave it where no pointer reaches.
  useEffect(() => {
    const element = box.current;
    const around = element?.parentElement;
    if (element === null || around === null || around === undefined) return undefined;
    const observer = new ResizeObserver(() => {
      const { x, y } = shiftInside(element.getBoundingClientRect(), around.getBoundingClientRect(), { x: 0, y: 0 });
      if (x !== 0 || y !== 0) setOffset((before) => ({ x: before.x + x, y: before.y + y }));
    });
    observer.observe(element);
    observer.observe(around);
    return () => { observer.disconnect(); };
  }, []);
  return (
    <section ref={box} className="oc-overview" aria-label="Slide map and stage" style={{ transform: `translate(${offset.x}px, ${offset.y}px)` }} data-testid="overview">
      <header
        className="oc-overview__head"
        onPointerDown={(event) => {
          if ((event.target as Element).closest("button") !== null) return;
          drag.current = { x: event.clientX, y: event.clientY };
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={onDrag}
        onPointerUp={() => { drag.current = undefined; }}
        onPointerCancel={() => { drag.current = undefined; }}
      >
        <Icon name="grip" size={16} />
        <h2 className="oc-overview__title">Slide</h2>
        <span className="oc-overview__remark">{formatPlural(fields, "field", "fields")} kept</span>
        <Button iconOnly tone="quiet" icon={open ? "chevron" : "map"} label={open ? "Fold the slide map" : "Unfold the slide map"} actionId="view.map" onPress={() => { preferences.setState({ mapOpen: !open }); }} testId="overview-fold" />
      </header>
      {open ? <><Map /><StagePad /></> : undefined}
    </section>
  );
}

function Map() {
  const live = useLive();
  const canvas = useRef<HTMLCanvasElement>(null);
  const map = useRef<OverviewMap>(undefined);
  const snapshot = useInstrumentState((state) => state.snapshot);
  const keptId = useInstrumentState((state) => keptFieldInView(state.snapshot, state.fields)?.fieldId);
  const shown = useLiveState((state) => state.shown);

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const made = createOverviewMap(element);
    map.current = made;
    const stop = made.onDidClick(({ stageUm }) => void live.show(stageUm));
    const observer = new ResizeObserver(() => { made.resize(); });
    observer.observe(element);
    return () => {
      observer.disconnect();
      stop();
      map.current = undefined;
      made.dispose();
    };
  }, [live]);
  useEffect(() => {
    const content = overviewContent(snapshot, keptId);
    // Without a stage the frame itself may still know where it was taken.
    const present = content.present ?? (shown === undefined ? undefined : fieldOutlineOf(shown));
    map.current?.setContent({ ...content, present });
  }, [snapshot, keptId, shown]);
  return <canvas ref={canvas} className="oc-overview__map" role="img" aria-label="Map of the slide: kept fields and the field in view. Click to go there." data-testid="overview-map" />;
}
