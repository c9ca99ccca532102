import { useEffect, useRef } from "react";
import type { PointerEvent as ReactPointerEvent } from "react";
import { StepCanvas } from "./step-canvas.ts";
import type { TunerController } from "./tuner-controller.ts";
import { recipeWords as words } from "./words.ts";

/** A notch of the wheel (100) zooms by a fifth, as over the live picture. */
const ZOOM_PER_WHEEL_UNIT = Math.log(1.2) / 100;

/**
 * What stands after a step, and the outlines of what the whole recipe finds. The wheel zooms at the pointer, dragging moves,
 * a double click fits. Pictures go from the controller's store to the canvas without a rendering of React's.
 */
export function StepPicture(props: { readonly controller: TunerController; readonly outlinesShown: boolean; readonly label: string }) {
  const { controller, outlinesShown } = props;
  const element = useRef<HTMLCanvasElement>(null);
  const canvas = useRef<StepCanvas>(undefined);
  const drag = useRef<{ readonly x: number; readonly y: number }>(undefined);
  useEffect(() => {
    if (element.current === null) return undefined;
    const drawn = new StepCanvas(element.current, (size) => { controller.setShownSize(size); });
    canvas.current = drawn;
    const show = (): void => { drawn.show(controller.store.getState()); };
    show();
    const stop = controller.store.subscribe(show);
    const observer = new ResizeObserver(() => { drawn.draw(); });
    observer.observe(element.current);
    return () => {
      stop();
      observer.disconnect();
      canvas.current = undefined;
    };
  }, [controller]);
  useEffect(() => { canvas.current?.setOutlinesShown(outlinesShown); }, [outlinesShown]);
  useEffect(() => {
    const target = element.current;
    if (target === null) return undefined;
    // React listens to wheel passively; zooming must keep the page from scrolling.
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const box = target.getBoundingClientRect();
      canvas.current?.zoomBy(Math.exp(-event.deltaY * ZOOM_PER_WHEEL_UNIT), { x: event.clientX - box.left, y: event.clientY - box.top });
    };
    target.addEventListener("wheel", onWheel, { passive: false });
    return () => { target.removeEventListener("wheel", onWheel); };
  }, []);
  const onPointerMove = (event: ReactPointerEvent): void => {
    const from = drag.current;
    if (from === undefined) return;
    drag.current = { x: event.clientX, y: event.clientY };
    canvas.current?.panBy(event.clientX - from.x, event.clientY - from.y);
  };
  return (
    <canvas
      ref={element}
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
      onDoubleClick={() => { canvas.current?.fit(); }}
      data-testid="step-picture"
    />
  );
}
