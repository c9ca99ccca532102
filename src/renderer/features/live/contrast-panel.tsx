import { useEffect, useRef } from "react";
import type { KeyboardEvent } from "react";
import { IDENTITY_CONTRAST } from "../../scene/histogram.ts";
import type { HistogramReport } from "../../scene/histogram.ts";
import { Button } from "../../ui/button.tsx";
import { formatShare } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { ValueSlider } from "../../ui/value-slider.tsx";
import { histogramOutline, tallestBin } from "./histogram-plot.ts";
import { useLive, useLiveState } from "./live-context.tsx";
import { SATURATION_WARNS } from "./toolbar.tsx";
import { liveWords as words } from "./words.ts";

/** Contrast over the live histogram. It changes how the picture is looked at, never what is kept or analysed. */
export function ContrastPanel() {
  const live = useLive();
  const open = useLiveState((state) => state.contrastOpen);
  const histogram = useLiveState((state) => state.histogram);
  const auto = useLiveState((state) => state.autoContrast);
  const own = useLiveState((state) => state.contrast);
  if (!open) return undefined;
  const shown = auto && histogram !== undefined ? { ...own, minDn: histogram.minDn, maxDn: histogram.maxDn } : own;
  const set = (part: Partial<typeof own>): void => { live.live.setState({ autoContrast: false, contrast: { ...shown, ...part } }); };
  const saturated = histogram?.saturatedShare ?? 0;
  const close = (): void => { live.live.setState({ contrastOpen: false }); };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    close();
  };
  return (
    <section className="oc-contrast" aria-label="Contrast" onKeyDown={onKeyDown} data-testid="contrast-panel">
      <header className="oc-contrast__head">
        <h2 className="oc-overview__title">Contrast</h2>
        <Button label="Auto" pressed={auto} actionId="contrast.auto" onPress={() => { live.toggleAutoContrast(); }} />
        <Button label="Reset" disabled={!auto && own === IDENTITY_CONTRAST} onPress={() => { live.live.setState({ autoContrast: false, contrast: IDENTITY_CONTRAST }); }} testId="contrast-reset" />
        <Button iconOnly tone="quiet" icon="close" label="Close" onPress={close} />
      </header>
      <HistogramPlot report={histogram} minDn={shown.minDn} maxDn={shown.maxDn} />
      <ValueSlider label="Black at" value={shown.minDn} spec={{ min: 0, max: Math.max(0, shown.maxDn - 1), step: 1, decimals: 0, unit: "DN" }} onApply={(minDn) => { set({ minDn }); }} testId="contrast-min" />
      <ValueSlider label="White at" value={shown.maxDn} spec={{ min: Math.min(255, shown.minDn + 1), max: 255, step: 1, decimals: 0, unit: "DN" }} onApply={(maxDn) => { set({ maxDn }); }} testId="contrast-max" />
      <ValueSlider label="Gamma" value={shown.gamma} scale="log" spec={{ min: 0.2, max: 5, step: 0.05, decimals: 2, unit: "" }} onApply={(gamma) => { set({ gamma }); }} testId="contrast-gamma" />
      {saturated > SATURATION_WARNS ? <Notice tone="warning" testId="saturation-warning">{words.saturated(formatShare(saturated))}</Notice> : <p className="oc-contrast__calm">{words.notSaturated}</p>}
    </section>
  );
}

const CHANNEL_COLORS: Readonly<Record<number, readonly string[]>> = { 1: ["rgb(170 170 170)"], 3: ["rgb(226 92 80)", "rgb(84 178 92)", "rgb(90 132 230)"] };

/** Painted on a canvas of its own: bins are pixels' numbers and stay out of React's elements. */
function HistogramPlot(props: { readonly report: HistogramReport | undefined; readonly minDn: number; readonly maxDn: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { report, minDn, maxDn } = props;
  useEffect(() => {
    const element = canvas.current;
    const paint = element?.getContext("2d");
    if (element === null || paint === null || paint === undefined) return;
    const width = Math.round(element.clientWidth * devicePixelRatio);
    const height = Math.round(element.clientHeight * devicePixelRatio);
    if (element.width !== width || element.height !== height) Object.assign(element, { width, height });
    paint.clearRect(0, 0, width, height);
    const channels = report?.bins ?? [];
    const tallest = tallestBin(channels);
    paint.globalCompositeOperation = channels.length > 1 ? "screen" : "source-over";
    channels.forEach((bins, index) => {
      paint.fillStyle = CHANNEL_COLORS[channels.length]?.[index] ?? "rgb(170 170 170)";
      paint.beginPath();
      for (const { x, y } of histogramOutline(bins, tallest)) paint.lineTo(x * width, y * height);
      paint.fill();
    });
    paint.globalCompositeOperation = "source-over";
    paint.fillStyle = "rgb(0 0 0 / 55%)";
    paint.fillRect(0, 0, (minDn / 255) * width, height);
    paint.fillRect((maxDn / 255) * width, 0, width - (maxDn / 255) * width, height);
  }, [report, minDn, maxDn]);
  return <canvas ref={canvas} className="oc-contrast__plot" role="img" aria-label="Histogram of the live picture" />;
}
