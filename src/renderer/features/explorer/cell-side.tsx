import { useMemo, useState } from "react";
import { useStore } from "zustand";
import { OBJECT_FEATURES } from "../../../core/features/object-feature-set.ts";
import type { SessionView } from "../../../shared/ipc/contract.ts";
import { FieldPicture } from "../../parts/field-picture.tsx";
import { overlayItems } from "../../parts/overlay-items.ts";
import { Button } from "../../ui/button.tsx";
import { formatUnit } from "../../ui/format.ts";
import { Empty } from "../../ui/notice.tsx";
import { Panel } from "../../ui/panel.tsx";
import { CellGallery } from "./cell-gallery.tsx";
import type { GalleryEntry } from "./cell-gallery.tsx";
import type { CellTable } from "./cell-table.ts";
import type { CropStore } from "./crop-store.ts";
import type { ExplorerController } from "./explorer-controller.ts";
import type { ExplorerState } from "./explorer-store.ts";
import { tickText } from "./plot-scale.ts";
import { explorerWords as words } from "./words.ts";

/** The selected cells as pictures, and the one that is looked at in its field. */
export function CellSide(props: { readonly controller: ExplorerController; readonly name: string; readonly session: SessionView; readonly table: CellTable; readonly crops: CropStore }) {
  const { controller, name, session, table, crops } = props;
  const state = useStore(controller.store);
  const { current, alike, selected } = state;
  const entries = useMemo<readonly GalleryEntry[]>(() => {
    if (alike === undefined) return selected.map((row) => ({ row }));
    return [{ row: alike.of, remark: words.current }, ...alike.found.map(({ row, similarity }) => ({ row, remark: words.likeness(similarity) }))];
  }, [alike, selected]);
  const cell = current === undefined ? undefined : table.cells[current];
  const findAlike = (row: number): void => void controller.findAlike(row);
  return (
    <aside className="oc-explorer__cells" aria-label={words.gallery}>
      <Current controller={controller} name={name} session={session} table={table} current={current} />
      <Panel
        title={alike === undefined ? words.gallery : words.alike}
        grows
        aside={<Button label={words.findAlike} icon="search" hint={cell === undefined ? words.chooseCell : undefined} disabled={current === undefined || state.work !== undefined} onPress={() => { if (current !== undefined) findAlike(current); }} testId="find-alike" />}
        testId="gallery-panel"
      >
        {alike === undefined ? undefined : <p className="oc-explorer__source" data-testid="alike-source">{sourceText(state)}</p>}
        {entries.length === 0 ? <p className="oc-side__quiet">{words.galleryEmpty}</p> : (
          <CellGallery name={name} table={table} entries={entries} classes={session.classes} current={current} crops={crops} onLook={controller.look} onFindAlike={findAlike} />
        )}
      </Panel>
      {current === undefined ? undefined : <Numbers table={table} row={current} />}
    </aside>
  );
}

function sourceText({ vectors }: ExplorerState): string {
  if (vectors === undefined) return "";
  const { dimensions } = vectors.table;
  if (vectors.source === "embedding") return words.alikeBy(words.sources.embedding(dimensions));
  const by = words.alikeBy(words.sources.features(dimensions));
  return vectors.reason === undefined ? by : `${by}. ${words.fallback(vectors.reason)}`;
}

/** The field of the cell that is looked at, the cell marked; a click on another cell selects it. */
function Current(props: { readonly controller: ExplorerController; readonly name: string; readonly session: SessionView; readonly table: CellTable; readonly current: number | undefined }) {
  const { controller, session, table, current } = props;
  const cell = current === undefined ? undefined : table.cells[current];
  const field = session.fields.find(({ fieldId }) => fieldId === cell?.fieldId);
  const items = useMemo(() => (field === undefined ? [] : overlayItems(field, session.classes, session.countingFrame, cell?.id)), [field, session, cell]);
  if (field === undefined || cell === undefined) return <div className="oc-explorer__field"><Empty title={words.chooseCell} /></div>;
  const choose = (detectionId: string | undefined): void => {
    const row = table.cells.findIndex(({ id, fieldId }) => id === detectionId && fieldId === cell.fieldId);
    if (row >= 0) controller.select([row], false);
  };
  return (
    <div className="oc-explorer__field" data-testid="explorer-field" data-field={cell.fieldId} data-cell={cell.id}>
      <FieldPicture name={props.name} field={field} items={items} classes={session.classes} insetUm={session.countingFrame.insetUm} onSelect={choose} label={words.picture(cell.fieldNumber)} />
    </div>
  );
}

function Numbers(props: { readonly table: CellTable; readonly row: number }) {
  const [open, setOpen] = useState(false);
  const width = OBJECT_FEATURES.length;
  return (
    <Panel title={words.numbers} open={open} onToggle={setOpen} testId="cell-numbers">
      <dl className="oc-explorer__numbers">
        {OBJECT_FEATURES.map(({ name, label, unit, source }, column) => {
          const value = props.table.values[props.row * width + column] ?? NaN;
          if (Number.isNaN(value)) return undefined;
          return <div key={name} className="oc-explorer__number" title={source}><dt>{label}</dt><dd>{tickText(Number(value.toPrecision(4)))} {formatUnit(unit)}</dd></div>;
        })}
      </dl>
    </Panel>
  );
}
