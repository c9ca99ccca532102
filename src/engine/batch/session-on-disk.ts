import type { SessionCount } from "../../shared/domain/batch.ts";
import type { CountReport } from "../../shared/domain/counting.ts";
import { rounded } from "./csv.ts";

/** A session's counts as run.json holds them. */
export function sessionOnDisk({ folder, countingFrame, fieldsKept, counts, recorded }: SessionCount): object {
  return {
    session: folder,
    counting_frame: { inset_um: countingFrame.insetUm, rule: countingFrame.rule ?? "centre", overlaps: countingFrame.overlaps ?? "each" },
    fields_kept: fieldsKept,
    counted: countsOnDisk(counts),
    stands_in_session: countsOnDisk(recorded),
  };
}

function countsOnDisk({ fields, areaUm2, outsideFrame, seenAgain, classes }: CountReport): object {
  return {
    fields,
    ...(areaUm2 === undefined ? {} : { area_um2: rounded(areaUm2, 4) }),
    outside_frame: outsideFrame,
    ...(seenAgain === undefined ? {} : { seen_again: seenAgain }),
    counts: classes.map(({ classId, n, low, high, share }) => ({
      class: classId, n, n_low95: rounded(low, 1), n_high95: rounded(high, 1),
      ...(share === undefined ? {} : { share: rounded(share.value, 4), share_low95: rounded(share.low, 4), share_high95: rounded(share.high, 4) }),
    })),
  };
}
