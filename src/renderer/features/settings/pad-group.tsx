import { useEffect, useState } from "react";
import { ASSIGNABLE } from "../../api/preferences.ts";
import type { Assignable, Assigned, Preferences } from "../../api/preferences.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { nameOfPress, printedKeys } from "../../ui/key-names.ts";
import { Keycap } from "../../ui/shortcuts.tsx";
import { Group, Row } from "./group.tsx";

const NAMES: Readonly<Record<Assignable, string>> = { keep: "Keep field", next: "Next field", stop: "Stop" };
/** How often the pads are looked at while a press is waited for. */
const POLL_MS = 50;
const MODIFIERS = new Set(["Shift", "Control", "Alt", "Meta", "AltGraph"]);

type Assignments = Preferences["assigned"];

/** What a gamepad's buttons and a pedal's keys do. A pedal is a keyboard of few keys, or a gamepad. */
export function PadGroup(props: { readonly assigned: Assignments; readonly meaningOfKey: (name: string) => string | undefined; readonly onAssign: (assigned: Assignments) => void }) {
  const { assigned, onAssign } = props;
  const [asked, setAsked] = useState<Assignable>();
  /** A key or button does one thing: it is taken from what had it. */
  const assign = (what: Assignable, given: Assigned): void => {
    const without = (each: Assigned): Assigned => ({
      ...(each.key === undefined || each.key === given.key ? {} : { key: each.key }),
      ...(each.button === undefined || each.button === given.button ? {} : { button: each.button }),
    });
    onAssign({ keep: without(assigned.keep), next: without(assigned.next), stop: without(assigned.stop), [what]: { ...without(assigned[what]), ...given } });
    setAsked(undefined);
  };
  return (
    <Group title="Gamepad and pedal">
      {ASSIGNABLE.map((what) => {
        const { key, button } = assigned[what];
        return (
          <Row key={what} label={NAMES[what]}>
            <span data-testid={`assigned-${what}`}>
              {key === undefined ? undefined : <Keycap keys={printedKeys(key)} />}
              {button === undefined ? undefined : <Keycap keys={`Pad ${button + 1}`} />}
              {key === undefined && button === undefined ? "nothing" : undefined}
            </span>
            <Button label="Assign..." onPress={() => { setAsked(what); }} testId={`assign-${what}`} />
            <Button label="Clear" disabled={key === undefined && button === undefined} onPress={() => { onAssign({ ...assigned, [what]: {} }); }} testId={`clear-${what}`} />
          </Row>
        );
      })}
      {asked === undefined ? undefined : <AssignDialog what={asked} meaningOfKey={props.meaningOfKey} onAssign={(given) => { assign(asked, given); }} onClose={() => { setAsked(undefined); }} />}
    </Group>
  );
}

/** Waits for a key or a button; keys that mean something already are refused in words. */
function AssignDialog(props: { readonly what: Assignable; readonly meaningOfKey: (name: string) => string | undefined; readonly onAssign: (given: Assigned) => void; readonly onClose: () => void }) {
  const { what, meaningOfKey, onAssign } = props;
  const [taken, setTaken] = useState<string>();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      // Esc closes the dialog; a modifier alone is the beginning of a key.
      if (event.key === "Escape" || event.key === "Tab" || MODIFIERS.has(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      const name = nameOfPress(event);
      const meaning = meaningOfKey(name);
      if (meaning === undefined) onAssign({ key: name });
      else setTaken(`${printedKeys(name)} already means: ${meaning.charAt(0).toLowerCase()}${meaning.slice(1)}`);
    };
    window.addEventListener("keydown", onKeyDown, { capture: true });
    return () => { window.removeEventListener("keydown", onKeyDown, { capture: true }); };
  }, [meaningOfKey, onAssign]);
  useEffect(() => {
    const pressed = (): ReadonlySet<string> => new Set(navigator.getGamepads().flatMap((pad) => (pad === null ? [] : pad.buttons.flatMap((button, index) => (button.pressed ? [`${pad.index} ${index}`] : [])))));
    let before = pressed();
    const timer = setInterval(() => {
      const now = pressed();
      const fresh = [...now].find((each) => !before.has(each));
      before = now;
      if (fresh !== undefined) onAssign({ button: Number(fresh.split(" ")[1]) });
    }, POLL_MS);
    return () => { clearInterval(timer); };
  }, [onAssign]);
  return (
    <Dialog title={NAMES[what]} onClose={props.onClose} testId="assign-dialog" actions={<Button size="large" label="Cancel" onPress={props.onClose} />}>
      <p>Press the pedal, a key or a button of the gamepad</p>
      {taken === undefined ? undefined : <p role="alert" data-testid="key-taken">{taken}</p>}
    </Dialog>
  );
}
