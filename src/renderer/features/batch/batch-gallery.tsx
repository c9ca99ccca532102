import { useEffect, useRef, useState } from "react";
import type { KeyboardEvent } from "react";
import { type BatchCells, type BatchStatus, MOST_BATCH_CELLS } from "../../../shared/domain/batch.ts";
import { describeError, errorDataOf } from "../../../shared/errors.ts";
import { useInstrument } from "../../api/context.tsx";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { batchWords as words } from "./words.ts";

const CROP_PX = 72;

type Cell = BatchCells["cells"][number] & { readonly rgb: Uint8Array };
interface Shown {
  readonly total: number;
  readonly cells: readonly Cell[];
}

/** Cells of one class, the surest first; pictures are made for those that are shown. */
export function BatchGallery(props: { readonly status: BatchStatus }) {
  const { classes, counts } = props.status;
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const classId = chosen ?? counts.find(({ n }) => n > 0)?.classId ?? classes[0]?.id;
  if (classId === undefined) return undefined;
  return (
    <section className="oc-batch__gallery" aria-label={words.gallery}>
      <header className="oc-batch__gallery-head">
        <h2 className="oc-panel__title">{words.gallery}</h2>
        <Segmented label={words.gallery} options={classes.map(({ id, plural }) => ({ value: id, label: plural }))} value={classId} onChoose={setChosen} testId="batch-class" />
      </header>
      <ClassGallery key={classId} classId={classId} />
    </section>
  );
}

function ClassGallery({ classId }: { readonly classId: string }) {
  const { client } = useInstrument();
  const [wanted, setWanted] = useState(MOST_BATCH_CELLS);
  const [shown, setShown] = useState<Shown | undefined>(undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const list = useRef<HTMLUListElement>(null);
  const have = shown?.cells.length ?? 0;
  useEffect(() => {
    if (shown !== undefined && (have >= wanted || have >= shown.total)) return;
    let current = true;
    client.call("batch.cells", { classId, offset: have, count: MOST_BATCH_CELLS, sidePx: CROP_PX }).then(
      ({ total, cells, crops }) => {
        const bytes = crops.sidePx ** 2 * 3;
        const fresh = cells.map((cell, index) => ({ ...cell, rgb: crops.rgb.subarray(index * bytes, (index + 1) * bytes) }));
        if (current) setShown((before) => ({ total, cells: [...(before?.cells ?? []), ...fresh] }));
      },
      (error: unknown) => { if (current) setProblem(describeError(errorDataOf(error, words.gallery))); },
    );
    return () => { current = false; };
  }, [client, classId, have, wanted, shown]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const tiles = [...(list.current?.querySelectorAll<HTMLElement>("li") ?? [])];
    const at = tiles.findIndex((tile) => tile === document.activeElement);
    const columns = Math.max(tiles.filter((tile) => tile.offsetTop === tiles[0]?.offsetTop).length, 1);
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    if (step === undefined) return;
    tiles[at + step]?.focus();
    event.preventDefault();
  };
  if (problem !== undefined) return <Notice tone="error">{problem}</Notice>;
  if (shown?.total === 0) return <p className="oc-side__quiet">{words.noCells}</p>;
  const left = (shown?.total ?? 0) - have;
  return (
    <div className="oc-batch__tiles-frame">
      <ul ref={list} className="oc-batch__tiles" onKeyDown={onKeyDown} data-testid="batch-gallery">
        {shown?.cells.map((cell, index) => {
          const label = words.cell(cell.picture, cell.page, cell.score);
          return <li key={index} tabIndex={index === 0 ? 0 : -1} title={label} aria-label={label} data-testid="batch-cell"><Crop rgb={cell.rgb} /><span>{cell.score.toFixed(2)}</span></li>;
        })}
      </ul>
      {left > 0 && have > 0 ? <Button label={words.more(Math.min(left, MOST_BATCH_CELLS))} onPress={() => { setWanted(have + MOST_BATCH_CELLS); }} testId="batch-more" /> : undefined}
    </div>
  );
}

function Crop({ rgb }: { readonly rgb: Uint8Array }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const pen = canvas.current?.getContext("2d");
    if (pen === null || pen === undefined) return;
    const picture = pen.createImageData(CROP_PX, CROP_PX);
    for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
      picture.data.set(rgb.subarray(from, from + 3), to);
      picture.data[to + 3] = 255;
    }
    pen.putImageData(picture, 0, 0);
  }, [rgb]);
  return <canvas ref={canvas} width={CROP_PX} height={CROP_PX} aria-hidden="true" />;
}
