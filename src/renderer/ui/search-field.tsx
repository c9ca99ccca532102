import { Icon } from "./icon.tsx";

/** What is looked for: Esc empties it first, and is everybody's again when it is empty. */
export function SearchField(props: { readonly label: string; readonly value: string; readonly onChange: (value: string) => void; readonly testId?: string }) {
  return (
    <span className="oc-search">
      <Icon name="search" size={16} />
      <input type="text" className="oc-search__input" aria-label={props.label} placeholder={props.label} spellCheck={false} autoComplete="off" value={props.value} data-testid={props.testId}
        onChange={(event) => { props.onChange(event.currentTarget.value); }}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || props.value === "") return;
          event.preventDefault();
          event.stopPropagation();
          props.onChange("");
        }} />
    </span>
  );
}
