import { useEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import type { DiscoveredDevice } from "../../../../shared/domain/device-setup.ts";
import { describeError, errorDataOf } from "../../../../shared/errors.ts";
import { useInstrument } from "../../../api/context.tsx";
import { Button } from "../../../ui/button.tsx";
import { classNames } from "../../../ui/class-names.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { OptionsForm } from "../options/options-form.tsx";
import { optionWords } from "../options/option-words.ts";
import { useDevices } from "../devices-context.tsx";
import { FindStep } from "./find-step.tsx";
import { NameStep } from "./name-step.tsx";
import { TestStep } from "./test-step.tsx";
import { WIZARD_STEPS, createWizard } from "./wizard.ts";
import type { Wizard, WizardState } from "./wizard.ts";
import { wizardWords as words } from "./wizard-words.ts";

/** Find, test, options, name: one step in view, one large button in its place, Esc goes back. */
export function AddWizard(props: { readonly found: DiscoveredDevice | undefined }) {
  const devices = useDevices();
  const { client, store } = useInstrument();
  const [wizard] = useState(() => createWizard({
    client, first: props.found,
    families: () => devices.ui.getState().families ?? [],
    setup: () => store.getState().devices,
    add: (device, roles) => devices.add(device, roles),
    wordsOf: (error, what) => describeError(errorDataOf(error, what)),
  }));
  const state = useStore(wizard.store);
  // A port that is still being asked would not answer the next one.
  useEffect(() => () => { if (wizard.store.getState().probe.state === "running") void wizard.cancelProbe(); }, [wizard]);
  const frame = useRef<HTMLDivElement>(null);
  // A press of the large button leaves the keyboard nowhere: it goes to what the step asks for, or to the button again.
  useEffect(() => {
    if (document.activeElement !== null && document.activeElement !== document.body && document.activeElement.tagName !== "DIALOG") return;
    const room = frame.current;
    const wanted = room?.querySelector<HTMLElement>("input, select, [role=radio][tabindex='0']") ?? room?.closest("dialog")?.querySelector<HTMLElement>(".oc-wizard__primary:not(:disabled)");
    wanted?.focus();
  }, [state.step, state.test.state, state.probe.state]);
  const back = (): void => { if (!wizard.back()) devices.closeQuestion(); };
  return (
    <Dialog
      title={words.title} wide keepsWork onClose={back} testId="add-wizard"
      actions={(
        <>
          <Button size="large" label={wizard.steps().indexOf(state.step) === 0 && state.probe.state !== "running" ? words.close : words.back} hint={words.backHint} onPress={back} testId="wizard-back" />
          <span className="oc-wizard__space" />
          {state.step === "test" && state.test.state === "failed" ? <Button size="large" label={words.goOnUntested} onPress={() => { wizard.next(); }} testId="wizard-skip-test" /> : undefined}
          <Button size="large" tone="primary" className="oc-wizard__primary" label={primaryLabel(wizard, state)} disabled={!hasPrimary(wizard, state)} onPress={() => { wizard.primary(); }} testId="wizard-next" />
        </>
      )}
    >
      <Steps wizard={wizard} state={state} />
      <div ref={frame}>
        {state.step === "options" ? <div className="oc-wizard__step"><OptionsStep wizard={wizard} state={state} /></div> : (
          <form className="oc-wizard__step" onSubmit={(event) => { event.preventDefault(); wizard.primary(); }}>
            {state.step === "find" ? <FindStep wizard={wizard} state={state} /> : undefined}
            {state.step === "test" ? <TestStep state={state} /> : undefined}
            {state.step === "name" ? <NameStep wizard={wizard} state={state} /> : undefined}
            {/* Enter in a line of text does what the large button does; among options it only keeps the value. */}
            <button type="submit" className="oc-hidden-text" tabIndex={-1} aria-hidden="true" />
          </form>
        )}
      </div>
    </Dialog>
  );
}

function primaryLabel(wizard: Wizard, { step, test, adding }: WizardState): string {
  if (step === "find") return wizard.askable() === undefined ? words.next : words.probe;
  if (step === "test") return test.state === "failed" || test.state === "untested" ? words.testAgain : words.next;
  return step === "options" ? words.next : adding ? words.adding : words.addNow;
}

function hasPrimary(wizard: Wizard, { step, device, test }: WizardState): boolean {
  if (step === "find" && device === undefined) return wizard.askable() !== undefined;
  return wizard.canGoOn() || (step === "test" && (test.state === "failed" || test.state === "untested"));
}

function Steps(props: { readonly wizard: Wizard; readonly state: WizardState }) {
  const steps = props.wizard.steps();
  return (
    <ol className="oc-wizard__steps">
      {WIZARD_STEPS.map((step) => {
        const skipped = !steps.includes(step);
        return (
          <li key={step} className={classNames("oc-wizard__mark", step === props.state.step && "oc-wizard__mark--now", skipped && "oc-wizard__mark--skipped")} aria-current={step === props.state.step ? "step" : undefined} title={skipped ? optionWords.none : undefined}>
            {words.steps[step]}
          </li>
        );
      })}
    </ol>
  );
}

function OptionsStep(props: { readonly wizard: Wizard; readonly state: WizardState }) {
  const { device } = props.state;
  const family = props.wizard.familyOf(device?.family);
  if (device === undefined || family === undefined) return undefined;
  return (
    <>
      <p className="oc-side__quiet">{family.kinds.some((kind) => kind === "xyStage" || kind === "focusDrive") ? words.optionsLead : words.optionsLeadStill}</p>
      <OptionsForm schema={family.optionsSchema} options={device.options} onChange={(options) => { props.wizard.setOptions({ ...options }); }} />
    </>
  );
}
