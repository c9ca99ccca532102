import { useState } from "react";
import type { ReactNode } from "react";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Notice } from "../../../ui/notice.tsx";
import { useDevices } from "../devices-context.tsx";
import { deviceWords as words } from "../words.ts";

/** A question with one thing that may be done. What went wrong is said here, and the question stays. */
export function ConfirmDialog(props: {
  readonly title: string;
  readonly confirm: string;
  /** Answers with what went wrong. */
  readonly run: () => Promise<string | undefined>;
  readonly wide?: boolean;
  readonly tone?: "primary" | "stop";
  readonly testId: string;
  readonly children: ReactNode;
}) {
  const devices = useDevices();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const run = async (): Promise<void> => {
    setBusy(true);
    const failed = await props.run();
    setBusy(false);
    setProblem(failed);
  };
  return (
    <Dialog
      title={props.title} wide={props.wide === true} testId={props.testId} onClose={() => { devices.closeQuestion(); }}
      actions={(
        <>
          <Button size="large" label={words.cancel} onPress={() => { devices.closeQuestion(); }} testId="question-cancel" />
          <Button size="large" tone={props.tone ?? "primary"} label={props.confirm} disabled={busy} onPress={() => void run()} testId="question-confirm" />
        </>
      )}
    >
      {props.children}
      {problem === undefined ? undefined : <Notice tone="error" testId="question-problem">{problem}</Notice>}
    </Dialog>
  );
}
