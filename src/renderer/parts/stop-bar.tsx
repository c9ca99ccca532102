import { stillNeededWords, stopWords } from "../../core/counting/stop-words.ts";
import type { StopProgress } from "../../shared/domain/counting.ts";
import type { ClassInfo } from "../../shared/domain/detection.ts";
import { classOf } from "./overlay-items.ts";

/** How far the stop rule is, and what is still needed. The words carry it; the bar only shows it from afar. */
export function StopBar(props: { readonly progress: StopProgress; readonly classes: readonly ClassInfo[] }) {
  const { progress } = props;
  const until = stopWords(progress.rule, (classId) => classOf(props.classes, classId).plural.toLowerCase());
  return (
    <div className="oc-stop-rule" data-testid="stop-bar" data-reached={progress.reached}>
      <div className="oc-stop-rule__track" role="progressbar" aria-label={`Until ${until}`} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.floor(progress.done * 100)}>
        <div className={progress.reached ? "oc-stop-rule__fill oc-stop-rule__fill--reached" : "oc-stop-rule__fill"} style={{ width: `${Math.min(100, progress.done * 100)}%` }} />
      </div>
      <p className="oc-stop-rule__words"><span>Until {until}</span><strong data-testid="still-needed">{progress.reached ? "Reached: finish when you are ready" : stillNeededWords(progress)}</strong></p>
    </div>
  );
}
