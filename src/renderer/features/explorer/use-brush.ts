import { useState } from "react";
import type { PointerEvent } from "react";
import type { PlotBox } from "./point-picking.ts";

/** A press that moves less is a click. */
const CLICK_PX = 4;

/** Dragging a box over the plot; places in CSS pixels of the element. */
export interface Brush {
  /** While it is dragged. */
  readonly box: PlotBox | undefined;
  readonly events: {
    onPointerDown(event: PointerEvent<HTMLElement>): void;
    onPointerMove(event: PointerEvent<HTMLElement>): void;
    onPointerUp(event: PointerEvent<HTMLElement>): void;
    onPointerCancel(): void;
  };
}

export function useBrush(onBox: (box: PlotBox, add: boolean) => void, onClick: (x: number, y: number, add: boolean) => void): Brush {
  const [box, setBox] = useState<PlotBox | undefined>(undefined);
  const place = (event: PointerEvent<HTMLElement>) => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  return {
    box,
    events: {
      onPointerDown: (event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const { x, y } = place(event);
        setBox({ x0: x, y0: y, x1: x, y1: y });
      },
      onPointerMove: (event) => {
        const { x, y } = place(event);
        setBox((before) => (before === undefined ? undefined : { ...before, x1: x, y1: y }));
      },
      onPointerUp: (event) => {
        if (box === undefined) return;
        const { x, y } = place(event);
        const whole = { ...box, x1: x, y1: y };
        setBox(undefined);
        if (Math.hypot(whole.x1 - whole.x0, whole.y1 - whole.y0) < CLICK_PX) onClick(x, y, event.shiftKey);
        else onBox(whole, event.shiftKey);
      },
      onPointerCancel: () => { setBox(undefined); },
    },
  };
}

/** The box in style, whichever way it was drawn. */
export function brushStyle({ x0, y0, x1, y1 }: PlotBox) {
  return { left: Math.min(x0, x1), top: Math.min(y0, y1), width: Math.abs(x1 - x0), height: Math.abs(y1 - y0) };
}
