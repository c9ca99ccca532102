import type { ClassCount, CountReport } from "../../shared/domain/counting.ts";
import type { ClassInfo } from "../../shared/domain/detection.ts";
import { Button } from "../ui/button.tsx";
import { formatArea, formatCount, formatCountRange, formatPlural, formatShare, formatShareRange } from "../ui/format.ts";
import { formatNumber } from "../ui/number-edit.ts";
import { ClassSwatch } from "./class-swatch.tsx";

/** One column of the table: what was counted, over what. */
export interface CountColumn {
  readonly id: string;
  readonly title: string;
  /** Undefined while nothing was counted: dashes are shown. */
  readonly report: CountReport | undefined;
  /** Said under the title, e.g. "live, not kept". */
  readonly remark?: string | undefined;
  /** Why these numbers are not of now. */
  readonly outdated?: string;
}

/**
 * n of each class with its 95 % interval, and the share with its own; every column says over how many fields and what
 * area. The share is that of the last column that has counted anything.
 */
export function CountsTable(props: {
  readonly classes: readonly ClassInfo[];
  readonly columns: readonly CountColumn[];
  readonly hiddenClasses?: ReadonlySet<string>;
  readonly onToggleClass?: (classId: string) => void;
  /** False where no key gives a cell a class. */
  readonly hasKeys?: boolean;
}) {
  const shareFrom = [...props.columns].reverse().find((column) => (column.report?.total ?? 0) > 0);
  const toggles = props.onToggleClass !== undefined;
  return (
    <table className="oc-counts">
      <thead>
        <tr>
          <th scope="col" className="oc-counts__class">Class, share (95 %)</th>
          {props.columns.map((column) => (
            <th key={column.id} scope="col" className={numberClass(column)} title={column.outdated ?? "Cells counted, with the exact 95 % Poisson interval of the expected count"}>{column.title}</th>
          ))}
          {toggles ? <th scope="col" className="oc-counts__eye"><span className="oc-hidden-text">Shown</span></th> : undefined}
        </tr>
      </thead>
      <tbody>
        {props.classes.map((info, index) => {
          const hidden = props.hiddenClasses?.has(info.id) === true;
          return (
            <tr key={info.id} className={hidden ? "oc-counts__row oc-counts__row--hidden" : "oc-counts__row"}>
              <th scope="row" className="oc-counts__class">
                <span className="oc-counts__name" title={props.hasKeys === false ? info.plural : `${info.plural}: key ${index + 1} gives a cell this class`}><ClassSwatch info={info} />{info.plural}</span>
                <span className="oc-counts__interval" data-testid={`share-${info.id}`}>{shareText(countOf(shareFrom?.report, info.id))}</span>
              </th>
              {props.columns.map((column) => <CountCell key={column.id} className={numberClass(column)} count={countOf(column.report, info.id)} testId={column.id === "session" ? `count-${info.id}` : `count-${column.id}-${info.id}`} />)}
              {toggles ? (
                <td className="oc-counts__eye">
                  <Button iconOnly tone="quiet" icon={hidden ? "eye-off" : "eye"} label={hidden ? `Show ${info.plural}` : `Hide ${info.plural}`} pressed={!hidden} onPress={() => props.onToggleClass?.(info.id)} testId={`toggle-${info.id}`} />
                </td>
              ) : undefined}
            </tr>
          );
        })}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" className="oc-counts__class">Counted over</th>
          {props.columns.map((column) => <Denominator key={column.id} column={column} />)}
          {toggles ? <td /> : undefined}
        </tr>
      </tfoot>
    </table>
  );
}

function numberClass({ outdated }: CountColumn): string {
  return outdated === undefined ? "oc-counts__number" : "oc-counts__number oc-counts__number--outdated";
}

function CountCell(props: { readonly className: string; readonly count: ClassCount | undefined; readonly testId: string }) {
  return (
    <td className={props.className}>
      <span className="oc-counts__n" data-testid={props.testId}>{props.count === undefined ? "–" : formatCount(props.count.n)}</span>
      <span className="oc-counts__interval" title={spreadText(props.count)}>{props.count === undefined ? "\u00a0" : formatCountRange(props.count.low, props.count.high)}</span>
    </td>
  );
}

/** How evenly the cells lie from field to field. */
function spreadText(count: ClassCount | undefined): string | undefined {
  const spread = count?.betweenFields;
  if (spread === undefined) return undefined;
  const cv = spread.cv === undefined ? "" : `, coefficient of variation ${formatShare(spread.cv)}`;
  return `${formatNumber(spread.mean, 1)} a field, standard deviation ${formatNumber(spread.sd, 1)}${cv}`;
}

function Denominator(props: { readonly column: CountColumn }) {
  const { report, id, remark } = props.column;
  if (report === undefined) return <td className="oc-counts__number">{remark ?? "–"}</td>;
  const outside = report.outsideFrame === 0 ? "" : `; ${formatPlural(report.outsideFrame, "more cell", "more cells")} outside the counting frame`;
  const again = (report.seenAgain ?? 0) === 0 ? "" : `; ${formatPlural(report.seenAgain ?? 0, "sighting", "sightings")} of cells that another field had shown, not counted again`;
  return (
    <td className="oc-counts__number" title={`${formatPlural(report.total, "cell", "cells")} in ${formatPlural(report.fields, "field", "fields")}${outside}${again}`}>
      <span data-testid={`fields-${id}`}>{formatPlural(report.fields, "field", "fields")}</span>
      <span className="oc-counts__interval">{report.areaUm2 === undefined ? "area unknown" : formatArea(report.areaUm2)}</span>
    </td>
  );
}

function countOf(report: CountReport | undefined, classId: string): ClassCount | undefined {
  return report?.classes.find((count) => count.classId === classId);
}

function shareText(count: ClassCount | undefined): string {
  if (count?.share === undefined) return "\u00a0";
  return `${formatNumber(count.share.value * 100, 1)} (${formatShareRange(count.share.low, count.share.high)})`;
}
