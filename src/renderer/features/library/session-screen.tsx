import { useState } from "react";
import { disagreementsOf } from "../../../core/comparison/disagreements.ts";
import type { SessionView } from "../../../shared/ipc/contract.ts";
import { useInstrument, useInstrumentState } from "../../api/context.tsx";
import { CellList } from "../../parts/cell-list.tsx";
import { CountsTable } from "../../parts/counts-table.tsx";
import { DisagreementList } from "../../parts/disagreement-list.tsx";
import { disputedItems, keptComparison } from "../../parts/disputed-items.ts";
import { FieldPicture } from "../../parts/field-picture.tsx";
import { LogList } from "../../parts/log-list.tsx";
import { cellRows, overlayItems } from "../../parts/overlay-items.ts";
import { Button } from "../../ui/button.tsx";
import { formatCount, formatDateTime, formatPlural } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { Panel } from "../../ui/panel.tsx";
import { VirtualList } from "../../ui/virtual-list.tsx";
import { verifyText } from "./verify-text.ts";
import { libraryWords as words } from "./words.ts";

/** A saved session as it was: check, fields with pictures, counts, log. Nothing can be changed here. */
export function SessionScreen(props: { readonly session: SessionView; readonly onContinued: () => void; readonly onAnalyseAgain: (folder: string) => void }) {
  const { session } = props;
  const [fieldId, setFieldId] = useState(session.fields[0]?.fieldId);
  const [selectedId, setSelectedId] = useState<string | undefined>(undefined);
  const field = session.fields.find((candidate) => candidate.fieldId === fieldId);
  const { summary } = session;
  const showField = (chosen: string): void => {
    setFieldId(chosen);
    setSelectedId(undefined);
  };
  const verify = verifyText(session.verify);
  const items = field === undefined ? [] : overlayItems(field, session.classes, session.countingFrame, selectedId);
  const disputes = field === undefined ? [] : disagreementsOf(field, session.classes.map(({ id }) => id));
  const drawn = field === undefined ? [] : disputedItems(items, keptComparison(field, session.classes), session.classes);
  return (
    <>
      <section className="oc-library__session" aria-label="Saved session">
        <header className="oc-library__facts">
          <h1 className="oc-page__title">{summary.details?.specimenId ?? summary.name}</h1>
          <p className="oc-library__who oc-selectable">
            {summary.details?.operator}{summary.startedAt === undefined ? "" : `, ${formatDateTime(summary.startedAt)}`}{summary.details?.note === undefined || summary.details.note === "" ? "" : `: ${summary.details.note}`}
          </p>
          <Notice tone={verify.tone} testId="verify-result" action={<ContinueButton session={session} onContinued={props.onContinued} />}>{verify.text}</Notice>
        </header>
        {field === undefined ? <p className="oc-side__quiet">{words.noFields}</p> : <FieldPicture name={summary.name} field={field} items={drawn} classes={session.classes} insetUm={session.countingFrame.insetUm} onSelect={setSelectedId} />}
      </section>
      <aside className="oc-side" aria-label="Saved counts, fields and log">
        <div className="oc-side__parts">
          <Panel title="Counts" aside={session.fields.length === 0 ? undefined : <Button tone="quiet" label={words.analyseAgain} hint={words.analyseAgainHint} onPress={() => { props.onAnalyseAgain(session.folder); }} testId="analyse-again" />}><CountsTable classes={session.classes} columns={[{ id: "session", title: "Session", report: session.counts }]} /></Panel>
          <Panel title="Fields" grows aside={formatPlural(session.fields.length, "field", "fields")}>
            <VirtualList
              rows={session.fields}
              rowEm={2.3}
              keyOf={(row) => row.fieldId}
              label="Fields"
              choice={{ chosenKey: fieldId, onChoose: (chosen) => { if (chosen !== undefined) showField(chosen); } }}
              render={(row) => (
                <div className={row.fieldId === fieldId ? "oc-cell oc-cell--selected" : "oc-cell"} data-testid="field-row" data-field={row.fieldId}>
                  <span className="oc-cell__name">Field {session.fields.indexOf(row) + 1}</span>
                  <span className="oc-cell__remark">{row.annotations.length === 0 ? "" : formatPlural(row.annotations.length, "correction", "corrections")}</span>
                  <span className="oc-cell__size">{row.detections === undefined ? (row.analysisError ?? "not analysed") : formatPlural(row.detections.length, "cell", "cells")}</span>
                </div>
              )}
            />
          </Panel>
          {field === undefined ? undefined : (
            <Panel title="Cells of this field" grows>
              <CellList fieldId={field.fieldId} rows={cellRows(items, {}, field.header.pixelSizeUm)} classes={session.classes} selectedId={selectedId} onSelect={setSelectedId} />
            </Panel>
          )}
          {field?.second === undefined ? undefined : (
            <Panel title={words.disagreements(field.second.analyzer.id)} grows aside={words.unsettled(disputes.filter(({ settled }) => !settled).length)} testId="saved-disagreements">
              {disputes.length === 0 ? <p className="oc-side__quiet">{words.noDisagreements}</p> : <DisagreementList list={disputes} classes={session.classes} selectedId={selectedId} onSelect={setSelectedId} />}
            </Panel>
          )}
          <Panel title="Log" grows><LogList lines={session.log} follow={false} /></Panel>
          {session.ledger === undefined ? undefined : (
            <p className="oc-side__ledger" data-testid="library-ledger">
              {formatCount(session.ledger.produced)} frames produced, {formatCount(session.ledger.stored)} stored, {formatCount(Object.values(session.ledger.lost).reduce((sum, n) => sum + n, 0))} lost. {session.ledger.balanced ? "The account balances." : "The account does not balance."}
            </p>
          )}
        </div>
      </aside>
    </>
  );
}

/** For a session that was never finished: recording goes on where it stopped. */
function ContinueButton(props: { readonly session: SessionView; readonly onContinued: () => void }) {
  const { client, store } = useInstrument();
  const [busy, setBusy] = useState(false);
  const openName = useInstrumentState((state) => state.snapshot?.session?.name);
  const { summary, verify } = props.session;
  if (verify.sealed || summary.state === "damaged" || summary.name === openName) return undefined;
  const goOn = async (): Promise<void> => {
    setBusy(true);
    try {
      await client.call("session.resumeInterrupted", { name: summary.name });
      props.onContinued();
    } catch (error) {
      store.report(error, words.goOn);
    } finally {
      setBusy(false);
    }
  };
  return <Button label={words.goOn} hint={openName === undefined ? words.goOnHint : words.goOnBusy} disabled={busy || openName !== undefined} onPress={() => void goOn()} testId="continue-session" />;
}
