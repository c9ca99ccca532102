import { useState } from "react";
import { useInstrument } from "../../../api/context.tsx";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Notice } from "../../../ui/notice.tsx";
import { CheckField, TextField } from "../../../ui/text-field.tsx";
import { useDevices } from "../devices-context.tsx";
import { deviceWords as words } from "../words.ts";

/** Homing passes the limits of travel: it begins only after a person has looked, and says so by name. Stop is at hand while it runs. */
export function HomeDialog() {
  const devices = useDevices();
  const { client, store, preferences } = useInstrument();
  const [who, setWho] = useState(preferences.getState().operator);
  const [isClear, setClear] = useState(false);
  const [running, setRunning] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const stop = (): void => { client.call("stage.stop", {}).catch((error: unknown) => { store.report(error, words.homing); }); };
  const run = async (): Promise<void> => {
    setRunning(true);
    setProblem(undefined);
    const failed = await devices.home(who.trim());
    setRunning(false);
    setProblem(failed);
  };
  return (
    <Dialog
      title={words.homeTitle} keepsWork testId="home-dialog" onClose={() => { if (running) stop(); else devices.closeQuestion(); }}
      actions={(
        <>
          <Button size="large" label={words.cancel} disabled={running} onPress={() => { devices.closeQuestion(); }} testId="home-cancel" />
          {running ? <Button size="large" tone="stop" icon="stop" label={words.homeStop} onPress={stop} testId="home-stop" />
            : <Button size="large" tone="primary" label={words.homeStart} disabled={!isClear || who.trim() === ""} hint={isClear ? undefined : words.homeClear} onPress={() => void run()} testId="home-start" />}
        </>
      )}
    >
      <p>{words.homeText}</p>
      <TextField label={words.homeWho} value={who} maxLength={80} onChange={setWho} problem={isClear && who.trim() === "" ? words.homeWhoMissing : undefined} testId="home-who" />
      <CheckField label={words.homeClear} checked={isClear} onChange={setClear} testId="home-clear" />
      {running ? <p role="status">{words.homeRunning}</p> : undefined}
      {problem === undefined ? undefined : <Notice tone="error" testId="home-problem">{problem}</Notice>}
    </Dialog>
  );
}
