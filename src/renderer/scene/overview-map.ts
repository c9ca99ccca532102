import type { XyLimits } from "../../shared/domain/devices.ts";
import { DrawLoop, pageAnimationFrames } from "./draw-loop.ts";
import { Listeners } from "./listeners.ts";
import { boundsOf, fieldAt, fitMap, mapFromStage, type MapTransform, panMap, rectOfLimits, type StageOutline, type StageRect, stageFromMap, zoomMap } from "./overview-layout.ts";

/** One field on the map. */
export interface OverviewField {
  readonly fieldId: string;
  readonly outlineUm: StageOutline;
}

/** Everything the map shows; all in um, motor frame. */
export interface OverviewContent {
  /** Kept fields. */
  readonly fields: readonly OverviewField[];
  /** The field in view now. */
  readonly present?: StageOutline | undefined;
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

/** A press that moves less than this is a click. */
const CLICK_SLOP_PX = 4;
const ZOOM_PER_WHEEL_PX = 1.0015;
/** However small it gets on the map, a field stays visible. */
const SMALLEST_FIELD_PX = 3;

/** Greys only: the map floats over the picture. */
const COLORS = { surround: "#141414", reachable: "#232323", limits: "#5c5c5c", field: "#8a8a8a", fieldEdge: "#b4b4b4", selected: "#ffffff", present: "#ffffff", halo: "#000000" } as const;

/** On a 2D canvas: a few hundred rectangles, drawn when something changed. */
class OverviewCanvas implements OverviewMap {
  readonly #canvas: HTMLCanvasElement;
  readonly #pen: CanvasRenderingContext2D;
  readonly #loop = new DrawLoop(pageAnimationFrames(), () => this.#draw());
  readonly #didClick = new Listeners<[OverviewClick]>();
  readonly #stopListening = new AbortController();
  #content: OverviewContent = { fields: [] };
  #map: MapTransform = { pxPerUm: 1, originXUm: 0, originYUm: 0 };
  #follows = true;
  #pressed: { readonly id: number; readonly startX: number; readonly startY: number; x: number; y: number; dragged: boolean } | undefined;

