import { useState } from "react";
import { useInstrument, useInstrumentState } from "../../../api/context.tsx";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Notice } from "../../../ui/notice.tsx";
import { CheckField, TextField } from "../../../ui/text-field.tsx";
import { useDevices } from "../devices-context.tsx";
import { type AxesRole, deviceWords as words } from "../words.ts";

/** Axes that count anew move again only after a person has looked where they are, and says by name that they tell it right. */
export function PlaceDialog(props: { readonly role: AxesRole }) {
  const devices = useDevices();
  const { preferences } = useInstrument();
  const role = useInstrumentState((state) => state.devices?.roles.find((each) => each.role === props.role));
  const [who, setWho] = useState(preferences.getState().operator);
  const [isRight, setRight] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  return (
    <Dialog
      title={words.placeTitle[props.role]} keepsWork testId="place-dialog" onClose={() => { devices.closeQuestion(); }}
      actions={(
        <>
          <Button size="large" label={words.cancel} onPress={() => { devices.closeQuestion(); }} testId="place-cancel" />
          <Button size="large" tone="primary" label={words.placeTrust} disabled={!isRight || who.trim() === ""} onPress={() => void devices.trustPlace(props.role, who.trim()).then(setProblem)} testId="place-trust" />
        </>
      )}
    >
      <p data-testid="place-why">{words.placeWhy(role?.placeDoubt, role?.placeTold)}</p>
      <p>{words.placeText}</p>
      <TextField label={words.placeWho} value={who} maxLength={80} onChange={setWho} problem={isRight && who.trim() === "" ? words.homeWhoMissing : undefined} testId="place-who" />
      <CheckField label={words.placeRight} checked={isRight} onChange={setRight} testId="place-right" />
      {problem === undefined ? undefined : <Notice tone="error" testId="place-problem">{problem}</Notice>}
    </Dialog>
  );
}
