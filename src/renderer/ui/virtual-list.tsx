import { useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import type { KeyboardEvent, ReactNode } from "react";
import { keepKeyboard } from "./button.tsx";
import { chosenByKey } from "./choose-by-key.ts";
import { inSight, visibleRows } from "./visible-rows.ts";

/** What makes a list one to choose from: a click, or the keys that go up and down once the list has the keyboard. */
export interface Choice {
  readonly chosenKey: string | undefined;
  /** What the rows are of: with another one the list begins at its top. */
  readonly of?: string | undefined;
  /** Undefined: a second click, or Esc, lets go. */
  readonly onChoose: (key: string | undefined) => void;
  /** Where choosing a row only points at it: a click or Enter takes it. The one that is pointed at comes into sight with each new set of rows. */
  readonly onTake?: (key: string) => void;
}

/**
 * A long list of rows of one height: only those in view exist. With `follow` it stays at its end while new rows come,
 * until the person scrolls up; back at the end it follows again. With `choice` the list as a whole has the keyboard, never a
 * row: a row that moves or goes takes no focus with it.
 */
export function VirtualList<T>(props: {
  readonly rows: readonly T[];
  /** Height of a row in em of the list's own type, so that it grows with the type on big screens. */
  readonly rowEm: number;
  readonly small?: boolean;
  readonly keyOf: (row: T) => string;
  readonly render: (row: T) => ReactNode;
  readonly follow?: boolean;
  readonly choice?: Choice;
  readonly label: string;
  readonly testId?: string;
}) {
  const { rows, keyOf, choice } = props;
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const following = useRef(props.follow === true);
  /** Where the chosen row stood when it was chosen: one that was judged moves away, and the next one is what stands there then. */
  const place = useRef<{ readonly key: string; readonly index: number }>(undefined);
  const [view, setView] = useState({ top: 0, height: 0, rowHeight: props.rowEm * 14 });

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const measure = (): void => { setView({ top: element.scrollTop, height: element.clientHeight, rowHeight: Math.round(props.rowEm * Number.parseFloat(getComputedStyle(element).fontSize)) }); };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => { observer.disconnect(); };
  }, [props.rowEm]);

  useEffect(() => {
    const element = box.current;
    if (element !== null && following.current) element.scrollTop = element.scrollHeight;
  }, [rows, view.height, view.rowHeight]);

  const of = choice?.of;
  useEffect(() => {
    place.current = undefined;
    if (of !== undefined && box.current !== null) box.current.scrollTop = 0;
  }, [of]);

  const { rowHeight } = view;
  const range = visibleRows(view.top, view.height, rowHeight, rows.length);
  const optionId = (index: number): string => `${id}-${index}`;
  const active = choice?.chosenKey === undefined ? -1 : rows.findIndex((row) => keyOf(row) === choice.chosenKey);
  const pointed = choice?.onTake === undefined ? -1 : active;
  useEffect(() => {
    const element = box.current;
    if (element !== null && pointed >= 0) element.scrollTop = inSight(pointed, element.scrollTop, view.height, rowHeight);
  }, [rows, pointed, view.height, rowHeight]);
  const choose = (index: number): void => {
    const row = rows[index];
    if (row === undefined || choice === undefined) return;
    const key = keyOf(row);
    place.current = { key, index };
    choice.onChoose(key === choice.chosenKey ? undefined : key);
  };
  const take = (index: number): void => {
    const row = rows[index];
    if (row === undefined || choice?.onTake === undefined) return;
    if (index !== active) choose(index);
    choice.onTake(keyOf(row));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (choice === undefined || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const element = event.currentTarget;
    if (choice.onTake !== undefined && event.key === "Enter") {
      take(active);
      event.preventDefault();
      return;
    }
    if (event.key === "Escape") {
      choice.onChoose(undefined);
      element.blur();
      event.preventDefault();
      return;
    }
    const chosen = active < 0 ? undefined : active;
    // What was chosen elsewhere, in the picture for one, stands where it stands.
    const left = chosen === undefined || place.current?.key === choice.chosenKey ? place.current?.index : undefined;
    const next = chosenByKey(event.key, { chosen, place: left, count: rows.length, page: Math.max(1, Math.floor(view.height / rowHeight) - 1) });
    if (next === undefined) return;
    event.preventDefault();
    element.scrollTop = inSight(next, element.scrollTop, view.height, rowHeight);
    if (next !== chosen) choose(next);
  };
  return (
    <div
      ref={box}
      className={props.small === true ? "oc-list oc-list--small" : "oc-list"}
      role={choice === undefined ? "list" : "listbox"}
      aria-label={props.label}
      aria-activedescendant={active >= range.first && active < range.end ? optionId(active) : undefined}
      tabIndex={0}
      data-testid={props.testId}
      onKeyDown={onKeyDown}
      onScroll={(event) => {
        const element = event.currentTarget;
        following.current = props.follow === true && element.scrollTop + element.clientHeight >= element.scrollHeight - rowHeight;
        setView({ top: element.scrollTop, height: element.clientHeight, rowHeight });
      }}
    >
      <div className="oc-list__all" role="presentation" style={{ height: rows.length * rowHeight }}>
        {rows.slice(range.first, range.end).map((row, offset) => {
          const index = range.first + offset;
          const own = { className: "oc-list__row", style: { top: index * rowHeight, height: rowHeight } };
          if (choice === undefined) return <div key={keyOf(row)} role="listitem" {...own}>{props.render(row)}</div>;
          return <div key={keyOf(row)} id={optionId(index)} role="option" aria-selected={index === active} onMouseDown={keepKeyboard} onClick={() => { if (choice.onTake === undefined) choose(index); else take(index); }} {...own}>{props.render(row)}</div>;
        })}
      </div>
    </div>
  );
}
