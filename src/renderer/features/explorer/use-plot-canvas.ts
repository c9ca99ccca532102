import { useEffect, useRef, useState } from "react";
import type { RefObject } from "react";
import { usePreference } from "../../api/context.tsx";
import type { PlotInk, PlotSize } from "./plot-painter.ts";

/** A canvas as large as its frame, sharp on any screen. */
export interface PlotCanvas {
  readonly frame: RefObject<HTMLDivElement | null>;
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly size: PlotSize;
}

export function usePlotCanvas(): PlotCanvas {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState<PlotSize>({ width: 0, height: 0 });
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => { setSize({ width: element.clientWidth, height: element.clientHeight, scale: Number(getComputedStyle(element).getPropertyValue("--scale")) || 1 }); });
    observer.observe(element);
    return () => { observer.disconnect(); };
  }, []);
  return { frame, canvas, size };
}

/** Paints after every change of what `paint` closes over, and of size and theme. */
export function usePainting({ canvas, size }: PlotCanvas, paint: (pen: CanvasRenderingContext2D, ink: PlotInk) => void): void {
  const theme = usePreference("theme");
  useEffect(() => {
    const element = canvas.current;
    const pen = element?.getContext("2d");
    if (element === null || pen === null || pen === undefined || size.width === 0) return;
    const ratio = window.devicePixelRatio;
    const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
    if (element.width !== width || element.height !== height) {
      element.width = width;
      element.height = height;
    }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    paint(pen, inkOf(element));
  }, [canvas, size, theme, paint]);
}

function inkOf(element: HTMLElement): PlotInk {
  const style = getComputedStyle(element);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  return { text: color("--text"), quiet: color("--text-quiet"), line: color("--line"), accent: color("--accent"), font: style.fontFamily };
}
