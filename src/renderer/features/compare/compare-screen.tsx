import { useEffect, useMemo, useRef, useState } from "react";
import { comparisonOf, disagreementsOf, type Disagreement } from "../../../core/comparison/disagreements.ts";
import type { ComparisonSummary } from "../../../shared/domain/comparison.ts";
import type { ClassInfo } from "../../../shared/domain/detection.ts";
import type { FieldView } from "../../../shared/domain/snapshot.ts";
import type { InstrumentClient } from "../../api/client.ts";
import { useInstrument, useInstrumentState } from "../../api/context.tsx";
import { DisagreementList } from "../../parts/disagreement-list.tsx";
import { FieldPicture } from "../../parts/field-picture.tsx";
import { overlayItems } from "../../parts/overlay-items.ts";
import { Button } from "../../ui/button.tsx";
import { dialogIsOpen, ownerOf } from "../../ui/key-owner.ts";
import { Empty, Notice } from "../../ui/notice.tsx";
import { Panel } from "../../ui/panel.tsx";
import { SelectField } from "../../ui/select-field.tsx";
import { AgreementTable } from "./agreement-table.tsx";
import { AnalyzerPicker } from "./analyzer-picker.tsx";
import { compareKeyOf } from "./compare-keys.ts";
import { settlementOf, type Settlement, type Verdict } from "./settle.ts";
import { compareWords as words } from "./words.ts";

/** Two analyzers side by side, and the list of what they see differently. */
export function CompareScreen() {
  const session = useInstrumentState((state) => state.snapshot?.session);
  const classes = useInstrumentState((state) => state.snapshot?.analyzer.classes) ?? [];
  const second = useInstrumentState((state) => state.snapshot?.second);
  const fields = useInstrumentState((state) => state.fields);
  const kept = useMemo(() => Object.values(fields).filter((field) => field.second !== undefined).sort((a, b) => (a.fieldId < b.fieldId ? -1 : 1)), [fields]);
  const [chosenId, setChosenId] = useState<string | undefined>(undefined);
  const field = kept.find((candidate) => candidate.fieldId === chosenId) ?? kept.at(-1);
  const known = second === undefined ? classes : [...classes, ...second.classes.filter((info) => !classes.some((other) => other.id === info.id))];
  return (
    <main className="oc-compare" aria-label={words.title}>
      <section className="oc-compare__work">
        <header className="oc-compare__head">
          <h1 className="oc-page__title">{words.title}</h1>
          <AnalyzerPicker />
        </header>
        {field === undefined || session === undefined ? <EmptyPictures hasSecond={second !== undefined} hasSession={session !== undefined} /> : <FieldWork key={field.fieldId} sessionName={session.name} field={field} kept={kept} classes={known} insetUm={session.countingFrame.insetUm} onChoose={setChosenId} />}
      </section>
      {second !== undefined && (field === undefined || session === undefined) ? (
        <aside className="oc-side" aria-label="Live agreement"><div className="oc-side__parts"><LiveAgreement classes={known} /></div></aside>
      ) : undefined}
    </main>
  );
}

function EmptyPictures(props: { readonly hasSecond: boolean; readonly hasSession: boolean }) {
  return (
    <Empty title={props.hasSecond ? words.noFieldsTitle : words.chooseTitle} testId="compare-empty">
      <p>{props.hasSecond ? (props.hasSession ? words.noFields : words.noSession) : words.chooseSecond}</p>
      <p className="oc-compare__lead">{words.lead}</p>
    </Empty>
  );
}

function LiveAgreement(props: { readonly classes: readonly ClassInfo[] }) {
  const compared = useInstrumentState((state) => state.compared);
  return (
    <Panel title="Live agreement" testId="live-agreement">
      {compared === undefined ? <p className="oc-side__quiet">{words.liveWaiting}</p> : <AgreementTable summary={compared.summary} classes={props.classes} testId="live-agreement-table" />}
    </Panel>
  );
}

