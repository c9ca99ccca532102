import type { FrameHeader } from "../../../shared/domain/frame.ts";
import type { Instrument } from "../../api/context.tsx";
import { disputedItems, keptComparison, liveComparison } from "../../parts/disputed-items.ts";
import { overlayItems } from "../../parts/overlay-items.ts";
import type { PictureView } from "../../scene/picture-view.ts";
import { fieldInView } from "./field-in-view.ts";
import type { LiveController } from "./live-controller.ts";

/** A camera that sends nothing for this long is shown as silent. */
const STALE_AFTER_MS = 1000;
/** Display rate is a mean over this long. */
const RATE_OVER_MS = 2000;
/** How often numbers beside the picture are taken over: faster cannot be read. */
const REPORT_EVERY_MS = 250;

export interface DriverClock {
  nowMs(): number;
  every(ms: number, task: () => void): () => void;
}

/**
 * Joins the preview stream, the picture and the two stores, outside React: a frame goes from the port to the texture,
 * and its credit back when it is on the glass. Returns the way to undo it all.
 */
export function drivePicture(view: PictureView, instrument: Instrument, controller: LiveController, clock: DriverClock): () => void {
  const { live } = controller;
  const { store, preview, preferences } = instrument;
  let newest: FrameHeader | undefined;
  let shownId: number | undefined;
  const drawnAtMs: number[] = [];
  // A frame that waits to be drawn is this screen's delay, not the camera's silence.
  let waitsForDraw = false;
  let lastDrawMs = clock.nowMs();
  const sinceMs = lastDrawMs;
  let paintedLate: boolean | undefined;

  const framesLate = (): number | undefined => {
    const { overlay, snapshot, fields } = store.getState();
    const now = fieldInView(snapshot, fields, overlay);
    if (now === undefined || now.kind === "kept" || shownId === undefined) return undefined;
    return Math.max(0, shownId - (overlay?.set.frameId ?? shownId));
  };
  const paintOverlay = (): void => {
    const { overlay, snapshot, fields, compared } = store.getState();
    const now = fieldInView(snapshot, fields, overlay);
    if (now === undefined || !live.getState().overlaysShown) {
      view.setOverlay(undefined);
      controller.lookUnderPointer();
      return;
    }
    const late = framesLate() ?? 0;
    paintedLate = late > 0;
    const header = now.kind === "kept" ? now.field.header : (overlay?.header ?? now.field.header);
    const classes = snapshot?.analyzer.classes ?? [];
    const items = overlayItems(now.field, classes, snapshot?.session?.countingFrame, live.getState().selectedId);
    view.setOverlay({
      detections: disputedItems(items, now.kind === "kept" ? keptComparison(now.field, classes) : liveComparison(compared, now.field.header.frameId, snapshot), snapshot?.second?.classes ?? classes),
      frameHeader: header, framesLate: late, kept: now.kind === "kept",
    });
    controller.lookUnderPointer();
  };
  const paintStyle = (): void => {
    const { hiddenClasses } = live.getState();
    const chosen = preferences.getState();
    const classes = store.getState().snapshot?.analyzer.classes ?? [];
    view.setOverlayStyle({
      visibleClasses: new Set(classes.map((info) => info.id).filter((id) => !hiddenClasses.has(id))),
      opacity: chosen.overlayOpacity, lineWidthPx: chosen.overlayLineWidthPx, showLetters: chosen.overlayLetters, boxesOrContours: chosen.overlayShape,
    });
    view.setScaleBar(chosen.scaleBarShown);
    view.setSaturationShown(chosen.saturationShown);
  };
  const paintAids = (): void => {
    const { crosshair, autoContrast, contrast } = live.getState();
    view.setCrosshair(crosshair);
    view.setContrast(autoContrast ? "auto" : contrast);
    const session = store.getState().snapshot?.session;
    view.setCountingFrame(preferences.getState().countingFrameShown ? session?.countingFrame.insetUm : undefined);
  };

  const report = (): void => {
    const now = clock.nowMs();
    while ((drawnAtMs[0] ?? now) < now - RATE_OVER_MS) drawnAtMs.shift();
    const silent = !waitsForDraw && now - lastDrawMs > STALE_AFTER_MS;
    const cameraLost = store.getState().snapshot?.devices.some((device) => device.identity.kind === "camera" && device.state !== "ready" && device.state !== "busy") ?? false;
    const picture = shownId === undefined ? "none" : silent || cameraLost ? "stale" : "live";
    view.setStale(picture === "stale");
    live.setState({ picture, shown: newest, framesLate: framesLate(), displayFps: (drawnAtMs.length * 1000) / Math.min(RATE_OVER_MS, Math.max(1, now - sinceMs)) });
  };

  const stops = [
    preview.watch((message) => {
      newest = message.header;
      waitsForDraw = true;
      view.setFrame(message);
    }),
    view.onDidDraw((frameId, waitMs) => {
      preview.credit({ shownFrameId: frameId, waitMs });
      // When the app is of use: what the benchmark of the start measures.
      if (shownId === undefined) performance.mark("ocular:first-frame");
      shownId = frameId;
      waitsForDraw = false;
      lastDrawMs = clock.nowMs();
      drawnAtMs.push(lastDrawMs);
      if ((framesLate() ?? 0) > 0 !== paintedLate) paintOverlay();
      // The first picture is news at once; after that the numbers come at their own pace.
      if (live.getState().picture === "none") report();
    }),
    view.onDidHistogram((histogram) => { live.setState({ histogram }); }),
    view.onDidChangeView((state) => { live.setState({ zoom: state.zoom }); }),
    store.subscribe((state, before) => {
      const sessionChanged = state.snapshot?.session?.countingFrame !== before.snapshot?.session?.countingFrame;
      const moved = state.snapshot?.stage?.positionUm !== before.snapshot?.stage?.positionUm;
      if (state.overlay !== before.overlay || state.compared !== before.compared || state.fields !== before.fields || moved || sessionChanged || state.snapshot?.analyzer.enabled !== before.snapshot?.analyzer.enabled) paintOverlay();
      if (state.snapshot?.analyzer.classes !== before.snapshot?.analyzer.classes) { paintStyle(); paintOverlay(); }
      if (sessionChanged) paintAids();
    }),
    live.subscribe((state, before) => {
      if (state.hiddenClasses !== before.hiddenClasses) paintStyle();
      if (state.overlaysShown !== before.overlaysShown || state.selectedId !== before.selectedId) paintOverlay();
      if (state.crosshair !== before.crosshair || state.contrast !== before.contrast || state.autoContrast !== before.autoContrast) paintAids();
    }),
    preferences.subscribe(() => { paintStyle(); paintAids(); }),
    clock.every(REPORT_EVERY_MS, report),
  ];
  paintStyle();
  paintAids();
  paintOverlay();
  return () => {
    for (const stop of stops) stop();
    live.setState({ picture: "none", displayFps: undefined, framesLate: undefined, zoom: undefined, hover: undefined, histogram: undefined });
  };
}