  constructor(canvas: HTMLCanvasElement) {
    const pen = canvas.getContext("2d");
    if (pen === null) throw new Error("This machine gives no 2D canvas to draw the map on.");
    this.#canvas = canvas;
    this.#pen = pen;
    const { signal } = this.#stopListening;
    canvas.addEventListener("pointerdown", (event) => this.#press(event), { signal });
    canvas.addEventListener("pointermove", (event) => this.#drag(event), { signal });
    canvas.addEventListener("pointerup", (event) => this.#release(event), { signal });
    canvas.addEventListener("pointercancel", () => (this.#pressed = undefined), { signal });
    canvas.addEventListener("dblclick", () => this.fit(), { signal });
    canvas.addEventListener("wheel", (event) => this.#zoom(event), { signal, passive: false });
    this.resize();
  }

  setContent(content: OverviewContent): void {
    this.#content = content;
    if (this.#follows) this.#fitContent();
    this.#loop.invalidate();
  }

  fit(): void {
    this.#follows = true;
    this.#fitContent();
    this.#loop.invalidate();
  }

  onDidClick(listener: (click: OverviewClick) => void): () => void {
    return this.#didClick.add(listener);
  }

  resize(): void {
    const ratio = window.devicePixelRatio;
    this.#canvas.width = Math.max(1, Math.round(this.#canvas.clientWidth * ratio));
    this.#canvas.height = Math.max(1, Math.round(this.#canvas.clientHeight * ratio));
    if (this.#follows) this.#fitContent();
    this.#draw();
  }

  dispose(): void {
    this.#loop.dispose();
    this.#stopListening.abort();
    this.#didClick.clear();
  }

  /** Visited fields and the present one; before the first field, all the stage can reach. */
  #fitContent(): void {
    const { fields, present, limits } = this.#content;
    const visited = fields.map((field) => field.outlineUm);
    const shown = boundsOf(present === undefined ? visited : [...visited, present]);
    const content = visited.length === 0 && limits !== undefined ? rectOfLimits(limits) : shown;
    if (content !== undefined) this.#map = fitMap(content, this.#sizeCss());
  }

  #draw(): void {
    const pen = this.#pen;
    const ratio = window.devicePixelRatio;
    const { width, height } = this.#sizeCss();
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.fillStyle = COLORS.surround;
    pen.fillRect(0, 0, width, height);
    this.#drawLimits();
    for (const field of this.#content.fields) this.#drawField(field.outlineUm, field.fieldId === this.#content.selectedFieldId);
    if (this.#content.present !== undefined) this.#drawPresent(this.#content.present);
  }

  #drawLimits(): void {
    const { limits } = this.#content;
    if (limits === undefined) return;
    const { x, y, width, height } = this.#onMap(rectOfLimits(limits));
    this.#pen.fillStyle = COLORS.reachable;
    this.#pen.fillRect(x, y, width, height);
    this.#pen.strokeStyle = COLORS.limits;
    this.#pen.lineWidth = 1;
    this.#pen.setLineDash([4, 3]);
    this.#pen.strokeRect(x, y, width, height);
    this.#pen.setLineDash([]);
  }

  #drawField(outlineUm: StageOutline, selected: boolean): void {
    const bounds = boundsOf([outlineUm]);
    if (bounds === undefined) return;
    const { x, y, width, height } = this.#onMap(bounds);
    const path = this.#path(outlineUm);
    // However small, it is seen.
    if (Math.min(width, height) < SMALLEST_FIELD_PX) path.rect(x, y, Math.max(width, SMALLEST_FIELD_PX), Math.max(height, SMALLEST_FIELD_PX));
    this.#pen.fillStyle = COLORS.field;
    this.#pen.fill(path);
    this.#pen.lineWidth = selected ? 2 : 1;
    this.#pen.strokeStyle = selected ? COLORS.selected : COLORS.fieldEdge;
    if (width > SMALLEST_FIELD_PX * 2) this.#pen.stroke(path);
  }

  /** A frame while it is large enough, and always a cross that says where to look. */
  #drawPresent(outlineUm: StageOutline): void {
    const bounds = boundsOf([outlineUm]);
    if (bounds === undefined) return;
    const { x, y, width, height } = this.#onMap(bounds);
    const outline = this.#path(outlineUm);
    const cx = x + width / 2;
    const cy = y + height / 2;
    const arm = Math.max(6, Math.min(width, height) / 2 + 5);
    for (const [style, lineWidth] of [[COLORS.halo, 4], [COLORS.present, 2]] as const) {
      this.#pen.strokeStyle = style;
      this.#pen.lineWidth = lineWidth;
      if (Math.min(width, height) > 6) this.#pen.stroke(outline);
      this.#pen.beginPath();
      for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]] as const) {
        const from = dx === 0 ? Math.max(3, height / 2) : Math.max(3, width / 2);
        this.#pen.moveTo(cx + dx * from, cy + dy * from);
        this.#pen.lineTo(cx + dx * (from + arm * 0.6), cy + dy * (from + arm * 0.6));
      }
      this.#pen.stroke();
    }
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.#canvas.setPointerCapture(event.pointerId);
    this.#pressed = { id: event.pointerId, startX: event.offsetX, startY: event.offsetY, x: event.offsetX, y: event.offsetY, dragged: false };
  }

  #drag(event: PointerEvent): void {
    const pressed = this.#pressed;
    if (pressed === undefined || pressed.id !== event.pointerId) return;
    if (Math.hypot(event.offsetX - pressed.startX, event.offsetY - pressed.startY) > CLICK_SLOP_PX) pressed.dragged = true;
    if (!pressed.dragged) return;
    this.#follows = false;
    this.#map = panMap(this.#map, event.offsetX - pressed.x, event.offsetY - pressed.y);
    pressed.x = event.offsetX;
    pressed.y = event.offsetY;
    this.#loop.invalidate();
  }

  #release(event: PointerEvent): void {
    const pressed = this.#pressed;
    this.#pressed = undefined;
    if (pressed === undefined || pressed.id !== event.pointerId || pressed.dragged) return;
    const stageUm = stageFromMap(this.#map, { x: event.offsetX, y: event.offsetY });
    this.#didClick.emit({ stageUm, fieldId: fieldAt(this.#content.fields, stageUm)?.fieldId });
  }

  #zoom(event: WheelEvent): void {
    event.preventDefault();
    this.#follows = false;
    this.#map = zoomMap(this.#map, ZOOM_PER_WHEEL_PX ** -event.deltaY, { x: event.offsetX, y: event.offsetY });
    this.#loop.invalidate();
  }

  #path(outlineUm: StageOutline): Path2D {
    const path = new Path2D();
    for (const corner of outlineUm) {
      const { x, y } = mapFromStage(this.#map, corner);
      path.lineTo(x, y);
    }
    path.closePath();
    return path;
  }

  #onMap(rect: StageRect): { x: number; y: number; width: number; height: number } {
    const { x, y } = mapFromStage(this.#map, rect);
    return { x, y, width: rect.width * this.#map.pxPerUm, height: rect.height * this.#map.pxPerUm };
  }

  #sizeCss(): { width: number; height: number } {
    return { width: this.#canvas.width / window.devicePixelRatio, height: this.#canvas.height / window.devicePixelRatio };
  }
}
