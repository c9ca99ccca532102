import type { ClassComparison, ComparisonSummary } from "../../../shared/domain/comparison.ts";
import type { ClassInfo } from "../../../shared/domain/detection.ts";
import { ClassSwatch } from "../../parts/class-swatch.tsx";
import { classOf } from "../../parts/overlay-items.ts";
import { agreementInterval } from "../../../core/comparison/agreement-interval.ts";
import { formatCount, formatShare, formatShareRange } from "../../ui/format.ts";

/** Class by class: agreed, called otherwise, found by one only, and the share that agrees of all that either calls so. */
export function AgreementTable(props: { readonly summary: ComparisonSummary; readonly classes: readonly ClassInfo[]; readonly testId: string }) {
  const { summary } = props;
  if (summary.classes.length === 0) return <p className="oc-side__quiet">These two analyzers have no class in common</p>;
  return (
    <table className="oc-agreement" data-testid={props.testId}>
      <thead>
        <tr>
          <th scope="col">Class</th>
          <th scope="col" title="Found by both and of this class in both">Both</th>
          <th scope="col" title="Found by both, but the other one gives it another class">Other</th>
          <th scope="col" title="Found by the first only">1 only</th>
          <th scope="col" title="Found by the second only">2 only</th>
          <th scope="col" title="Agreed over all objects that either one calls so, with Wilson's 95 % interval of that share">Agree (95 %)</th>
        </tr>
      </thead>
      <tbody>
        {summary.classes.map((row) => {
          const info = classOf(props.classes, row.classId);
          return (
            <tr key={row.classId}>
              <th scope="row"><span className="oc-counts__name"><ClassSwatch info={info} />{info.plural}</span></th>
              <td data-testid={`agreed-${row.classId}`}>{formatCount(row.agreed)}</td>
              <td>{formatCount(row.otherInFirst + row.otherInSecond)}</td>
              <td>{formatCount(row.onlyFirst)}</td>
              <td>{formatCount(row.onlySecond)}</td>
              <td data-testid={`agreement-${row.classId}`}>{shareWords(row)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function shareWords(row: ClassComparison) {
  const interval = agreementInterval(row);
  if (row.share === undefined || interval === undefined) return "–";
  return <>{formatShare(row.share)} <span className="oc-agreement__range">({formatShareRange(interval.low, interval.high)})</span></>;
}