function FieldWork(props: { readonly sessionName: string; readonly field: FieldView; readonly kept: readonly FieldView[]; readonly classes: readonly ClassInfo[]; readonly insetUm: number; readonly onChoose: (fieldId: string) => void }) {
  const { client, store } = useInstrument();
  const { field, classes } = props;
  const firstClassIds = useInstrumentState((state) => state.snapshot?.analyzer.classes);
  const canUndo = useInstrumentState((state) => state.snapshot?.session?.canUndo === true);
  const ids = useMemo(() => (firstClassIds ?? []).map((info) => info.id), [firstClassIds]);
  const list = useMemo(() => disagreementsOf(field, ids), [field, ids]);
  const summary = useMemo(() => comparisonOf(field, ids)?.summary, [field, ids]);
  const [selectedId, setSelectedId] = useState<string | undefined>(undefined);
  const selected = list.find((row) => row.id === selectedId) ?? list.find((row) => !row.settled);

  /** Verdicts and undos one after another: until one is written, the list still shows what it was said of. */
  const writing = useRef(false);
  const write = async (what: string, task: () => Promise<FieldView>): Promise<void> => {
    if (writing.current) return;
    writing.current = true;
    try {
      store.tell({ kind: "field", field: await task() });
      // On to the next one that nobody has settled yet.
      setSelectedId(undefined);
    } catch (error) {
      store.report(error, what);
    } finally {
      writing.current = false;
    }
  };
  const settle = async (row: Disagreement | undefined, verdict: Verdict): Promise<void> => {
    const settlement = row === undefined ? undefined : settlementOf(field.fieldId, row, verdict);
    if (settlement !== undefined) await write("Settling the disagreement", () => send(client, settlement));
  };
  const undo = (): Promise<void> => write("Undo", () => client.call("annotation.undo", {}));
  const step = (way: 1 | -1): void => {
    const at = list.findIndex((row) => row.id === selected?.id);
    setSelectedId(list[Math.min(list.length - 1, Math.max(0, at + way))]?.id);
  };
  const onKey = (event: KeyboardEvent): void => {
    const key = event.defaultPrevented || dialogIsOpen() ? undefined : compareKeyOf(event, ownerOf(event.target));
    if (key === undefined) return;
    if (key === "next" || key === "previous") step(key === "next" ? 1 : -1);
    else if (key === "undo") void undo();
    else void settle(selected, key === "confirm" ? (selected?.first === undefined ? "second" : "first") : key);
    event.preventDefault();
  };
  useEffect(() => {
    window.addEventListener("keydown", onKey);
    return () => { window.removeEventListener("keydown", onKey); };
  });

  const secondField: FieldView = { ...field, detections: field.second?.detections ?? [] };
  const index = props.kept.indexOf(field) + 1;
  return (
    <div className="oc-compare__field">
      <div className="oc-compare__pictures">
        <figure className="oc-compare__picture">
          <figcaption>1 {field.analyzer?.id} {field.analyzer?.version}</figcaption>
          <FieldPicture name={props.sessionName} field={field} items={overlayItems(withoutSecond(field), classes, undefined, selected?.first?.id)} classes={classes} insetUm={props.insetUm} onSelect={setSelectedId} label="The kept field with the first analyzer's cells" />
        </figure>
        <figure className="oc-compare__picture">
          <figcaption>2 {field.second?.analyzer.id} {field.second?.analyzer.version}</figcaption>
          <FieldPicture name={props.sessionName} field={secondField} items={overlayItems(withoutSecond(secondField), classes, undefined, selected?.second?.id)} classes={classes} insetUm={props.insetUm} onSelect={setSelectedId} label="The same field with the second analyzer's cells" />
        </figure>
      </div>
      <aside className="oc-side" aria-label="Disagreements">
        <div className="oc-side__parts">
          <Panel title="Field">
            <SelectField label={`Field ${index} of ${props.kept.length}`} value={field.fieldId} options={props.kept.map((one, i) => ({ value: one.fieldId, label: `Field ${i + 1}` }))} onChoose={props.onChoose} testId="compare-field" />
            {summary === undefined ? <p className="oc-side__quiet">{words.waiting}</p> : <AgreementTable summary={summary} classes={classes} testId="field-agreement-table" />}
          </Panel>
          <Panel title="Disagreements" grows aside={<span data-testid="unsettled">{list.filter((row) => !row.settled).length} to settle</span>}>
            {list.length === 0 ? <NothingListed summary={summary} /> : <DisagreementList list={list} classes={classes} selectedId={selected?.id} onSelect={setSelectedId} />}
          </Panel>
        </div>
        <div className="oc-compare__verdicts">
          {selected?.kind === "class" ? (
            <>
              <Button label={words.confirmFirst} onPress={() => void settle(selected, "first")} testId="verdict-first" />
              <Button label={words.confirmSecond} onPress={() => void settle(selected, "second")} testId="verdict-second" />
            </>
          ) : (
            <Button label={words.confirm} disabled={selected === undefined} onPress={() => void settle(selected, selected?.first === undefined ? "second" : "first")} testId="verdict-confirm" />
          )}
          <Button label={words.reject} disabled={selected === undefined} onPress={() => void settle(selected, "reject")} testId="verdict-reject" />
          <Button label={words.undo} disabled={!canUndo} onPress={() => void undo()} testId="verdict-undo" />
          <p className="oc-side__quiet">{words.keys}</p>
        </div>
      </aside>
    </div>
  );
}

/** An empty list is agreement only where both have answered and could have said the same. */
function NothingListed({ summary }: { readonly summary: ComparisonSummary | undefined }) {
  if (summary === undefined) return undefined;
  return summary.classes.length === 0 ? <p className="oc-side__quiet" data-testid="nothing-to-settle">{words.nothingToSettle}</p> : <Notice tone="ok" testId="both-agree">{words.agree}</Notice>;
}

function send(client: InstrumentClient, settlement: Settlement): Promise<FieldView> {
  switch (settlement.method) {
    case "annotation.confirm":
      return client.call(settlement.method, settlement.input);
    case "annotation.reclassify":
      return client.call(settlement.method, settlement.input);
    case "annotation.reject":
      return client.call(settlement.method, settlement.input);
  }
}

/** The field as one analyzer alone sees it. */
function withoutSecond({ second: _, ...field }: FieldView): FieldView {
  return field;
}
