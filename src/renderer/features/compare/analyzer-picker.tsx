import { useEffect, useState } from "react";
import type { AnalyzerRef } from "../../../shared/domain/comparison.ts";
import type { AnalyzerEntry } from "../../../shared/ipc/contract.ts";
import { useInstrument, useInstrumentState } from "../../api/context.tsx";
import { Icon } from "../../ui/icon.tsx";
import { SelectField } from "../../ui/select-field.tsx";
import { compareWords as words } from "./words.ts";

/** Which analyzer counts, and which one looks beside it. */
export function AnalyzerPicker() {
  const { client, store } = useInstrument();
  const first = useInstrumentState((state) => state.snapshot?.analyzer);
  const second = useInstrumentState((state) => state.snapshot?.second);
  const inSession = useInstrumentState((state) => state.snapshot?.session !== undefined);
  const [entries, setEntries] = useState<readonly AnalyzerEntry[]>([]);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    let current = true;
    client.call("analyzer.catalog", {}).then(
      (list) => { if (current) setEntries(list); },
      (error: unknown) => { store.report(error, "Listing the analyzers"); },
    );
    return () => { current = false; };
  }, [client, store]);

  const choose = async (what: string, task: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    try {
      await task();
    } catch (error) {
      store.report(error, what);
    } finally {
      setBusy(false);
    }
  };
  const usable = entries.filter((entry) => entry.problem === undefined);
  const options = usable.map((entry) => ({ value: keyOf(entry.ref), label: `${entry.ref.kind === "model" ? "Model" : "Rules"}: ${entry.name} ${entry.version}` }));
  const refOf = (key: string): AnalyzerRef | undefined => usable.find((entry) => keyOf(entry.ref) === key)?.ref;
  const firstKey = first === undefined ? "" : keyOf(first.ref);
  const unlisted = options.some((option) => option.value === firstKey) || first === undefined ? [] : [{ value: firstKey, label: first.ref.id }];
  return (
    <div className="oc-compare__choice">
      <div title={inSession ? words.firstFixed : undefined}>
        <SelectField label={words.first} value={firstKey} options={[...unlisted, ...options]} disabled={busy || inSession} testId="first-analyzer" onChoose={(key) => {
          const ref = refOf(key);
          if (ref !== undefined) void choose("Choosing the first analyzer", () => client.call("analyzer.choose", { ref }));
        }} />
      </div>
      <SelectField label={words.second} value={second === undefined ? "" : keyOf(second.ref)} options={[{ value: "", label: words.none }, ...options]} disabled={busy} testId="second-analyzer" onChoose={(key) => {
        const ref = refOf(key);
        void choose("Choosing the second analyzer", () => client.call("analyzer.setSecond", ref === undefined ? {} : { ref }));
      }} />
      <p className="oc-side__quiet" role="status" data-testid="second-state">{second === undefined ? "" : stateWords(second.state, second.reason)}</p>
      {entries.filter((entry) => entry.problem !== undefined).map((entry) => <p key={keyOf(entry.ref)} className="oc-compare__problem"><Icon name="warning" size={16} />{entry.problem}</p>)}
    </div>
  );
}

function keyOf(ref: AnalyzerRef): string {
  return `${ref.kind}:${ref.id}`;
}

function stateWords(state: "starting" | "ready" | "restarting" | "failed" | "disposed", reason: string | undefined): string {
  return { starting: "The second analyzer is starting", ready: "Both analyzers are ready", restarting: "The second analyzer is being restarted", failed: `The second analyzer cannot be used: ${reason ?? "see the log"}`, disposed: "" }[state];
}
