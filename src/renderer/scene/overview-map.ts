import type { XyLimits } from "../../shared/domain/devices.ts";
import type { StageRect } from "./overview-layout.ts";
import { OverviewCanvas } from "./overview-canvas.ts";

/** One field on the map. */
export interface OverviewField {
  readonly fieldId: string;
  /** Its outline on the stage; x, y is the corner with the smallest coordinates. */
  readonly rectUm: StageRect;
}

/** Everything the map shows; all in um, motor frame. */
export interface OverviewContent {
  /** Kept fields. */
  readonly fields: readonly OverviewField[];
  /** The field in view now. */
  readonly present?: StageRect | undefined;
  readonly limits?: XyLimits | undefined;
  readonly selectedFieldId?: string | undefined;
}

/** A place clicked on the map. */
export interface OverviewClick {
  readonly stageUm: { readonly x: number; readonly y: number };
  /** The kept field under it. */
  readonly fieldId?: string | undefined;
}

/** Small map of the slide. Drags pan, the wheel zooms, a double click shows everything again; it follows its content until then. */
export interface OverviewMap {
  setContent(content: OverviewContent): void;
  /** Everything in sight again. */
  fit(): void;
  /** A click (not the end of a drag). The owner decides what it means: usually a move. */
  onDidClick(listener: (click: OverviewClick) => void): () => void;
  /** Takes over the canvas's new CSS size. */
  resize(): void;
  dispose(): void;
}

/** Makes the map on `canvas`, whose CSS size is the owner's. */
export function createOverviewMap(canvas: HTMLCanvasElement): OverviewMap {
  return new OverviewCanvas(canvas);
}
