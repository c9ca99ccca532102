import { useRef } from "react";
import { Button } from "../../ui/button.tsx";
import { withoutInput } from "./batch-draft.ts";
import { batchWords as words } from "./words.ts";

/** What a batch looks at, a line each. A line is taken out by its button or, where the keyboard is on it, by Delete or Backspace. */
export function BatchInputs(props: { readonly inputs: readonly string[]; readonly onChange: (inputs: readonly string[]) => void }) {
  const list = useRef<HTMLUListElement>(null);
  const remove = (path: string): void => {
    const { inputs, next } = withoutInput(props.inputs, path);
    // The line goes and takes the keyboard with it: the one in its place has it before that.
    if (next !== undefined) buttonOf(list.current, next)?.focus();
    props.onChange(inputs);
  };
  if (props.inputs.length === 0) return undefined;
  return (
    <div className="oc-batch__inputs">
      <ul ref={list} aria-label={words.inputs} data-testid="batch-inputs">
        {props.inputs.map((path) => (
          <li key={path} data-path={path} onKeyDown={(event) => {
            if (event.key !== "Delete" && event.key !== "Backspace") return;
            event.preventDefault();
            remove(path);
          }}>
            <span className="oc-batch__path" title={path}>{path}</span>
            <Button iconOnly tone="quiet" icon="close" label={words.remove(path)} hint={words.removeHint} onPress={() => { remove(path); }} testId="batch-remove" />
          </li>
        ))}
      </ul>
      {props.inputs.length < 2 ? undefined : <Button label={words.clear} tone="quiet" onPress={() => { props.onChange([]); }} testId="batch-clear" />}
    </div>
  );
}

function buttonOf(list: HTMLUListElement | null, path: string): HTMLButtonElement | undefined {
  const line = [...(list?.querySelectorAll<HTMLElement>("li") ?? [])].find((one) => one.dataset["path"] === path);
  return line?.querySelector("button") ?? undefined;
}
