import type { BatchStatus } from "../../../shared/domain/batch.ts";
import { poissonInterval } from "../../../core/counting/intervals.ts";
import { classOf } from "../../parts/overlay-items.ts";
import { ClassSwatch } from "../../parts/class-swatch.tsx";
import { Button } from "../../ui/button.tsx";
import { formatCount, formatCountRange } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { Panel } from "../../ui/panel.tsx";
import { failureWords } from "./failure-words.ts";
import { SessionCounts } from "./session-counts.tsx";
import { timeLeft } from "../../ui/time-left.ts";
import { batchWords as words } from "./words.ts";

/** How far the batch is, what failed, and what to do next. */
export function BatchRun(props: { readonly status: BatchStatus; readonly onCancel: () => void; readonly onGoOn: () => void; readonly onShowResults: () => void; readonly onAnother: () => void }) {
  const { status } = props;
  const { state, progress, failures, counts, classes, withoutScale } = status;
  const scale = withoutScale === undefined ? "" : scaleWords(withoutScale);
  const isWhole = (progress?.failed ?? 0) === 0;
  const isOver = state === "done" || state === "canceled" || state === "failed";
  return (
    <div className="oc-batch__run">
      <ul className="oc-batch__what">{status.order?.inputs.map((path) => <li key={path}>{path}</li>)}</ul>
      <p className="oc-batch__out">{words.resultsIn} <span data-testid="batch-results">{status.order?.out}</span></p>
      <Notice tone={state === "failed" ? "error" : state !== "done" ? "plain" : isWhole ? "ok" : "warning"} testId="batch-state">{state === "failed" ? status.problem : state === "done" && !isWhole ? words.doneInPart : words.state[state]}</Notice>
      {status.notice === undefined ? undefined : <Notice tone="warning" testId="batch-notice">{status.notice}</Notice>}
      {progress === undefined ? (state === "running" ? <p>{words.starting}</p> : undefined) : (
        <>
          <progress className="oc-batch__bar" max={Math.max(progress.files, 1)} value={progress.filesDone} aria-label={words.files(progress.filesDone, progress.files)} data-testid="batch-bar" />
          <p className="oc-batch__numbers" data-testid="batch-progress">{progressWords(progress, isOver)}</p>
        </>
      )}
      <div className="oc-batch__buttons">
        {isOver ? undefined : <Button label={words.cancel} tone="stop" disabled={state === "canceling"} onPress={props.onCancel} testId="batch-cancel" />}
        {state === "canceled" || state === "failed" ? <Button label={words.goOn} tone="primary" onPress={props.onGoOn} testId="batch-go-on" /> : undefined}
        {state === "done" || state === "canceled" ? <Button label={words.showResults} tone={state === "done" ? "primary" : "normal"} onPress={props.onShowResults} testId="batch-show" /> : undefined}
        {isOver ? <Button label={words.again} onPress={props.onAnother} testId="batch-another" /> : undefined}
      </div>
      {counts.length === 0 ? undefined : (
        <dl className="oc-batch__counts" data-testid="batch-counts">
          {counts.map(({ classId, n, found }) => {
            const info = classOf(classes, classId);
            return <div key={classId}><dt><ClassSwatch info={info} /> {info.plural}</dt><dd>{formatCount(n)} <span className="oc-batch__found" title={words.intervalHint}>({countRange(n)})</span>{found === n ? undefined : <span className="oc-batch__found">{words.found(formatCount(found))}</span>}</dd></div>;
          })}
        </dl>
      )}
      {scale === "" ? undefined : <p className="oc-batch__out" data-testid="batch-without-scale">{scale}</p>}
      <SessionCounts sessions={status.sessions} classes={classes} />
      {failures.length === 0 ? undefined : (
        <Panel title={words.failures} grows testId="batch-failures">
          <ul className="oc-batch__failures">{failures.map(({ input, reason }, index) => <li key={`${index} ${input}`} title={input}>{failureWords(input, reason, status.order?.inputs ?? [])}</li>)}</ul>
        </Panel>
      )}
    </div>
  );
}

function countRange(n: number): string {
  const { low, high } = poissonInterval(n);
  return formatCountRange(low, high);
}

function scaleWords({ assumed, assumedUm, estimated, estimatedUm }: NonNullable<BatchStatus["withoutScale"]>): string {
  return [
    ...(estimatedUm === undefined ? [] : [words.estimated(estimated, estimatedUm.lowest, estimatedUm.highest)]),
    ...(assumed === 0 ? [] : [words.assumed(assumed, assumedUm)]),
  ].join("; ");
}

function progressWords({ files, filesDone, filesResumed, picturesPerSecond, secondsLeft, failed }: NonNullable<BatchStatus["progress"]>, isOver: boolean): string {
  return [
    words.files(filesDone, files),
    ...(filesResumed === 0 ? [] : [words.resumed(filesResumed)]),
    ...(isOver ? [] : [words.rate(picturesPerSecond)]),
    ...(isOver || secondsLeft === undefined ? [] : [words.left(timeLeft(secondsLeft))]),
    ...(failed === 0 ? [] : [words.failed(failed)]),
  ].join(", ");
}
