import { useCallback, useEffect, useRef, useState } from "react";
import { useInstrument, useInstrumentState, usePreference } from "../../api/context.tsx";
import { HoverCard } from "../../parts/hover-card.tsx";
import { PictureCanvas, SURROUND_DN } from "../../parts/picture-canvas.tsx";
import type { PictureView } from "../../scene/picture-view.ts";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { ContrastPanel } from "./contrast-panel.tsx";
import { heldField } from "./field-in-view.ts";
import { useLive, useLiveState } from "./live-context.tsx";
import { Overview } from "./overview.tsx";
import { drivePicture } from "./picture-driver.ts";
import type { DriverClock } from "./picture-driver.ts";
import { instrumentMessages, pictureMessage } from "./picture-state.ts";
import { StopButton } from "./stage-pad.tsx";
import { liveWords as words } from "./words.ts";

const pageClock: DriverClock = {
  nowMs: () => performance.now(),
  every: (ms, task) => {
    const timer = setInterval(task, ms);
    return () => { clearInterval(timer); };
  },
};
/** One notch of a wheel, in the units of `deltaY`. */
const WHEEL_NOTCH = 100;

/** The picture and what floats over it. */
export function LivePicture(props: { readonly onOpenDevices: () => void; readonly onOpenAnalyzers: () => void }) {
  const instrument = useInstrument();
  const controller = useLive();
  const wheel = usePreference("wheel");
  const theme = usePreference("theme");
  const wheelRest = useRef(0);

  const onReady = useCallback((view: PictureView) => {
    controller.setPicture(view);
    const stop = drivePicture(view, instrument, controller, pageClock);
    return () => {
      stop();
      controller.setPicture(undefined);
      controller.setPointer(undefined);
    };
  }, [controller, instrument]);
  return (
    <PictureCanvas
      key={theme}
      surroundDn={SURROUND_DN[theme]}
      label="Live picture of the microscope"
      onReady={onReady}
      onFailed={(pictureProblem) => { controller.live.setState({ pictureProblem }); }}
      onHover={(at) => { controller.setPointer(at); }}
      onClick={(at, view) => { controller.live.setState({ selectedId: view.pick(at)?.item?.id }); }}
      onDoubleClick={(at) => void controller.centreOn(at)}
      onWheel={(event) => {
        if ((wheel === "focus") === event.shiftKey) return false;
        // A touchpad sends many small pieces: whole notches move the focus.
        wheelRest.current += event.deltaY === 0 ? event.deltaX : event.deltaY;
        const notches = Math.trunc(wheelRest.current / WHEEL_NOTCH);
        wheelRest.current -= notches * WHEEL_NOTCH;
        if (notches !== 0) controller.focusBy(-notches);
        return true;
      }}
    >
      <PictureWords onOpenDevices={props.onOpenDevices} onOpenAnalyzers={props.onOpenAnalyzers} />
      <HoverInfo />
      <ContrastPanel />
      <StopButton />
      <Overview />
    </PictureCanvas>
  );
}

function HoverInfo() {
  const hover = useLiveState((state) => state.hover);
  const classes = useInstrumentState((state) => state.snapshot?.analyzer.classes);
  const pixelSizeUm = useInstrumentState((state) => state.snapshot?.pixelSizeUm);
  if (hover === undefined) return undefined;
  return <HoverCard item={hover.item} screenPx={hover.screenPx} classes={classes ?? []} pixelSizeUm={pixelSizeUm} />;
}

/** What must be said over the picture: none, silent, lost; late overlays; analysis and disk. */
function PictureWords(props: { readonly onOpenDevices: () => void; readonly onOpenAnalyzers: () => void }) {
  const controller = useLive();
  const link = useInstrumentState((state) => state.link);
  const linkError = useInstrumentState((state) => state.linkError);
  const snapshot = useInstrumentState((state) => state.snapshot);
  const picture = useLiveState((state) => state.picture);
  const problem = useLiveState((state) => state.pictureProblem);
  const framesLate = useLiveState((state) => (state.overlaysShown ? state.framesLate : undefined));
  const silentMs = useSilence(picture);
  const heldId = useLiveState((state) => state.heldId);
  const held = useInstrumentState((state) => heldField(state.snapshot, state.fields, heldId) !== undefined);
  const message = pictureMessage({ link, linkError, snapshot }, picture, silentMs, problem);
  const offer = message?.offer === undefined ? undefined : message.offer === "start-camera" ? <Button tone="primary" size="large" label={words.startCamera} onPress={() => void controller.toggleCamera()} /> : <Button size="large" label="Open devices" onPress={props.onOpenDevices} />;
  return (
    <>
      {message?.greyed === true ? <div className="oc-picture__grey" /> : undefined}
      {message?.place === "cover" ? (
        <div className="oc-picture__cover" role={message.tone === "error" ? "alert" : "status"} data-testid="picture-message">
          {message.tone === "plain" && message.offer === undefined ? <div className="oc-picture__pulse" aria-hidden="true" /> : undefined}
          <p className="oc-empty__title">{message.text}</p>
          {message.hint === undefined ? undefined : <p className="oc-empty__text">{message.hint}</p>}
          {offer}
        </div>
      ) : undefined}
      <div className="oc-picture__bands">
        {message?.place === "band" ? <Notice tone={message.tone} testId="picture-message" action={offer}>{message.text}</Notice> : undefined}
        {held ? <Notice tone="plain" testId="held-field">{words.held}</Notice> : undefined}
        {instrumentMessages(snapshot).map((line) => <Notice key={line.id} tone={line.tone} testId={`message-${line.id}`} action={line.offer === undefined ? undefined : <Button label={words.chooseAnalyzer} onPress={props.onOpenAnalyzers} testId="choose-analyzer" />}>{line.text}</Notice>)}
        {message === undefined && framesLate !== undefined && framesLate > 0 ? <span className="oc-picture__late" data-testid="frames-late">{words.framesLate(framesLate)}</span> : undefined}
      </div>
    </>
  );
}

/** Milliseconds since the picture stopped being live, to the second. */
function useSilence(picture: "none" | "live" | "stale"): number {
  const [silence, setSilence] = useState({ sinceMs: 0, nowMs: 0 });
  useEffect(() => {
    if (picture !== "stale") return undefined;
    // The picture is called stale a second after its last frame.
    const sinceMs = performance.now() - 1000;
    const tick = (): void => { setSilence({ sinceMs, nowMs: performance.now() }); };
    tick();
    const timer = setInterval(tick, 1000);
    return () => { clearInterval(timer); };
  }, [picture]);
  return silence.nowMs - silence.sinceMs;
}
