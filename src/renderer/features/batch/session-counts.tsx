import type { BatchStatus, SessionCount } from "../../../shared/domain/batch.ts";
import type { ClassInfo } from "../../../shared/domain/detection.ts";
import { CountsTable } from "../../parts/counts-table.tsx";
import { classOf } from "../../parts/overlay-items.ts";
import { Panel } from "../../ui/panel.tsx";
import { batchWords as words } from "./words.ts";

/** Each session of a batch, counted anew by its own rule, beside what stands in it. */
export function SessionCounts(props: { readonly sessions: BatchStatus["sessions"]; readonly classes: readonly ClassInfo[] }) {
  return props.sessions.map((session) => (
    <Panel key={session.folder} title={nameOf(session.folder)} testId="batch-session">
      <CountsTable
        hasKeys={false}
        classes={classesOf(session, props.classes)}
        columns={[{ id: "recorded", title: words.recorded, report: session.recorded }, { id: "anew", title: words.anew, report: session.counts }]}
      />
      {session.counts.fields === session.fieldsKept ? undefined : <p className="oc-side__quiet">{words.fieldsMissing(session.fieldsKept - session.counts.fields, session.fieldsKept)}</p>}
    </Panel>
  ));
}

/** Those of the analyzer that looked now, then what the session has beside them. */
function classesOf({ counts, recorded }: SessionCount, classes: readonly ClassInfo[]): ClassInfo[] {
  const ids = new Set([...counts.classes, ...recorded.classes].map(({ classId }) => classId));
  return [...ids].map((id) => classOf(classes, id));
}

function nameOf(folder: string): string {
  return folder.split(/[\\/]/).findLast((part) => part !== "") ?? folder;
}
