import type { OpeningProgress } from "../../shared/ipc/contract.ts";
import { Button } from "../ui/button.tsx";
import { formatBytes } from "../ui/format.ts";
import { Skeleton } from "../ui/notice.tsx";
import { ProgressLine } from "../ui/progress-line.tsx";
import { timeLeft } from "../ui/time-left.ts";

/** How far the opening of a session is, and the way out of it. */
export function OpeningLine(props: { readonly progress: OpeningProgress | undefined; readonly onCancel: () => void }) {
  const { progress } = props;
  const told = progress === undefined ? undefined : openingWords(progress);
  return (
    <div className="oc-opening">
      {progress === undefined || told === undefined ? <Skeleton lines={1} /> : <ProgressLine done={progress.doneBytes} total={progress.totalBytes} label={told} />}
      <p className="oc-opening__words" data-testid="opening-words">{told}</p>
      <Button label="Cancel" onPress={props.onCancel} testId="opening-cancel" />
    </div>
  );
}

/** "120 MB of 480 MB, 12 s left". */
export function openingWords({ doneBytes, totalBytes, secondsLeft }: OpeningProgress): string {
  return `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}${secondsLeft === undefined ? "" : `, ${timeLeft(secondsLeft)} left`}`;
}
