import { useEffect, useRef } from "react";
import type { PointerEvent as ReactPointerEvent } from "react";
import { CLASS_PALETTE, HALO_HEX } from "../../../core/palette.ts";
import type { RecipeClass } from "../../../shared/domain/recipe.ts";
import type { TuneAnswer } from "../../../shared/domain/tuning.ts";
import { ViewControl } from "../../scene/view-control.ts";
import type { ViewTransform } from "../../scene/view-transform.ts";
import { recipeWords as words } from "./words.ts";

/** A notch of the wheel (100) zooms by a fifth, as over the live picture. */
const ZOOM_PER_WHEEL_UNIT = Math.log(1.2) / 100;

/**
 * What stands after a step, and the outlines of what the whole recipe finds. The wheel zooms at the pointer, dragging moves,
 * a double click fits; another answer leaves the place as it is, so that a slider and one cell can be watched together.
 */
export function StepPicture(props: { readonly answer: TuneAnswer; readonly classes: readonly RecipeClass[]; readonly outlinesShown: boolean; readonly label: string; /** How many answers there were: what shows that a picture is a new one. */ readonly answers: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useRef(new ViewControl());
  const drag = useRef<{ readonly x: number; readonly y: number }>(undefined);
  const redraw = useRef<() => void>(() => undefined);
  const { answer, classes, outlinesShown } = props;
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const draw = (): void => {
      const density = window.devicePixelRatio;
      const screen = { width: Math.max(Math.round(element.clientWidth * density), 1), height: Math.max(Math.round(element.clientHeight * density), 1) };
      element.width = screen.width;
      element.height = screen.height;
      view.current.setImage(answer.frame);
      view.current.setScreen(screen);
      paint(element, view.current.snapped, answer, classes, outlinesShown);
    };
    draw();
    redraw.current = draw;
    const observer = new ResizeObserver(draw);
    observer.observe(element);
    return () => { observer.disconnect(); };
  }, [answer, classes, outlinesShown]);
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
      data-stage={answer.shown.stage}
      data-frame={answer.frame.frameId}
      data-answer={props.answers}
    />
  );
}

function paint(element: HTMLCanvasElement, { zoom: scale, offsetX: left, offsetY: top }: ViewTransform, { frame, shown, objects }: TuneAnswer, classes: readonly RecipeClass[], outlinesShown: boolean): void {
  const density = window.devicePixelRatio;
  const context = element.getContext("2d");
  if (context === null) return;
  // Through a canvas of its own size: putImageData knows no scale.
  const source = new OffscreenCanvas(shown.width, shown.height);
  source.getContext("2d")?.putImageData(new ImageData(new Uint8ClampedArray(shown.pixels), shown.width, shown.height), 0, 0);
  context.imageSmoothingEnabled = scale * (frame.width / shown.width) < 1;
  context.drawImage(source, left, top, frame.width * scale, frame.height * scale);
  if (!outlinesShown) return;
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
    context.strokeStyle = HALO_HEX;
    context.lineWidth = 3 * density;
    context.stroke(path);
    context.strokeStyle = CLASS_PALETTE[classes[index]?.colorIndex ?? 0]?.hex ?? "#ffffff";
    context.lineWidth = 1.5 * density;
    context.stroke(path);
  }
}
