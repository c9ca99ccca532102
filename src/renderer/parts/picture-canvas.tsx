import { useEffect, useRef } from "react";
import type { PointerEvent as ReactPointerEvent, ReactNode } from "react";
import { createPictureView } from "../scene/picture-view.ts";
import type { PictureView } from "../scene/picture-view.ts";
import type { PointPx } from "../scene/view-transform.ts";

/** One notch of a mouse wheel (100 in Chromium) zooms by about a fifth. */
const ZOOM_PER_WHEEL_UNIT = Math.log(1.2) / 100;
/** Grey of `--surround` in tokens.css, by theme. */
export const SURROUND_DN = { dark: 0x26, light: 0xc9 } as const;
/** A press that moves less than this is a click, not a pan. */
const CLICK_SLOP_PX = 4;

/**
 * A canvas with a picture in it: owns the {@link PictureView}, its size, and zoom to the cursor and pan by dragging.
 * What the picture shows is the owner's: `onReady` is called with the view once and returns what to undo.
 */
export function PictureCanvas(props: {
  readonly onReady: (view: PictureView) => () => void;
  /** The graphics card refuses: said in words by the owner. */
  readonly onFailed: (reason: string) => void;
  /** Undefined when the pointer left or drags. */
  readonly onHover?: (at: PointPx | undefined, view: PictureView) => void;
  readonly onClick?: (at: PointPx, view: PictureView) => void;
  readonly onDoubleClick?: (at: PointPx, view: PictureView) => void;
  /** Answers true when it used the wheel for something else than zooming. */
  readonly onWheel?: (event: WheelEvent) => boolean;
  readonly label: string;
  /** Grey around the picture, 0 to 255; read once. */
  readonly surroundDn: number;
  readonly children?: ReactNode;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useRef<PictureView>(undefined);
  const drag = useRef<{ x: number; y: number; moved: boolean }>(undefined);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    let picture: PictureView;
    try {
      picture = createPictureView(element, { surroundDn: latest.current.surroundDn });
    } catch (error) {
      latest.current.onFailed(error instanceof Error ? error.message : String(error));
      return undefined;
    }
    view.current = picture;
    const leave = latest.current.onReady(picture);
    const observer = new ResizeObserver(() => { picture.resize(); });
    observer.observe(element);
    // React listens to wheel passively; zooming must keep the page from scrolling.
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      if (latest.current.onWheel?.(event) === true) return;
      picture.zoomBy(Math.exp(-(event.deltaY === 0 ? event.deltaX : event.deltaY) * ZOOM_PER_WHEEL_UNIT), placeOf(event, element));
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => {
      element.removeEventListener("wheel", onWheel);
      observer.disconnect();
      leave();
      view.current = undefined;
      picture.dispose();
    };
  }, []);

  const withView = (event: ReactPointerEvent<HTMLCanvasElement>, act: (picture: PictureView, at: PointPx) => void): void => {
    if (view.current !== undefined) act(view.current, placeOf(event.nativeEvent, event.currentTarget));
  };
  return (
    <div className="oc-picture">
      <canvas
        ref={canvas}
        className="oc-picture__canvas"
        role="img"
        aria-label={props.label}
        data-testid="picture-canvas"
        onPointerDown={(event) => {
          if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
          if (event.button > 1) return;
          drag.current = { x: event.clientX, y: event.clientY, moved: false };
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={(event) => {
          withView(event, (picture, at) => {
            const from = drag.current;
            if (from === undefined) {
              latest.current.onHover?.(at, picture);
              return;
            }
            const dx = event.clientX - from.x;
            const dy = event.clientY - from.y;
            if (!from.moved && Math.hypot(dx, dy) < CLICK_SLOP_PX) return;
            latest.current.onHover?.(undefined, picture);
            picture.panBy(dx, dy);
            drag.current = { x: event.clientX, y: event.clientY, moved: true };
          });
        }}
        onPointerUp={(event) => {
          const clicked = drag.current?.moved === false;
          drag.current = undefined;
          if (clicked) withView(event, (picture, at) => latest.current.onClick?.(at, picture));
        }}
        onPointerCancel={() => { drag.current = undefined; }}
        onPointerLeave={(event) => { withView(event, (picture) => latest.current.onHover?.(undefined, picture)); }}
        onDoubleClick={(event) => {
          if (view.current !== undefined) latest.current.onDoubleClick?.(placeOf(event.nativeEvent, event.currentTarget), view.current);
        }}
      />
      {props.children}
    </div>
  );
}

function placeOf(event: MouseEvent, element: HTMLElement): PointPx {
  const box = element.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}
