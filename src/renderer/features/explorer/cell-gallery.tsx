import { useEffect, useRef, useState } from "react";
import type { KeyboardEvent } from "react";
import { describeError, errorDataOf } from "../../../shared/errors.ts";
import type { ClassInfo } from "../../../shared/domain/detection.ts";
import { ClassSwatch } from "../../parts/class-swatch.tsx";
import { classOf } from "../../parts/overlay-items.ts";
import { Button } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { Notice } from "../../ui/notice.tsx";
import type { CellTable, ExploredCell } from "./cell-table.ts";
import { CROP_PX } from "./crop-store.ts";
import type { CropStore } from "./crop-store.ts";
import { explorerWords as words } from "./words.ts";

/** Cells shown before somebody asks for more. */
const PAGE = 96;

/** A cell to show, with what is said of it beside its class. */
export interface GalleryEntry {
  readonly row: number;
  readonly remark?: string;
}

/** Pictures of cells, in the given order; arrow keys go along, S asks for cells like one. */
export function CellGallery(props: {
  readonly name: string;
  readonly table: CellTable;
  readonly entries: readonly GalleryEntry[];
  readonly classes: readonly ClassInfo[];
  readonly current: number | undefined;
  readonly crops: CropStore;
  readonly onLook: (row: number) => void;
  readonly onFindAlike: (row: number) => void;
}) {
  const { name, table, entries, crops } = props;
  const [shown, setShown] = useState({ entries, count: PAGE });
  const [pictures, setPictures] = useState<ReadonlyMap<string, Uint8Array>>(new Map());
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const count = shown.entries === entries ? shown.count : PAGE;
  const list = useRef<HTMLUListElement>(null);

  useEffect(() => {
    const stop = new AbortController();
    const wanted = entries.slice(0, count).flatMap(({ row }) => table.cells[row] ?? []);
    const ready = new Map<string, Uint8Array>();
    let asked = 0;
    // Told together, once a turn of the page: not one painting a picture.
    const tell = (): void => {
      asked = 0;
      if (!stop.signal.aborted) setPictures(new Map(ready));
    };
    const onCrop = (cell: ExploredCell, rgb: Uint8Array): void => {
      ready.set(cell.id, rgb);
      if (asked === 0) asked = requestAnimationFrame(tell);
    };
    crops.load(name, wanted, onCrop, stop.signal).then(
      () => { if (!stop.signal.aborted) setProblem(undefined); },
      (error: unknown) => { if (!stop.signal.aborted) setProblem(describeError(errorDataOf(error, words.gallery))); },
    );
    return () => {
      stop.abort();
      cancelAnimationFrame(asked);
    };
  }, [name, table, entries, count, crops]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const tiles = [...(list.current?.querySelectorAll<HTMLButtonElement>("button") ?? [])];
    const at = tiles.findIndex((tile) => tile === document.activeElement);
    const row = entries[at]?.row;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columnsOf(tiles), ArrowUp: -columnsOf(tiles) }[event.key];
    if (step !== undefined) tiles[at + step]?.focus();
    else if (event.key.toLowerCase() === "s" && !event.ctrlKey && row !== undefined) props.onFindAlike(row);
    else return;
    event.preventDefault();
  };

  const visible = entries.slice(0, count);
  const focusable = visible.some(({ row }) => row === props.current) ? props.current : visible[0]?.row;
  return (
    <div className="oc-gallery">
      {problem === undefined ? undefined : <Notice tone="error">{problem}</Notice>}
      <ul ref={list} className="oc-gallery__tiles" onKeyDown={onKeyDown} data-testid="gallery">
        {visible.map(({ row, remark }) => {
          const cell = table.cells[row];
          if (cell === undefined) return undefined;
          const info = classOf(props.classes, cell.classId);
          const label = words.tile(info.name, cell.fieldNumber, remark);
          return (
            <li key={cell.id}>
              <button
                type="button"
                className={classNames("oc-gallery__tile", row === props.current && "oc-gallery__tile--current")}
                aria-pressed={row === props.current}
                title={label}
                tabIndex={row === focusable ? 0 : -1}
                onClick={() => { props.onLook(row); }}
                onFocus={() => { props.onLook(row); }}
                data-testid="gallery-cell"
                data-cell={cell.id}
              >
                <Crop rgb={pictures.get(cell.id)} />
                <span className="oc-gallery__words"><ClassSwatch info={info} /><span className="oc-hidden-text">{info.name}, </span>{remark ?? words.field(cell.fieldNumber)}</span>
              </button>
            </li>
          );
        })}
      </ul>
      {entries.length > count ? <Button label={words.more(Math.min(PAGE, entries.length - count))} onPress={() => { setShown({ entries, count: count + PAGE }); }} testId="gallery-more" /> : undefined}
    </div>
  );
}

/** Tiles in the first line: those at the height of the first. */
function columnsOf(tiles: readonly HTMLButtonElement[]): number {
  const top = tiles[0]?.offsetTop;
  return Math.max(tiles.filter((tile) => tile.offsetTop === top).length, 1);
}

function Crop(props: { readonly rgb: Uint8Array | undefined }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { rgb } = props;
  useEffect(() => {
    const pen = canvas.current?.getContext("2d");
    if (pen === null || pen === undefined || rgb === undefined) return;
    const picture = pen.createImageData(CROP_PX, CROP_PX);
    for (let at = 0, to = 0; at < rgb.length; at += 3, to += 4) {
      picture.data[to] = rgb[at] ?? 0;
      picture.data[to + 1] = rgb[at + 1] ?? 0;
      picture.data[to + 2] = rgb[at + 2] ?? 0;
      picture.data[to + 3] = 255;
    }
    pen.putImageData(picture, 0, 0);
  }, [rgb]);
  return <canvas ref={canvas} className="oc-gallery__picture" width={CROP_PX} height={CROP_PX} data-loaded={rgb !== undefined} />;
}
