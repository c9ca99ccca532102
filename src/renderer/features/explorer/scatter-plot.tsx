import { useCallback, useMemo } from "react";
import type { KeyboardEvent } from "react";
import { paintAxes, paintCurrent, paintPoints, placePoints } from "./plot-painter.ts";
import type { PlotAxes } from "./plot-painter.ts";
import { neighbourOf, pointAt, pointsInBox } from "./point-picking.ts";
import type { Direction } from "./point-picking.ts";
import { scaleOf } from "./plot-scale.ts";
import { brushStyle, useBrush } from "./use-brush.ts";
import { usePainting, usePlotCanvas } from "./use-plot-canvas.ts";

const REACH_PX = 10;
const DIRECTIONS: Readonly<Record<string, Direction>> = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };

/** Cells as points of two numbers each, in the colour and shape of their class. */
export function ScatterPlot(props: {
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly colorIndexes: Uint8Array;
  readonly selected: readonly number[];
  readonly current: number | undefined;
  readonly label: string;
  readonly onSelect: (rows: readonly number[], add: boolean) => void;
  readonly onLook: (row: number) => void;
  readonly onFindAlike: (row: number) => void;
  readonly onClear: () => void;
}) {
  const { xs, ys, xLabel, yLabel, colorIndexes, selected, current } = props;
  const plot = usePlotCanvas();
  const axes = useMemo<PlotAxes>(() => ({ x: { scale: scaleOf(xs), label: xLabel }, y: { scale: scaleOf(ys), label: yLabel } }), [xs, ys, xLabel, yLabel]);
  const points = useMemo(() => placePoints(xs, ys, axes, plot.size), [xs, ys, axes, plot.size]);
  const chosen = useMemo(() => new Set(selected), [selected]);
  usePainting(plot, useCallback((pen, ink) => {
    paintAxes(pen, plot.size, axes, ink);
    paintPoints(pen, points, colorIndexes, chosen, plot.size.scale);
    if (current !== undefined) paintCurrent(pen, points, current, ink, plot.size.scale);
  }, [plot.size, axes, points, colorIndexes, chosen, current]));
  const brush = useBrush(
    (box, add) => { props.onSelect(pointsInBox(points, box), add); },
    (x, y, add) => {
      const row = pointAt(points, x, y, REACH_PX);
      if (row !== undefined) props.onSelect([row], add);
      else if (!add) props.onClear();
    },
  );

  const onKeyDown = (event: KeyboardEvent): void => {
    const direction = DIRECTIONS[event.key];
    if (direction !== undefined) {
      const next = neighbourOf(points, current, direction);
      if (next !== undefined) props.onLook(next);
    } else if (event.key === "Enter" && current !== undefined) props.onSelect([current], true);
    else if (event.key.toLowerCase() === "s" && !event.ctrlKey && current !== undefined) props.onFindAlike(current);
    else if (event.key === "Escape" && selected.length > 0) props.onClear();
    else return;
    event.preventDefault();
  };

  return (
    <div ref={plot.frame} className="oc-plot" tabIndex={0} role="application" aria-label={props.label} onKeyDown={onKeyDown} {...brush.events} data-testid="scatter" data-points={xs.length}>
      <canvas ref={plot.canvas} className="oc-plot__canvas" />
      {brush.box === undefined ? undefined : <div className="oc-plot__brush" style={brushStyle(brush.box)} />}
    </div>
  );
}
