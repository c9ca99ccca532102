import type { FrameHeader } from "../../../shared/domain/frame.ts";
import type { PreviewMessage } from "../../../shared/ipc/contract.ts";
import type { Instrument } from "../../api/context.tsx";
import { disputedItems, keptComparison, liveComparison } from "../../parts/disputed-items.ts";
import { previewOf } from "../../parts/kept-preview.ts";
import { overlayItems } from "../../parts/overlay-items.ts";
import type { PictureView } from "../../scene/picture-view.ts";
import { fieldInView, heldField } from "./field-in-view.ts";
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
  const { client, store, preview, preferences } = instrument;
  let newest: FrameHeader | undefined;
  let shownId: number | undefined;
  const drawnAtMs: number[] = [];
  // A frame that waits to be drawn is this screen's delay, not the camera's silence.
  let waitsForDraw = false;
  let lastDrawMs = clock.nowMs();
  const sinceMs = lastDrawMs;
  let paintedLate: boolean | undefined;
  /** The kept field that stands in place of the live picture, and the newest live picture meanwhile. */
  let heldShown: string | undefined;
  let waitingLive: PreviewMessage | undefined;

  const framesLate = (): number | undefined => {
    const { overlay, snapshot, fields } = store.getState();
    const now = fieldInView(snapshot, fields, overlay, live.getState().heldId);
    if (now === undefined || now.kind === "kept" || shownId === undefined) return undefined;
    return Math.max(0, shownId - (overlay?.set.frameId ?? shownId));
  };
  const paintOverlay = (): void => {
    const { overlay, snapshot, fields, compared } = store.getState();
    const now = fieldInView(snapshot, fields, overlay, live.getState().heldId);
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

  const showLive = (message: PreviewMessage): void => {
    newest = message.header;
    waitsForDraw = true;
    view.setFrame(message);
  };
  /** Puts the held field on the glass, or the live picture back. */
  const followHold = (): void => {
    const { snapshot, fields } = store.getState();
    const held = heldField(snapshot, fields, live.getState().heldId);
    if (held?.fieldId === heldShown) return;
    heldShown = held?.fieldId;
    if (held === undefined || snapshot?.session === undefined) {
      lastDrawMs = clock.nowMs();
      if (waitingLive !== undefined) showLive(waitingLive);
      waitingLive = undefined;
      return;
    }
    client.call("library.fieldPicture", { name: snapshot.session.name, fieldId: held.fieldId }).then(
      (saved) => { if (heldShown === held.fieldId) view.setFrame(previewOf(held, saved)); },
      (error: unknown) => {
        store.report(error, "Reading the kept field");
        if (heldShown === held.fieldId) controller.letGo();
      },
    );
  };

  const report = (): void => {
    const now = clock.nowMs();
    while ((drawnAtMs[0] ?? now) < now - RATE_OVER_MS) drawnAtMs.shift();
    const silent = heldShown === undefined && !waitsForDraw && now - lastDrawMs > STALE_AFTER_MS;
    const cameraLost = store.getState().snapshot?.devices.some((device) => device.identity.kind === "camera" && device.state !== "ready" && device.state !== "busy") ?? false;
    const picture = shownId === undefined ? "none" : silent || cameraLost ? "stale" : "live";
    view.setStale(picture === "stale");
    live.setState({ picture, shown: newest, framesLate: framesLate(), displayFps: (drawnAtMs.length * 1000) / Math.min(RATE_OVER_MS, Math.max(1, now - sinceMs)) });
  };

  const stops = [
    preview.watch((message) => {
      if (heldShown === undefined) showLive(message);
      else waitingLive = message;
    }),
    view.onDidDraw((frameId, waitMs) => {
      // A held picture is no live one: without credit the camera's pictures wait, and main counts them as not shown.
      if (heldShown !== undefined) return;
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
      followHold();
      const sessionChanged = state.snapshot?.session?.countingFrame !== before.snapshot?.session?.countingFrame;
      const moved = state.snapshot?.stage?.positionUm !== before.snapshot?.stage?.positionUm;
      if (state.overlay !== before.overlay || state.compared !== before.compared || state.fields !== before.fields || moved || sessionChanged || state.snapshot?.analyzer.enabled !== before.snapshot?.analyzer.enabled) paintOverlay();
      if (state.snapshot?.analyzer.classes !== before.snapshot?.analyzer.classes) { paintStyle(); paintOverlay(); }
      if (sessionChanged) paintAids();
    }),
    live.subscribe((state, before) => {
      if (state.heldId !== before.heldId) { followHold(); paintOverlay(); }
      if (state.hiddenClasses !== before.hiddenClasses) paintStyle();
      if (state.overlaysShown !== before.overlaysShown || state.selectedId !== before.selectedId) paintOverlay();
      if (state.crosshair !== before.crosshair || state.contrast !== before.contrast || state.autoContrast !== before.autoContrast) paintAids();
    }),
    preferences.subscribe(() => { paintStyle(); paintAids(); }),
    clock.every(REPORT_EVERY_MS, report),
  ];
  followHold();
  paintStyle();
  paintAids();
  paintOverlay();
  return () => {
    for (const stop of stops) stop();
    live.setState({ picture: "none", displayFps: undefined, framesLate: undefined, zoom: undefined, hover: undefined, histogram: undefined });
  };
}
