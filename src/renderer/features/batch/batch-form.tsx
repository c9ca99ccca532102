import { useEffect, useState } from "react";
import type { DragEvent } from "react";
import { useStore } from "zustand";
import type { BatchStart, PictureBorder } from "../../../shared/domain/batch.ts";
import type { AnalyzerEntry } from "../../../shared/ipc/contract.ts";
import { useInstrument } from "../../api/context.tsx";
import { Button } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { SelectField } from "../../ui/select-field.tsx";
import { TextField } from "../../ui/text-field.tsx";
import { BatchInputs } from "./batch-inputs.tsx";
import { withInputs } from "./batch-draft.ts";
import type { BatchDraft, BatchDraftStore } from "./batch-draft.ts";
import { batchWords as words } from "./words.ts";

const PICTURE_BORDERS = ["every", "two-edges"] as const satisfies readonly PictureBorder[];
const keyOf = ({ ref }: AnalyzerEntry): string => `${ref.kind}:${ref.id}`;

/** What to look at, who looks, and where the results go. */
export function BatchForm(props: { readonly draft: BatchDraftStore; readonly onStart: (order: BatchStart) => Promise<void> }) {
  const { client, store } = useInstrument();
  const [entries, setEntries] = useState<readonly AnalyzerEntry[]>([]);
  const [over, setOver] = useState(false);
  const [starting, setStarting] = useState(false);
  const { inputs, chosen, pixelSize, border, scale, out } = useStore(props.draft);
  const set = (part: Partial<BatchDraft>): void => { props.draft.setState(part); };
  useEffect(() => {
    let current = true;
    client.call("analyzer.catalog", {}).then(
      (list) => { if (current) setEntries(list.filter(({ problem }) => problem === undefined)); },
      (error: unknown) => { store.report(error, "Listing the analyzers"); },
    );
    return () => { current = false; };
  }, [client, store]);

  const add = (paths: readonly string[]): void => {
    set({ inputs: withInputs(props.draft.getState().inputs, paths) });
  };
  const pick = async (purpose: "inputs" | "results"): Promise<void> => {
    try {
      const { path } = await client.call("batch.pickFolder", { purpose });
      if (path === undefined) return;
      if (purpose === "inputs") add([path]);
      else set({ out: path });
    } catch (error) {
      store.report(error, "Choosing a folder");
    }
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    add([...event.dataTransfer.files].map((file) => client.pathOf(file)));
  };
  const entry = entries.find((one) => keyOf(one) === chosen) ?? entries[0];
  const size = pixelSize.trim() === "" ? undefined : Number(pixelSize.replace(",", "."));
  const problem = size === undefined || (size > 0 && Number.isFinite(size)) ? undefined : words.pixelSizeProblem;
  const ready = inputs.length > 0 && entry !== undefined && problem === undefined;
  return (
    <form className="oc-batch__form" onSubmit={(event) => {
      event.preventDefault();
      if (!ready || starting) return;
      setStarting(true);
      void props.onStart({ inputs: [...inputs], ref: entry.ref, border, ...(out === undefined ? {} : { out }), ...(size === undefined ? {} : { pixelSizeUm: size }), estimatesScale: scale === "estimated" }).finally(() => { setStarting(false); });
    }}>
      <div
        className={classNames("oc-batch__drop", over && "oc-batch__drop--over")}
        onDragOver={(event) => { event.preventDefault(); setOver(true); }}
        onDragLeave={() => { setOver(false); }}
        onDrop={drop}
        data-testid="batch-drop"
      >
        <p>{words.drop}</p>
        <Button label={words.choose} onPress={() => void pick("inputs")} testId="batch-choose" />
      </div>
      <BatchInputs inputs={inputs} onChange={(left) => { set({ inputs: left }); }} />
      <SelectField label={words.analyzer} value={entry === undefined ? "" : keyOf(entry)} options={entries.map((one) => ({ value: keyOf(one), label: `${one.ref.kind === "model" ? "Model" : "Rules"}: ${one.name} ${one.version}` }))} onChoose={(key) => { set({ chosen: key }); }} testId="batch-analyzer" />
      <TextField label={words.pixelSize} value={pixelSize} onChange={(text) => { set({ pixelSize: text }); }} problem={problem} maxLength={20} testId="batch-pixel-size" />
      {entry?.canEstimateScale === true && size === undefined ? (
        <SelectField label={words.scale} hint={words.scaleHint} value={scale} options={[{ value: "estimated", label: words.scaleEstimated }, { value: "as-is", label: words.scaleAsIs }]} onChoose={(value) => { set({ scale: value }); }} testId="batch-scale" />
      ) : undefined}
      <SelectField label={words.border} value={border} options={PICTURE_BORDERS.map((value) => ({ value, label: words.borderRule[value] }))} hint={words.sessionsKeepTheirs} onChoose={(value) => { set({ border: value }); }} testId="batch-border" />
      <p className="oc-batch__out">{out === undefined ? words.resultsBeside : <>{words.resultsIn} <span data-testid="batch-out">{out}</span></>} <Button label={words.chooseResults} onPress={() => void pick("results")} testId="batch-choose-out" /></p>
      <Button label={words.start} tone="primary" size="large" submit disabled={!ready || starting} hint={inputs.length === 0 ? words.startNeedsInputs : undefined} onPress={() => undefined} testId="batch-start" />
    </form>
  );
}
