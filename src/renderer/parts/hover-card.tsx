import type { ClassInfo } from "../../shared/domain/detection.ts";
import type { OverlayItem } from "../scene/overlay-item.ts";
import { formatNumber } from "../ui/number-edit.ts";
import { ClassSwatch } from "./class-swatch.tsx";
import { classOf } from "./overlay-items.ts";

/** What the pointer rests on: class, score, size. Stays beside the pointer and inside the picture. */
export function HoverCard(props: { readonly item: OverlayItem; readonly screenPx: { readonly x: number; readonly y: number }; readonly classes: readonly ClassInfo[]; readonly pixelSizeUm: number | undefined }) {
  const { item, pixelSizeUm } = props;
  const info = classOf(props.classes, item.classId);
  const width = pixelSizeUm === undefined ? `${formatNumber(item.box.width, 0)} px` : `${formatNumber(item.box.width * pixelSizeUm, 1)}`;
  const height = pixelSizeUm === undefined ? `${formatNumber(item.box.height, 0)} px` : `${formatNumber(item.box.height * pixelSizeUm, 1)} µm`;
  const remarks = [item.rejected ? "rejected" : undefined, item.corrected ? "corrected" : undefined, item.counted ? undefined : "centre outside the counting frame"].filter((remark) => remark !== undefined);
  return (
    <div className="oc-hover" style={{ transform: `translate(min(${Math.round(props.screenPx.x + 16)}px, calc(100cqw - 100% - 8px)), min(${Math.round(props.screenPx.y + 16)}px, calc(100cqh - 100% - 8px)))` }} data-testid="hover-card">
      <div className="oc-hover__title"><ClassSwatch info={info} crossed={item.rejected} />{info.name}</div>
      <div className="oc-hover__facts">score {formatNumber(item.score, 2)} · {width} × {height}</div>
      {remarks.length === 0 ? undefined : <div className="oc-hover__facts">{remarks.join(", ")}</div>}
    </div>
  );
}
