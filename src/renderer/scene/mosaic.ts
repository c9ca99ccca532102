import type { PreviewMessage } from "../../shared/ipc/contract.ts";
import type { SizePx } from "./view-transform.ts";

export type Cfa = NonNullable<PreviewMessage["cfa"]>;

/** Place of red in the 2x2 cell: 0 to 3 for column and row (0,0), (1,0), (0,1), (1,1). Blue lies across from it, green between. */
export type RedSite = 0 | 1 | 2 | 3;

const RED_SITES: Record<Cfa, RedSite> = { RGGB: 0, GRBG: 1, GBRG: 2, BGGR: 3 };

export function redSiteOf(cfa: Cfa): RedSite {
  return RED_SITES[cfa];
}

/** Size of the part of a preview that is drawn: a mosaic's last odd row or column belongs to no whole cell and is left out. */
export function drawnSize(preview: Pick<PreviewMessage, "layout" | "width" | "height">): SizePx {
  if (preview.layout !== "bayer8") return { width: preview.width, height: preview.height };
  return { width: preview.width & ~1, height: preview.height & ~1 };
}
