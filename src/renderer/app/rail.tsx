import { Icon } from "../ui/icon.tsx";
import { keepKeyboard } from "../ui/button.tsx";
import { useShortcut } from "../ui/shortcuts.tsx";
import { classNames } from "../ui/class-names.ts";
import type { Workspace } from "./shell-store.ts";
import { appWords as words } from "./words.ts";

const PLACES: readonly Workspace[] = ["live", "compare", "recipes", "explorer", "batch", "library", "devices", "settings"];

/** The rooms of the app; only those that exist. */
export function Rail(props: { readonly current: Workspace; readonly onOpen: (workspace: Workspace) => void; readonly onKeys: () => void }) {
  const keysKey = useShortcut("app.keys");
  return (
    <nav className="oc-rail" aria-label="Workspaces">
      {PLACES.map((place) => <RailButton key={place} place={place} current={props.current === place} onOpen={props.onOpen} />)}
      <span className="oc-rail__space" />
      <button type="button" className="oc-rail__button" title={`Keys  [${keysKey ?? "?"}]`} onMouseDown={keepKeyboard} onClick={props.onKeys} data-testid="rail-keys">
        <Icon name="keyboard" size={22} />
        <span>Keys</span>
      </button>
    </nav>
  );
}

function RailButton(props: { readonly place: Workspace; readonly current: boolean; readonly onOpen: (workspace: Workspace) => void }) {
  const shortcut = useShortcut(`app.${props.place}`);
  return (
    <button
      type="button"
      className={classNames("oc-rail__button", props.current && "oc-rail__button--current")}
      aria-current={props.current ? "page" : undefined}
      title={`${words.workspaces[props.place]}${shortcut === undefined ? "" : `  [${shortcut}]`}`}
      onMouseDown={keepKeyboard}
      onClick={() => { props.onOpen(props.place); }}
      data-testid={`rail-${props.place}`}
    >
      <Icon name={props.place} size={22} />
      <span>{words.workspaces[props.place]}</span>
    </button>
  );
}
