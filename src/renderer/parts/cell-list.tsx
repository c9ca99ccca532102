import type { ClassInfo } from "../../shared/domain/detection.ts";
import { formatNumber } from "../ui/number-edit.ts";
import { classNames } from "../ui/class-names.ts";
import { VirtualList } from "../ui/virtual-list.tsx";
import { ClassSwatch } from "./class-swatch.tsx";
import { classOf } from "./overlay-items.ts";
import type { CellRow } from "./overlay-items.ts";

/** The cells of one field, doubtful ones first; choosing one marks it in the picture. */
export function CellList(props: { readonly rows: readonly CellRow[]; readonly classes: readonly ClassInfo[]; readonly selectedId: string | undefined; /** Whose cells they are. */ readonly fieldId?: string | undefined; readonly onSelect: (detectionId: string | undefined) => void }) {
  return (
    <VirtualList
      rows={props.rows}
      rowEm={2.3}
      keyOf={(row) => row.item.id}
      label="Cells of this field, doubtful ones first"
      testId="cell-list"
      choice={{ chosenKey: props.selectedId, of: props.fieldId, onChoose: props.onSelect }}
      render={(row) => {
        const { item } = row;
        const info = classOf(props.classes, item.classId);
        return (
          <div className={classNames("oc-cell", item.id === props.selectedId && "oc-cell--selected", item.rejected && "oc-cell--rejected")} data-testid="cell-row">
            <ClassSwatch info={info} crossed={item.rejected} />
            <span className="oc-cell__name">{info.name}</span>
            <span className="oc-cell__remark">{remarkOf(row)}</span>
            <span className="oc-cell__size">{row.sizeUm === undefined ? "" : `${formatNumber(row.sizeUm, 1)} µm`}</span>
            <span className="oc-cell__score" title="Score of the analyzer, 0 to 1">{formatNumber(item.score, 2)}</span>
          </div>
        );
      }}
    />
  );
}

function remarkOf({ item }: CellRow): string {
  if (item.rejected) return "rejected";
  if (item.corrected) return "corrected";
  return item.counted ? "" : "outside";
}
