import { useState } from "react";
import type { KeyboardEvent } from "react";
import { flushSync } from "react-dom";
import { classNames } from "../ui/class-names.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Keycap } from "../ui/shortcuts.tsx";
import { findActions } from "./actions.ts";
import type { Action } from "./actions.ts";
import { SHORTCUT_LABELS } from "./keymap.ts";
import { appWords as words } from "./words.ts";

/** Every action by name. */
export function CommandPalette(props: { readonly actions: readonly Action[]; readonly onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState(0);
  const found = findActions(props.actions, typed);
  const run = (action: Action | undefined): void => {
    if (action === undefined) return;
    // The dialog first gives the keyboard back to whom it had it from: an action may want it elsewhere.
    flushSync(props.onClose);
    action.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const way = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (way !== 0) {
      event.preventDefault();
      const next = Math.max(0, Math.min(found.length - 1, chosen + way));
      setChosen(next);
      document.getElementById(optionId(next))?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      event.preventDefault();
      run(found[chosen]);
    }
  };
  return (
    <Dialog title={words.paletteHint} onClose={props.onClose} testId="command-palette">
      <input
        className="oc-text-field__input oc-palette__input"
        role="combobox"
        aria-label={words.paletteHint}
        aria-expanded="true"
        aria-controls="palette-options"
        aria-activedescendant={found.length === 0 ? undefined : optionId(chosen)}
        autoFocus
        value={typed}
        onChange={(event) => { setTyped(event.currentTarget.value); setChosen(0); }}
        onKeyDown={onKeyDown}
        data-testid="palette-input"
      />
      <ul id="palette-options" className="oc-palette__options" role="listbox" aria-label="Actions">
        {found.map((action, index) => (
          <li
            key={action.id}
            id={optionId(index)}
            role="option"
            aria-selected={index === chosen}
            className={classNames("oc-palette__option", index === chosen && "oc-palette__option--chosen")}
            onMouseMove={() => { if (index !== chosen) setChosen(index); }}
            onClick={() => { run(action); }}
          >
            <span className="oc-palette__label">{action.label}</span>
            <span className="oc-palette__group">{action.group}</span>
            {SHORTCUT_LABELS[action.id]?.slice(0, 1).map((keys) => <Keycap key={keys} keys={keys} />)}
          </li>
        ))}
      </ul>
      {found.length === 0 ? <p className="oc-side__quiet">{words.paletteEmpty}</p> : undefined}
    </Dialog>
  );
}

function optionId(index: number): string {
  return `palette-option-${index}`;
}
