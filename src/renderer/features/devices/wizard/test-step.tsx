import { Notice, Skeleton } from "../../../ui/notice.tsx";
import { PartsTable } from "../parts-table.tsx";
import type { WizardState } from "./wizard.ts";
import { wizardWords as words } from "./wizard-words.ts";

/** What the device says of itself: it is only read. */
export function TestStep(props: { readonly state: WizardState }) {
  const { device, test } = props.state;
  return (
    <>
      <p className="oc-side__quiet">{words.testLead}</p>
      <p><strong>{device?.name}</strong>{device?.port === undefined ? "" : `, ${device.port}`}</p>
      {test.state === "untested" || test.state === "running" ? <div role="status"><p>{words.testing}</p><Skeleton lines={3} /></div> : undefined}
      {test.state === "failed" ? <Notice tone="error" testId="wizard-test-failed">{test.reason} {words.testFailed}</Notice> : undefined}
      {test.state === "passed" ? (
        <div data-testid="wizard-test-passed">
          <Notice tone={test.parts.length === 0 ? "warning" : "ok"}>{test.parts.length === 0 ? words.noPartsFound : words.foundParts}</Notice>
          {test.parts.length === 0 ? undefined : <PartsTable parts={test.parts} />}
        </div>
      ) : undefined}
    </>
  );
}
