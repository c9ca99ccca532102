import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { ReactNode } from "react";
import { visibleRows } from "./visible-rows.ts";

/**
 * A long list of rows of one height: only those in view exist. With `follow` it stays at its end while new rows come,
 * until the person scrolls up; back at the end it follows again.
 */
export function VirtualList<T>(props: {
  readonly rows: readonly T[];
  /** Height of a row in em of the list's own type, so that it grows with the type on big screens. */
  readonly rowEm: number;
  readonly small?: boolean;
  readonly keyOf: (row: T) => string;
  readonly render: (row: T) => ReactNode;
  readonly follow?: boolean;
  readonly label: string;
  readonly testId?: string;
}) {
  const box = useRef<HTMLDivElement>(null);
  const following = useRef(props.follow === true);
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
  }, [props.rows, view.height, view.rowHeight]);

  const { rowHeight } = view;
  const range = visibleRows(view.top, view.height, rowHeight, props.rows.length);
  return (
    <div
      ref={box}
      className={props.small === true ? "oc-list oc-list--small" : "oc-list"}
      role="list"
      aria-label={props.label}
      tabIndex={0}
      data-testid={props.testId}
      onScroll={(event) => {
        const element = event.currentTarget;
        following.current = props.follow === true && element.scrollTop + element.clientHeight >= element.scrollHeight - rowHeight;
        setView({ top: element.scrollTop, height: element.clientHeight, rowHeight });
      }}
    >
      <div className="oc-list__all" style={{ height: props.rows.length * rowHeight }}>
        {props.rows.slice(range.first, range.end).map((row, index) => (
          <div key={props.keyOf(row)} role="listitem" className="oc-list__row" style={{ top: (range.first + index) * rowHeight, height: rowHeight }}>
            {props.render(row)}
          </div>
        ))}
      </div>
    </div>
  );
}
