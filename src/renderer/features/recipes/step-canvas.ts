import { CLASS_PALETTE, HALO_HEX } from "../../../core/palette.ts";
import type { RecipeClass } from "../../../shared/domain/recipe.ts";
import type { StepPicture } from "../../../shared/domain/tuning.ts";
import type { TunedObjects } from "../../../shared/domain/tuning.ts";
import { ViewControl } from "../../scene/view-control.ts";
import type { PointPx, SizePx, ViewTransform } from "../../scene/view-transform.ts";
import type { TunerState } from "./tuner-controller.ts";

/** What is drawn: a step's picture, and the outlines of what the recipe finds. */
export type Drawn = Pick<TunerState, "picture" | "pictures" | "found" | "recipe">;

const NOTHING: Drawn = { picture: undefined, pictures: 0, found: undefined, recipe: undefined };

/**
 * Draws a step's picture at once when it comes, outside React: a value that slides is followed by eye. A picture of the
 * size it is shown at goes to the screen as it is; another one is scaled. Outlines that are not of these values yet are
 * drawn thin. Another picture leaves the place as it is, so that a slider and one cell can be watched together.
 */
export class StepCanvas {
  readonly #element: HTMLCanvasElement;
  readonly #onShownSize: (size: SizePx) => void;
  readonly #view = new ViewControl();
  readonly #scaled = new OffscreenCanvas(1, 1);
  #drawn = NOTHING;
  #outlinesShown = true;
  #colours: ImageData | undefined;
  /** The picture that `#colours` holds, and the one that `#scaled` holds. */
  #colouredOf: StepPicture | undefined;
  #scaledOf: StepPicture | undefined;
  #paths: { readonly of: TunedObjects; readonly classes: number; readonly paths: readonly Path2D[] } | undefined;

  /** @param onShownSize told the size of the whole frame on the screen whenever it may have changed, device pixels. */
  constructor(element: HTMLCanvasElement, onShownSize: (size: SizePx) => void) {
    this.#element = element;
    this.#onShownSize = onShownSize;
  }

  /** Draws anew if anything of it changed. */
  show({ picture, pictures, found, recipe }: Drawn): void {
    const before = this.#drawn;
    if (picture === before.picture && pictures === before.pictures && found === before.found && recipe?.classes === before.recipe?.classes) return;
    this.#drawn = { picture, pictures, found, recipe };
    this.draw();
  }

