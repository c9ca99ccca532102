/** How far a piece of work is. */
export function ProgressLine(props: { readonly done: number; readonly total: number; readonly label: string }) {
  return <progress className="oc-progress" value={props.total === 0 ? 0 : props.done / props.total} max={1} aria-label={props.label} />;
}
