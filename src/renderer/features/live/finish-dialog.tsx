import { useInstrumentState } from "../../api/context.tsx";
import { CountsTable } from "../../parts/counts-table.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { formatPlural } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { useLive, useLiveState } from "./live-context.tsx";
import { liveWords as words } from "./words.ts";

/** Sealing cannot be undone: asked once, with what will be sealed. */
export function FinishDialog() {
  const live = useLive();
  const asked = useLiveState((state) => state.finishAsked);
  const busy = useLiveState((state) => state.busy.has("session.finish"));
  const session = useInstrumentState((state) => state.snapshot?.session);
  const classes = useInstrumentState((state) => state.snapshot?.analyzer.classes);
  const waiting = useInstrumentState((state) => Object.values(state.fields).filter((field) => field.detections === undefined && field.analysisError === undefined).length);
  if (!asked || session === undefined) return undefined;
  const close = (): void => { live.live.setState({ finishAsked: false }); };
  return (
    <Dialog
      title={`Finish ${session.details.specimenId}?`}
      onClose={close}
      testId="finish-dialog"
      actions={
        <>
          <Button size="large" label="Go on recording" onPress={close} testId="finish-cancel" />
          <Button size="large" tone="primary" label={words.finishNow} disabled={busy} onPress={() => void live.finish()} testId="finish-confirm" />
        </>
      }
    >
      <p>{formatPlural(session.fields.length, "field", "fields")} by {session.details.operator}. A sealed session takes no more fields and no more corrections.</p>
      {waiting === 0 ? undefined : <Notice tone="warning">{`The analysis of ${formatPlural(waiting, "field is", "fields is")} still under way.`}</Notice>}
      {session.fields.length === 0 ? <Notice tone="warning">No field was kept: the session will be sealed empty.</Notice> : <CountsTable classes={classes ?? []} columns={[{ id: "finish", title: "Session", report: session.counts }]} />}
    </Dialog>
  );
}