  setOutlinesShown(shown: boolean): void {
    if (shown === this.#outlinesShown) return;
    this.#outlinesShown = shown;
    this.draw();
  }

  /** @param at in CSS pixels from the canvas's corner, as are the distances of {@link panBy}. */
  zoomBy(factor: number, at: PointPx): void {
    const density = window.devicePixelRatio;
    this.#view.zoomBy(factor, { x: at.x * density, y: at.y * density });
    this.draw();
  }

  panBy(dx: number, dy: number): void {
    this.#view.panBy(dx * window.devicePixelRatio, dy * window.devicePixelRatio);
    this.draw();
  }

  fit(): void {
    this.#view.fit();
    this.draw();
  }

  draw(): void {
    const { picture, pictures, found, recipe } = this.#drawn;
    const element = this.#element;
    const context = element.getContext("2d");
    if (picture === undefined || context === null) return;
    const density = window.devicePixelRatio;
    const screen = { width: Math.max(Math.round(element.clientWidth * density), 1), height: Math.max(Math.round(element.clientHeight * density), 1) };
    this.#view.setImage(picture.frame);
    this.#view.setScreen(screen);
    // Setting the size, even to what it is, makes the canvas anew.
    if (element.width !== screen.width || element.height !== screen.height) Object.assign(element, screen);
    else context.clearRect(0, 0, screen.width, screen.height);
    const view = this.#view.snapped;
    const shownSize = { width: Math.max(Math.round(picture.frame.width * view.zoom), 1), height: Math.max(Math.round(picture.frame.height * view.zoom), 1) };
    this.#drawPicture(context, picture.shown, view, shownSize);
    if (found !== undefined && this.#outlinesShown) this.#drawOutlines(context, view, found, recipe?.classes ?? []);
    Object.assign(element.dataset, {
      stage: picture.shown.stage, frame: String(picture.frame.frameId), answer: String(pictures),
      outlines: found === undefined ? "none" : found.isLate ? "late" : "fresh",
    });
    this.#onShownSize(shownSize);
  }

  #drawPicture(context: CanvasRenderingContext2D, shown: StepPicture, view: ViewTransform, size: SizePx): void {
    const colours = this.#coloursOf(shown);
    if (shown.width === size.width && shown.height === size.height) {
      context.putImageData(colours, view.offsetX, view.offsetY);
      return;
    }
    // putImageData knows no scale.
    if (this.#scaledOf !== shown) {
      if (this.#scaled.width !== shown.width || this.#scaled.height !== shown.height) Object.assign(this.#scaled, { width: shown.width, height: shown.height });
      this.#scaled.getContext("2d")?.putImageData(colours, 0, 0);
      this.#scaledOf = shown;
    }
    context.imageSmoothingEnabled = size.width < shown.width;
    context.drawImage(this.#scaled, view.offsetX, view.offsetY, size.width, size.height);
  }

  #coloursOf(shown: StepPicture): ImageData {
    let colours = this.#colours;
    if (colours?.width !== shown.width || colours.height !== shown.height) colours = new ImageData(shown.width, shown.height);
    if (this.#colouredOf !== shown || colours !== this.#colours) colour(shown, colours);
    this.#colours = colours;
    this.#colouredOf = shown;
    return colours;
  }

  #drawOutlines(context: CanvasRenderingContext2D, { zoom, offsetX, offsetY }: ViewTransform, { objects, isLate }: NonNullable<Drawn["found"]>, classes: readonly RecipeClass[]): void {
    if (this.#paths?.of !== objects || this.#paths.classes !== classes.length) this.#paths = { of: objects, classes: classes.length, paths: pathsOf(objects, classes.length) };
    // Lines are as thick as they are on the screen, whatever the zoom.
    const pixel = window.devicePixelRatio / zoom;
    context.setTransform(zoom, 0, 0, zoom, offsetX, offsetY);
    context.lineJoin = "round";
    for (const [index, path] of this.#paths.paths.entries()) {
      if (!isLate) {
        context.strokeStyle = HALO_HEX;
        context.lineWidth = 3 * pixel;
        context.stroke(path);
      }
      context.strokeStyle = CLASS_PALETTE[classes[index]?.colorIndex ?? 0]?.hex ?? "#ffffff";
      context.lineWidth = (isLate ? 0.75 : 1.5) * pixel;
      context.stroke(path);
    }
    context.resetTransform();
  }
}

/** A pixel as ImageData wants it, packed in the order of this processor. */
function packed(red: number, green: number, blue: number): number {
  return new Uint32Array(new Uint8ClampedArray([red, green, blue, 255]).buffer)[0] ?? 0;
}
const GREYS = Uint32Array.from({ length: 256 }, (_, grey) => packed(grey, grey, grey));
/** Colours that neighbours differ in: objects that touch are told apart. No class has them. */
const LABEL_COLOURS = Uint32Array.from([[0, 0, 0], [230, 85, 85], [85, 170, 230], [240, 200, 70], [120, 200, 110], [190, 120, 220], [240, 150, 80], [90, 200, 200], [220, 130, 170]] as const, ([red, green, blue]) => packed(red, green, blue));

function colour({ layout, pixels }: StepPicture, image: ImageData): void {
  if (layout === "rgba8") {
    image.data.set(pixels);
    return;
  }
  const colours = layout === "grey8" ? GREYS : LABEL_COLOURS;
  const out = new Uint32Array(image.data.buffer);
  for (let at = 0; at < out.length; at++) out[at] = colours[pixels[at] as number] as number;
}

/** The outlines of each class as one path, in pixels of the frame. */
function pathsOf(objects: TunedObjects, classes: number): readonly Path2D[] {
  const paths = Array.from({ length: classes }, () => new Path2D());
  let begin = 0;
  for (const [at, end] of objects.ends.entries()) {
    const path = paths[objects.classes[at] ?? 0];
    for (let i = begin; i + 1 < end; i += 2) {
      const [x, y] = [objects.points[i] ?? 0, objects.points[i + 1] ?? 0];
      if (i === begin) path?.moveTo(x, y);
      else path?.lineTo(x, y);
    }
    path?.closePath();
    begin = end;
  }
  return paths;
}
