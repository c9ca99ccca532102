import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Keycap } from "../ui/shortcuts.tsx";
import type { ShortcutLabels } from "../ui/shortcuts.tsx";
import type { Action } from "./actions.ts";
import { appWords as words } from "./words.ts";

/** All keys by group, straight from the keymap, with what a person assigned. */
export function KeyOverview(props: { readonly actions: readonly Action[]; readonly labels: ShortcutLabels; readonly onClose: () => void }) {
  const keyed = props.actions.filter((action) => props.labels[action.id] !== undefined);
  const groups = [...new Set(keyed.map((action) => action.group))];
  return (
    <Dialog title="Keys" wide onClose={props.onClose} testId="key-overview" actions={<Button size="large" label="Close" onPress={props.onClose} />}>
      <div className="oc-keys">
        {groups.map((group) => (
          <section key={group} className="oc-keys__group" aria-label={group}>
            <h3 className="oc-keys__title">{group}</h3>
            <dl className="oc-keys__list">
              {keyed.filter((action) => action.group === group).map((action) => (
                <div key={action.id} className="oc-keys__row">
                  <dt>{props.labels[action.id]?.map((keys) => <Keycap key={keys} keys={keys} />)}</dt>
                  <dd>{action.label}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p className="oc-side__quiet">{words.wheelHint}</p>
      <p className="oc-side__quiet">{words.padHint}</p>
    </Dialog>
  );
}
