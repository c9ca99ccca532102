import { useMemo } from "react";
import { useStore } from "zustand";
import type { ClassInfo } from "../../../shared/domain/detection.ts";
import type { SessionView } from "../../../shared/ipc/contract.ts";
import { CLASS_PALETTE } from "../../../core/palette.ts";
import { classOf } from "../../parts/overlay-items.ts";
import { Button } from "../../ui/button.tsx";
import { formatCount, formatPlural, formatUnit } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { SelectField } from "../../ui/select-field.tsx";
import { axesOf, columnValues } from "./cell-table.ts";
import type { Axis, CellTable } from "./cell-table.ts";
import { CLASS_SHAPES } from "./class-shapes.ts";
import type { ExplorerController } from "./explorer-controller.ts";
import type { ExplorerState, LaidOut, PlotMode } from "./explorer-store.ts";
import { HistogramPlot } from "./histogram-plot.tsx";
import { ProgressLine } from "../../ui/progress-line.tsx";
import { ScatterPlot } from "./scatter-plot.tsx";
import { explorerWords as words } from "./words.ts";

const MODES = (["scatter", "histogram", "pca", "umap"] as const).map((value) => ({ value, label: words.modes[value], hint: words.modeHints[value] }));

/** Plot, what it shows, and how many are selected. */
export function PlotSide(props: { readonly controller: ExplorerController; readonly session: SessionView; readonly table: CellTable }) {
  const { controller, session, table } = props;
  const state = useStore(controller.store);
  const axes = useMemo(() => axesOf(table), [table]);
  const axisOptions = axes.map((axis) => ({ value: axis.name, label: axisText(axis) }));
  const colorIndexes = useMemo(() => Uint8Array.from(table.cells, ({ classId }) => classOf(session.classes, classId).colorIndex), [table, session.classes]);
  const shown = useShown(table, axes, state);
  const { mode, selected } = state;
  const cells = formatPlural(table.cells.length, "cell", "cells");
  const missing = shown === undefined ? 0 : countMissing(shown);
  return (
    <section className="oc-explorer__plot" aria-label={words.plot}>
      <div className="oc-explorer__tools">
        <Segmented label={words.plot} options={MODES} value={mode} onChoose={(chosen: PlotMode) => void controller.setMode(chosen)} testId="plot-mode" />
        {mode === "scatter" || mode === "histogram" ? <SelectField label={words.across} value={state.x} options={axisOptions} onChoose={(x) => { controller.setAxes({ x }); }} testId="axis-x" /> : undefined}
        {mode === "scatter" ? <SelectField label={words.up} value={state.y} options={axisOptions} onChoose={(y) => { controller.setAxes({ y }); }} testId="axis-y" /> : undefined}
      </div>
      {state.problem === undefined ? undefined : <Notice tone="warning" testId="explorer-problem">{state.problem}</Notice>}
      {state.work === undefined ? undefined : (
        <div className="oc-explorer__work" role="status" data-testid="explorer-work">
          <span>{state.work.words}</span>
          <ProgressLine done={state.work.done} total={state.work.total} label={state.work.words} />
          <Button label={words.cancel} onPress={() => { controller.cancel(); }} testId="explorer-cancel" />
        </div>
      )}
      {shown === undefined ? <div className="oc-plot" /> : mode === "histogram" ? (
        <HistogramPlot values={shown.xs} xLabel={shown.xLabel} colorIndexes={colorIndexes} selected={selected} label={words.histogramLabel(cells, shown.xLabel)} onSelect={controller.select} onClear={controller.clear} />
      ) : (
        <ScatterPlot
          xs={shown.xs} ys={shown.ys} xLabel={shown.xLabel} yLabel={shown.yLabel} colorIndexes={colorIndexes} selected={selected} current={state.current}
          label={words.plotLabel(cells, shown.xLabel, shown.yLabel)}
          onSelect={controller.select} onLook={controller.look} onClear={controller.clear} onFindAlike={(row) => void controller.findAlike(row)}
        />
      )}
      <Legend table={table} classes={session.classes} />
      <footer className="oc-explorer__foot">
        <span role="status" data-testid="selected-count">{words.selected(selected.length, table.cells.length)}</span>
        {selected.length === 0 ? undefined : <Button tone="quiet" label={words.clear} hint={words.clearHint} onPress={controller.clear} testId="clear-selection" />}
        <Button tone="quiet" label={words.exportCells} hint={words.exportHint} disabled={state.work !== undefined} onPress={() => void controller.exportCells()} testId="export-cells" />
        {state.notice === undefined ? undefined : <span role="status" data-testid="export-done">{state.notice}</span>}
        <span className="oc-explorer__hint">{missing > 0 ? words.missing(missing) : mode === "histogram" ? words.histogramHint : words.plotHint}</span>
      </footer>
    </section>
  );
}

interface Shown {
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  readonly xLabel: string;
  readonly yLabel: string;
}

/** What the plot shows in its mode; undefined while it is being made. */
function useShown(table: CellTable, axes: readonly Axis[], { mode, x, y, maps }: ExplorerState): Shown | undefined {
  const laidOut = mode === "pca" || mode === "umap" ? maps[mode] : undefined;
  return useMemo(() => {
    if (mode === "pca" || mode === "umap") return laidOut === undefined ? undefined : shownMap(mode, laidOut);
    const label = (name: string): string => axisText(axes.find((axis) => axis.name === name));
    return { xs: columnValues(table, x), ys: columnValues(table, mode === "histogram" ? x : y), xLabel: label(x), yLabel: label(y) };
  }, [table, axes, mode, x, y, laidOut]);
}

function shownMap(mode: "pca" | "umap", { places, shares }: LaidOut): Shown {
  const axis = (n: 1 | 2): string => (mode === "pca" ? words.componentAxis(n, shares?.[n - 1]) : words.mapAxis(n));
  return { xs: places.filter((_, at) => at % 2 === 0), ys: places.filter((_, at) => at % 2 === 1), xLabel: axis(1), yLabel: axis(2) };
}

function axisText(axis: Axis | undefined): string {
  return axis === undefined ? "" : axis.unit === "" ? axis.label : `${axis.label} (${formatUnit(axis.unit)})`;
}

function countMissing({ xs, ys }: Shown): number {
  let n = 0;
  for (let row = 0; row < xs.length; row++) if (!Number.isFinite(xs[row]) || !Number.isFinite(ys[row])) n++;
  return n;
}

/** Colour, shape and number of cells of each class. */
function Legend(props: { readonly table: CellTable; readonly classes: readonly ClassInfo[] }) {
  const counts = new Map<string, number>();
  for (const { classId } of props.table.cells) counts.set(classId, (counts.get(classId) ?? 0) + 1);
  const order = [...props.classes.map(({ id }) => id).filter((id) => counts.has(id)), ...[...counts.keys()].filter((id) => !props.classes.some((info) => info.id === id))];
  return (
    <ul className="oc-legend">
      {order.map((id) => {
        const info = classOf(props.classes, id);
        const corners = (CLASS_SHAPES[info.colorIndex] ?? []).map(([x, y]) => `${(8 + 5 * x).toFixed(2)},${(8 + 5 * y).toFixed(2)}`).join(" ");
        return (
          <li key={id} className="oc-legend__entry">
            <svg className="oc-legend__sign" viewBox="0 0 16 16" aria-hidden="true"><polygon points={corners} fill={CLASS_PALETTE[info.colorIndex]?.hex ?? "#fff"} stroke="#000" strokeWidth={1} /></svg>
            {info.name} {formatCount(counts.get(id) ?? 0)}
          </li>
        );
      })}
    </ul>
  );
}
