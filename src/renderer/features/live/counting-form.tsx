import { stopWords } from "../../../core/counting/stop-words.ts";
import type { StopRule } from "../../../shared/domain/counting.ts";
import type { ClassInfo } from "../../../shared/domain/detection.ts";
import { useInstrumentState } from "../../api/context.tsx";
import { NumberField } from "../../ui/number-field.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { SelectField } from "../../ui/select-field.tsx";
import { useLive, useLiveState } from "./live-context.tsx";

type StopKind = StopRule["kind"] | "none";

/** How the session counts and when it is enough: chosen before the first field, written into the first record. */
export function CountingForm() {
  const live = useLive();
  const open = useLiveState((state) => state.countingOpen);
  const draft = useLiveState((state) => state.draft);
  const classes = useInstrumentState((state) => state.snapshot?.analyzer.classes) ?? [];
  const set = (part: Partial<typeof draft>): void => { live.live.setState({ draft: { ...draft, ...part } }); };
  const name = (classId: string): string => classes.find((info) => info.id === classId)?.plural.toLowerCase() ?? classId;
  return (
    <details className="oc-counting" open={open} onToggle={(event) => { live.live.setState({ countingOpen: event.currentTarget.open }); }} data-testid="counting-form">
      <summary className="oc-counting__title">Counting: <span>{draft.countingRule === "centre" ? "centre in the frame" : "two edges"}, {draft.stopRule === undefined ? "no stop rule" : `until ${stopWords(draft.stopRule, name)}`}</span></summary>
      <Segmented
        label="Cells at the border"
        value={draft.countingRule}
        options={[
          { value: "centre", label: "Centre in the frame", hint: "A cell counts when its centre lies in the counting frame" },
          { value: "two-edges", label: "Two edges", hint: "Cells on the left and upper edge count, cells on the right and lower edge do not" },
        ]}
        onChoose={(countingRule) => { set({ countingRule }); }}
        testId="counting-rule"
      />
      <StopFields rule={draft.stopRule} classes={classes} onChange={(stopRule) => { set({ stopRule }); }} />
    </details>
  );
}

function StopFields(props: { readonly rule: StopRule | undefined; readonly classes: readonly ClassInfo[]; readonly onChange: (rule: StopRule | undefined) => void }) {
  const { rule, classes } = props;
  const firstClass = classes[0]?.id ?? "";
  const classId = rule !== undefined && "classId" in rule ? rule.classId : firstClass;
  const choose = (kind: StopKind): void => { props.onChange(kind === "none" ? undefined : DEFAULTS[kind](classId)); };
  const number = rule === undefined ? undefined : numberOf(rule);
  return (
    <div className="oc-counting__stop">
      <SelectField label="Until" value={rule?.kind ?? "none"} options={[
        { value: "none", label: "I say so" }, { value: "class-count", label: "so many cells" }, { value: "share-interval", label: "a share is known to" }, { value: "fields", label: "so many fields" },
      ]} onChoose={choose} testId="stop-kind" />
      {number === undefined || rule === undefined ? undefined : <NumberField label={number.label} value={number.value} spec={number.spec} onApply={(value) => { props.onChange(withNumber(rule, value)); }} testId="stop-number" />}
      {rule === undefined || rule.kind === "fields" ? undefined : <SelectField label="Class" value={classId} options={classes.map((info) => ({ value: info.id, label: info.plural }))} onChoose={(chosen) => { props.onChange({ ...rule, classId: chosen }); }} testId="stop-class" />}
    </div>
  );
}

const DEFAULTS: { readonly [K in StopRule["kind"]]: (classId: string) => StopRule } = {
  "class-count": (classId) => ({ kind: "class-count", classId, target: 200 }),
  "share-interval": (classId) => ({ kind: "share-interval", classId, widthPoints: 3 }),
  fields: () => ({ kind: "fields", target: 20 }),
};

function numberOf(rule: StopRule): { label: string; value: number; spec: { min: number; max: number; step: number; decimals: number; unit: string } } {
  if (rule.kind === "share-interval") return { label: "Interval", value: rule.widthPoints, spec: { min: 0.1, max: 50, step: 0.5, decimals: 1, unit: "points" } };
  return { label: rule.kind === "fields" ? "Fields" : "Cells", value: rule.target, spec: { min: 1, max: rule.kind === "fields" ? 100_000 : 1_000_000, step: rule.kind === "fields" ? 1 : 10, decimals: 0, unit: "" } };
}

function withNumber(rule: StopRule, value: number): StopRule {
  return rule.kind === "share-interval" ? { ...rule, widthPoints: value } : { ...rule, target: value };
}
