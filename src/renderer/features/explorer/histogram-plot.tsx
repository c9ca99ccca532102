import { useCallback, useMemo, useState } from "react";
import type { KeyboardEvent } from "react";
import { innerBox, paintAxes, paintBars } from "./plot-painter.ts";
import type { PlotAxes } from "./plot-painter.ts";
import { binOf, histogramOf, scaleOf } from "./plot-scale.ts";
import { brushStyle, useBrush } from "./use-brush.ts";
import { usePainting, usePlotCanvas } from "./use-plot-canvas.ts";
import { explorerWords as words } from "./words.ts";

const BINS = 40;

/** How often each value of a feature occurs, classes stacked in their colours. */
export function HistogramPlot(props: {
  readonly values: Float64Array;
  readonly xLabel: string;
  readonly colorIndexes: Uint8Array;
  readonly selected: readonly number[];
  readonly label: string;
  readonly onSelect: (rows: readonly number[], add: boolean) => void;
  readonly onClear: () => void;
}) {
  const { values, xLabel, colorIndexes, selected } = props;
  const plot = usePlotCanvas();
  const [marked, setMarked] = useState<number | undefined>(undefined);
  const bars = useMemo(() => {
    const colors = [...new Set(colorIndexes)].sort((a, b) => a - b);
    const groups = Array.from(colorIndexes, (index) => colors.indexOf(index));
    const scale = scaleOf(values);
    const all = histogramOf(values, groups, colors.length, scale, BINS);
    const tallest = Math.max(1, ...Array.from({ length: BINS }, (_, bin) => all.reduce((sum, counts) => sum + (counts[bin] ?? 0), 0)));
    const axes: PlotAxes = { x: { scale, label: xLabel }, y: { scale: { ...scaleOf([0, tallest]), min: 0 }, label: words.count } };
    return { colors, groups, all, axes };
  }, [values, xLabel, colorIndexes]);
  const chosen = useMemo(() => {
    if (selected.length === 0) return undefined;
    const some = new Float64Array(values.length).fill(NaN);
    for (const row of selected) some[row] = values[row] ?? NaN;
    return histogramOf(some, bars.groups, bars.colors.length, bars.axes.x.scale, BINS);
  }, [selected, values, bars]);
  usePainting(plot, useCallback((pen, ink) => {
    paintAxes(pen, plot.size, bars.axes, ink);
    paintBars(pen, plot.size, bars.axes, { all: bars.all, selected: chosen, colorIndexes: bars.colors }, marked, ink);
  }, [plot.size, bars, chosen, marked]));

  const binAt = (x: number): number => {
    const inner = innerBox(plot.size);
    return Math.min(Math.max(Math.floor(((x - inner.x) / inner.width) * BINS), 0), BINS - 1);
  };
  const selectBins = (from: number, to: number, add: boolean): void => {
    const rows: number[] = [];
    for (let row = 0; row < values.length; row++) {
      const bin = binOf(values[row] as number, bars.axes.x.scale, BINS);
      if (bin !== undefined && bin >= from && bin <= to) rows.push(row);
    }
    props.onSelect(rows, add);
  };
  const brush = useBrush(
    (box, add) => { selectBins(binAt(Math.min(box.x0, box.x1)), binAt(Math.max(box.x0, box.x1)), add); },
    (x, _y, add) => { selectBins(binAt(x), binAt(x), add); },
  );
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "ArrowLeft") setMarked(Math.max((marked ?? BINS) - 1, 0));
    else if (event.key === "ArrowRight") setMarked(Math.min((marked ?? -1) + 1, BINS - 1));
    else if (event.key === "Enter" && marked !== undefined) selectBins(marked, marked, event.shiftKey);
    else if (event.key === "Escape" && selected.length > 0) props.onClear();
    else return;
    event.preventDefault();
  };

  return (
    <div ref={plot.frame} className="oc-plot" tabIndex={0} role="application" aria-label={props.label} onKeyDown={onKeyDown} {...brush.events} data-testid="histogram" data-points={values.length}>
      <canvas ref={plot.canvas} className="oc-plot__canvas" />
      {brush.box === undefined ? undefined : <div className="oc-plot__brush oc-plot__brush--tall" style={{ left: brushStyle(brush.box).left, width: brushStyle(brush.box).width }} />}
    </div>
  );
}
