import { useEffect, useMemo, useRef } from "react";
import type { PointerEvent as ReactPointerEvent } from "react";
import { CLASS_PALETTE, HALO_HEX } from "../../../core/palette.ts";
import type { RecipeClass } from "../../../shared/domain/recipe.ts";
import type { StepPicture as Shown, TuneAnswer } from "../../../shared/domain/tuning.ts";
import { ViewControl } from "../../scene/view-control.ts";
import type { ViewTransform } from "../../scene/view-transform.ts";
import type { TunerState } from "./tuner-controller.ts";
import { recipeWords as words } from "./words.ts";

/** A notch of the wheel (100) zooms by a fifth, as over the live picture. */
const ZOOM_PER_WHEEL_UNIT = Math.log(1.2) / 100;

interface StepPictureProps {
  readonly frame: TuneAnswer["frame"];
  readonly shown: Shown;
  readonly found: TunerState["found"];
  readonly classes: readonly RecipeClass[];
  readonly outlinesShown: boolean;
  readonly label: string;
  /** How many pictures there were: what shows that one is new. */
  readonly pictures: number;
}

/**
 * What stands after a step, and the outlines of what the whole recipe finds; outlines that are not of these values yet are
 * drawn thin. The wheel zooms at the pointer, dragging moves,
 * a double click fits; another answer leaves the place as it is, so that a slider and one cell can be watched together.
 */
export function StepPicture(props: StepPictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useRef(new ViewControl());
  const drag = useRef<{ readonly x: number; readonly y: number }>(undefined);
  const redraw = useRef<() => void>(() => undefined);
  const { frame, shown, found, classes, outlinesShown } = props;
  const source = useMemo(() => canvasOf(shown), [shown]);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const draw = (): void => {
      const density = window.devicePixelRatio;
      const screen = { width: Math.max(Math.round(element.clientWidth * density), 1), height: Math.max(Math.round(element.clientHeight * density), 1) };
      element.width = screen.width;
      element.height = screen.height;
      view.current.setImage(frame);
      view.current.setScreen(screen);
      paint(element, view.current.snapped, frame, source, outlinesShown ? found : undefined, classes);
    };
    draw();
    redraw.current = draw;
    const observer = new ResizeObserver(draw);
    observer.observe(element);
    return () => { observer.disconnect(); };
  }, [frame, source, found, classes, outlinesShown]);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    // React listens to wheel passively; zooming must keep the page from scrolling.
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const density = window.devicePixelRatio;
      view.current.zoomBy(Math.exp(-event.deltaY * ZOOM_PER_WHEEL_UNIT), { x: (event.clientX - box.left) * density, y: (event.clientY - box.top) * density });
      redraw.current();
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => { element.removeEventListener("wheel", onWheel); };
  }, []);
  const onPointerMove = (event: ReactPointerEvent): void => {
    const from = drag.current;
    if (from === undefined) return;
    drag.current = { x: event.clientX, y: event.clientY };
    view.current.panBy((event.clientX - from.x) * window.devicePixelRatio, (event.clientY - from.y) * window.devicePixelRatio);
    redraw.current();
  };
  return (
    <canvas
      ref={canvas}
      className="oc-recipes__picture"
      role="img"
      aria-label={props.label}
      title={words.pictureHint}
      onPointerDown={(event) => {
        drag.current = { x: event.clientX, y: event.clientY };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={onPointerMove}
      onPointerUp={() => { drag.current = undefined; }}
      onPointerCancel={() => { drag.current = undefined; }}
      onDoubleClick={() => { view.current.fit(); redraw.current(); }}
      data-testid="step-picture"
      data-stage={shown.stage}
      data-frame={frame.frameId}
      data-answer={props.pictures}
      data-outlines={found === undefined ? "none" : found.isLate ? "late" : "fresh"}
    />
  );
}

/** A pixel as ImageData wants it, packed in the order of this processor. */
function packed(red: number, green: number, blue: number): number {
  return new Uint32Array(new Uint8ClampedArray([red, green, blue, 255]).buffer)[0] ?? 0;
}
const GREYS = Uint32Array.from({ length: 256 }, (_, grey) => packed(grey, grey, grey));
/** Colours that neighbours differ in: objects that touch are told apart. No class has them. */
const LABEL_COLOURS = Uint32Array.from([[0, 0, 0], [230, 85, 85], [85, 170, 230], [240, 200, 70], [120, 200, 110], [190, 120, 220], [240, 150, 80], [90, 200, 200], [220, 130, 170]] as const, ([red, green, blue]) => packed(red, green, blue));

/** The picture in a canvas of its own size: putImageData knows no scale. */
function canvasOf({ width, height, layout, pixels }: Shown): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  const image = new ImageData(width, height);
  if (layout === "rgba8") image.data.set(pixels);
  else {
    const colours = layout === "grey8" ? GREYS : LABEL_COLOURS;
    const out = new Uint32Array(image.data.buffer);
    for (let at = 0; at < out.length; at++) out[at] = colours[pixels[at] ?? 0] ?? 0;
  }
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return canvas;
}

function paint(element: HTMLCanvasElement, { zoom: scale, offsetX: left, offsetY: top }: ViewTransform, frame: TuneAnswer["frame"], source: OffscreenCanvas, found: TunerState["found"], classes: readonly RecipeClass[]): void {
  const density = window.devicePixelRatio;
  const context = element.getContext("2d");
  if (context === null) return;
  context.imageSmoothingEnabled = scale * (frame.width / source.width) < 1;
  context.drawImage(source, left, top, frame.width * scale, frame.height * scale);
  if (found === undefined) return;
  const { objects, isLate } = found;
  const paths = classes.map(() => new Path2D());
  let begin = 0;
  for (const [at, end] of objects.ends.entries()) {
    const path = paths[objects.classes[at] ?? 0];
    for (let i = begin; i + 1 < end; i += 2) {
      const x = left + (objects.points[i] ?? 0) * scale;
      const y = top + (objects.points[i + 1] ?? 0) * scale;
      if (i === begin) path?.moveTo(x, y);
      else path?.lineTo(x, y);
    }
    path?.closePath();
    begin = end;
  }
  context.lineJoin = "round";
  for (const [index, path] of paths.entries()) {
    if (!isLate) {
      context.strokeStyle = HALO_HEX;
      context.lineWidth = 3 * density;
      context.stroke(path);
    }
    context.strokeStyle = CLASS_PALETTE[classes[index]?.colorIndex ?? 0]?.hex ?? "#ffffff";
    context.lineWidth = (isLate ? 0.75 : 1.5) * density;
    context.stroke(path);
  }
}
