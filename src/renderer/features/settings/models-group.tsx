import { useCallback, useEffect, useState } from "react";
import type { ModelEntry, PickedModel, ProviderMeasure } from "../../../shared/domain/model-package.ts";
import type { OutputOf } from "../../../shared/ipc/contract.ts";
import { useInstrument, useInstrumentState } from "../../api/context.tsx";
import { Button } from "../../ui/button.tsx";
import { SelectField } from "../../ui/select-field.tsx";
import { AddModelDialog } from "./add-model-dialog.tsx";
import { Group, Row } from "./group.tsx";

type Offered = OutputOf<"models.providers">;

/** Model packages, what computes them, and how long a run takes. */
export function ModelsGroup() {
  const { client, store } = useInstrument();
  const [models, setModels] = useState<readonly ModelEntry[]>([]);
  const [offered, setOffered] = useState<Offered>();
  const [measured, setMeasured] = useState<Readonly<Record<string, ProviderMeasure | "running">>>({});
  const [picked, setPicked] = useState<PickedModel>();
  const isCounting = useInstrumentState((state) => state.snapshot?.session !== undefined);
  /** What a model runs on, and why not on what was chosen, is known when its process has started. */
  const analyzerState = useInstrumentState((state) => state.snapshot?.analyzer.state);
  const load = useCallback(async (): Promise<void> => {
    try {
      const [list, providers] = await Promise.all([client.call("models.list", {}), client.call("models.providers", {})]);
      setModels(list);
      setOffered(providers);
    } catch (error) {
      store.report(error, "Reading the model packages");
    }
  }, [client, store]);
  useEffect(() => { void load(); }, [load, analyzerState]);

  const choose = async (provider: string): Promise<void> => {
    try {
      await client.call("models.chooseProvider", { provider });
      setMeasured({});
      await load();
    } catch (error) {
      store.report(error, "Choosing what computes");
    }
  };
  const measure = async (modelId: string): Promise<void> => {
    setMeasured((before) => ({ ...before, [modelId]: "running" }));
    try {
      const result = await client.call("models.measure", { modelId, provider: offered?.chosen ?? "cpu" });
      setMeasured((before) => ({ ...before, [modelId]: result }));
    } catch (error) {
      setMeasured(({ [modelId]: _failed, ...others }) => others);
      store.report(error, `Measuring ${modelId}`);
    }
  };
  const pick = async (): Promise<void> => {
    try {
      setPicked((await client.call("models.pick", {})).picked);
    } catch (error) {
      store.report(error, "Opening an ONNX file");
    }
  };

  return (
    <Group title="Models">
      {offered === undefined ? undefined : (
        <SelectField label="Computes on" value={offered.chosen} disabled={isCounting} testId="provider"
          options={offered.providers.map(({ name, title, isBundled }) => ({ value: name, label: isBundled ? title : `${title}, needs its own libraries` }))}
          onChoose={(provider) => { void choose(provider); }} />
      )}
      {isCounting ? <p className="oc-side__quiet">Fixed while a session is open: its counts are of one runtime.</p> : undefined}
      {offered?.notice === undefined ? undefined : <p className="oc-text-field__problem" role="status" data-testid="provider-notice">{offered.notice}</p>}
      {models.map((model) => (
        <Row key={model.id} label={model.id}>
          <span data-testid={`model-${model.id}`}>{wordsOf(model, measured[model.id])}</span>{" "}
          {model.problem === undefined ? <Button label="Measure" hint="Runs its test tensors on what is chosen above" disabled={measured[model.id] === "running"} onPress={() => { void measure(model.id); }} testId={`measure-${model.id}`} /> : undefined}
        </Row>
      ))}
      <Button label="Add a model..." onPress={() => { void pick(); }} testId="add-model" />
      {picked === undefined ? undefined : <AddModelDialog picked={picked} onClose={() => { setPicked(undefined); }} onAdded={() => { setPicked(undefined); void load(); }} />}
    </Group>
  );
}

function wordsOf(model: ModelEntry, measure: ProviderMeasure | "running" | undefined): string {
  if (model.problem !== undefined) return model.problem;
  const known = `${model.version}, ${model.head ?? ""}, ${model.classes.map((one) => one.name).join(", ")}`;
  if (measure === undefined) return known;
  if (measure === "running") return `${known}; measuring`;
  return `${known}; reproduced${measure.msPerRun === undefined ? "" : `, ${measure.msPerRun.toFixed(1)} ms per run`} with ${measure.runtime}${measure.notice === undefined ? "" : `; ${measure.notice}`}`;
}
