import { useInstrumentState } from "../../../api/context.tsx";
import { Notice } from "../../../ui/notice.tsx";
import { CheckField, TextField } from "../../../ui/text-field.tsx";
import { seatedName } from "../role-words.ts";
import { deviceWords } from "../words.ts";
import type { Wizard, WizardState } from "./wizard.ts";
import { wizardWords as words } from "./wizard-words.ts";

/** What people call it, and what it does here. */
export function NameStep(props: { readonly wizard: Wizard; readonly state: WizardState }) {
  const { wizard, state } = props;
  const setup = useInstrumentState((instrument) => instrument.devices);
  if (state.device === undefined) return undefined;
  const kinds = wizard.kinds();
  const roles = wizard.roles() ?? [];
  return (
    <>
      <TextField label={words.deviceName} value={state.device.name} maxLength={80} problem={state.device.name.trim() === "" ? words.nameMissing : undefined} onChange={(name) => { wizard.setName(name); }} testId="wizard-name" />
      {kinds === undefined ? <p className="oc-side__quiet" role="status" data-testid="wizard-roles-unknown">{state.test.state === "running" ? words.testing : words.rolesUnknown}</p> : (
        <fieldset className="oc-wizard__roles">
          <legend className="oc-text-field__label">{words.rolesLead}</legend>
          {kinds.map((kind) => {
            const view = setup?.roles.find(({ role }) => role === kind);
            const who = setup === undefined || view?.configured === undefined ? words.roleFree : words.roleNow(seatedName(setup, view));
            return <CheckField key={kind} label={`${deviceWords.kinds[kind]} (${who})`} checked={roles.includes(kind)} onChange={(takes) => { wizard.setRole(kind, takes); }} testId={`wizard-role-${kind}`} />;
          })}
          {roles.length === 0 ? <p className="oc-side__quiet">{words.noRoles}</p> : undefined}
        </fieldset>
      )}
      {state.addProblem === undefined ? undefined : <Notice tone="error" testId="wizard-add-problem">{state.addProblem}</Notice>}
    </>
  );
}
