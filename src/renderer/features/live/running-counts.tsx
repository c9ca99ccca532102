import type { ClassInfo } from "../../../shared/domain/detection.ts";
import { useInstrumentState } from "../../api/context.tsx";
import { classOf } from "../../parts/overlay-items.ts";
import { Button } from "../../ui/button.tsx";
import { formatCount, formatPlural, formatTimeOfDay } from "../../ui/format.ts";
import { useLive } from "./live-context.tsx";

/** What passed through the running view, each cell once, whether its field was kept or not. */
export function RunningCounts(props: { readonly classes: readonly ClassInfo[] }) {
  const live = useLive();
  const running = useInstrumentState((state) => state.snapshot?.running);
  // Without the classes nothing of it has a name.
  if (running === undefined || running.frames === 0 || props.classes.length === 0) return undefined;
  const known = props.classes.map((info) => ({ info, n: running.counts[info.id] ?? 0 }));
  const others = Object.entries(running.counts).filter(([classId]) => !props.classes.some((info) => info.id === classId)).map(([classId, n]) => ({ info: classOf(props.classes, classId), n }));
  const text = [...known, ...others].map(({ info, n }) => `${info.letter} ${formatCount(n)}`).join("  ");
  const hint = `Cells of the running view since ${formatTimeOfDay(running.since)}, each once however often it was seen (${formatPlural(running.frames, "picture", "pictures")} analysed). A cell counts when it was found twice.`;
  return (
    <div className="oc-running" title={hint} data-testid="running-counts">
      <span className="oc-running__label">Running view</span>
      <span className="oc-running__numbers">{text}</span>
      <Button iconOnly tone="quiet" icon="undo" label="Count the running view anew" onPress={() => void live.restartTracks()} testId="restart-tracks" />
    </div>
  );
}
