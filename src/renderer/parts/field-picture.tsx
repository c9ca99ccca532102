import { useEffect, useRef, useState } from "react";
import type { ClassInfo } from "../../shared/domain/detection.ts";
import type { FieldView } from "../../shared/domain/snapshot.ts";
import { describeError, errorDataOf } from "../../shared/errors.ts";
import { useInstrument } from "../api/context.tsx";
import { HoverCard } from "./hover-card.tsx";
import { previewOf } from "./kept-preview.ts";
import { PictureCanvas, SURROUND_DN } from "./picture-canvas.tsx";
import type { OverlayItem } from "../scene/overlay-item.ts";
import type { PictureView } from "../scene/picture-view.ts";
import { Notice } from "../ui/notice.tsx";

/** A kept field through the same picture as the live one, with its cells as they count. */
export function FieldPicture(props: {
  readonly name: string;
  readonly field: FieldView;
  readonly items: readonly OverlayItem[];
  readonly classes: readonly ClassInfo[];
  readonly insetUm: number;
  readonly onSelect: (detectionId: string | undefined) => void;
  /** Said to those who cannot see it. */
  readonly label?: string;
}) {
  const { client, preferences } = useInstrument();
  const { field, items, classes } = props;
  const view = useRef<PictureView>(undefined);
  const [ready, setReady] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [hover, setHover] = useState<{ readonly item: OverlayItem; readonly screenPx: { readonly x: number; readonly y: number } } | undefined>(undefined);

  useEffect(() => {
    if (!ready) return undefined;
    let current = true;
    client.call("library.fieldPicture", { name: props.name, fieldId: field.fieldId }).then(
      (picture) => {
        if (!current) return;
        setProblem(undefined);
        view.current?.setFrame(previewOf(field, picture));
        view.current?.fit();
      },
      (error: unknown) => { if (current) setProblem(describeError(errorDataOf(error, "Reading the picture"))); },
    );
    return () => { current = false; };
  }, [client, props.name, field, ready]);

  useEffect(() => {
    const chosen = preferences.getState();
    view.current?.setOverlayStyle({ visibleClasses: new Set(classes.map((info) => info.id)), opacity: chosen.overlayOpacity, lineWidthPx: chosen.overlayLineWidthPx, showLetters: chosen.overlayLetters, boxesOrContours: chosen.overlayShape });
    view.current?.setScaleBar(true);
    view.current?.setCountingFrame(props.insetUm);
    view.current?.setOverlay({ detections: items, frameHeader: field.header, framesLate: 0, kept: true });
  }, [preferences, classes, items, field, props.insetUm, ready]);

  return (
    <PictureCanvas
      surroundDn={SURROUND_DN[preferences.getState().theme]}
      label={props.label ?? "Picture of a kept field"}
      onReady={(made) => {
        view.current = made;
        setReady(true);
        return () => { view.current = undefined; };
      }}
      onFailed={setProblem}
      onHover={(at, picture) => {
        const item = at === undefined ? undefined : picture.pick(at)?.item;
        setHover(item === undefined || at === undefined ? undefined : { item, screenPx: at });
      }}
      onClick={(at, picture) => { props.onSelect(picture.pick(at)?.item?.id); }}
      onDoubleClick={(_at, picture) => { picture.fit(); }}
    >
      {problem === undefined ? undefined : <div className="oc-picture__bands"><Notice tone="error" testId="picture-message">{problem}</Notice></div>}
      {hover === undefined ? undefined : <HoverCard item={hover.item} screenPx={hover.screenPx} classes={classes} pixelSizeUm={field.header.pixelSizeUm} />}
    </PictureCanvas>
  );
}
