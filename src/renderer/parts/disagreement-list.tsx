import type { Disagreement } from "../../core/comparison/disagreements.ts";
import type { ClassInfo } from "../../shared/domain/detection.ts";
import { ClassSwatch } from "./class-swatch.tsx";
import { classOf } from "./overlay-items.ts";
import { formatNumber } from "../ui/number-edit.ts";
import { VirtualList } from "../ui/virtual-list.tsx";

const KINDS: Readonly<Record<Disagreement["kind"], string>> = { class: "other class", "only-first": "only the first", "only-second": "only the second" };

/** What the two see differently on one field: unsettled first. */
export function DisagreementList(props: { readonly list: readonly Disagreement[]; readonly classes: readonly ClassInfo[]; readonly selectedId: string | undefined; readonly onSelect: (id: string) => void }) {
  return (
    <VirtualList
      rows={props.list}
      rowEm={2.6}
      keyOf={(row) => row.id}
      label="Disagreements, unsettled first"
      testId="disagreement-list"
      choice={{ chosenKey: props.selectedId, onChoose: (id) => { if (id !== undefined) props.onSelect(id); } }}
      render={(row) => {
        const [one, other] = [row.first ?? row.second, row.first === undefined ? undefined : row.second];
        return (
          <div className={row.id === props.selectedId ? "oc-cell oc-cell--selected" : "oc-cell"} data-testid="disagreement" data-settled={row.settled}>
            {one === undefined ? undefined : <ClassSwatch info={classOf(props.classes, one.classId)} />}
            {other === undefined ? undefined : <ClassSwatch info={classOf(props.classes, other.classId)} />}
            <span className="oc-cell__name">{KINDS[row.kind]}</span>
            <span className="oc-cell__remark">{row.settled ? "settled" : ""}</span>
            <span className="oc-cell__score" title="Score, first and second">{[one, other].flatMap((object) => (object === undefined ? [] : formatNumber(object.score, 2))).join(" / ")}</span>
          </div>
        );
      }}
    />
  );
}
