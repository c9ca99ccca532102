/** A point; the space is in the name of the variable (`imagePx`, `screenPx`, `stageUm`). */
export interface PointPx {
  readonly x: number;
  readonly y: number;
}

export interface SizePx {
  readonly width: number;
  readonly height: number;
}

/** screenPx = imagePx * zoom + offset. Everything in one kind of pixel; the scene uses device pixels. */
export interface ViewTransform {
  /** Screen pixels per image pixel. */
  readonly zoom: number;
  readonly offsetX: number;
  readonly offsetY: number;
}

/** Furthest in: one frame pixel covers this many screen pixels. */
export const MAX_ZOOM = 32;
/** Furthest out, as a share of the zoom that fits. */
const MIN_ZOOM_OF_FIT = 0.25;
/** This much of the picture (or of the screen, if smaller) stays in sight whatever is panned. */
const KEPT_IN_SIGHT_PX = 48;

export function screenFromImage(view: ViewTransform, imagePx: PointPx): PointPx {
  return { x: imagePx.x * view.zoom + view.offsetX, y: imagePx.y * view.zoom + view.offsetY };
}

export function imageFromScreen(view: ViewTransform, screenPx: PointPx): PointPx {
  return { x: (screenPx.x - view.offsetX) / view.zoom, y: (screenPx.y - view.offsetY) / view.zoom };
}

/** The whole image, centred, as large as the screen takes. Offsets are whole pixels, so that lines stay crisp. */
export function fitView(image: SizePx, screen: SizePx): ViewTransform {
  const zoom = fitZoom(image, screen);
  return centredView(zoom, { x: image.width / 2, y: image.height / 2 }, screen);
}

/** One image pixel on one screen pixel; what was in the middle of the screen stays there. */
export function oneToOneView(view: ViewTransform, image: SizePx, screen: SizePx): ViewTransform {
  const middle = imageFromScreen(view, { x: screen.width / 2, y: screen.height / 2 });
  return keepInSight(centredView(1, middle, screen), image, screen);
}

/** Changes the zoom by `factor`, within limits, so that the image place under `atScreenPx` stays there. */
export function zoomAt(view: ViewTransform, factor: number, atScreenPx: PointPx, image: SizePx, screen: SizePx): ViewTransform {
  const lowest = Math.min(fitZoom(image, screen) * MIN_ZOOM_OF_FIT, 1);
  const zoom = Math.min(MAX_ZOOM, Math.max(lowest, view.zoom * factor));
  const fixed = imageFromScreen(view, atScreenPx);
  return keepInSight({ zoom, offsetX: atScreenPx.x - fixed.x * zoom, offsetY: atScreenPx.y - fixed.y * zoom }, image, screen);
}

export function panBy(view: ViewTransform, dxPx: number, dyPx: number, image: SizePx, screen: SizePx): ViewTransform {
  return keepInSight({ ...view, offsetX: view.offsetX + dxPx, offsetY: view.offsetY + dyPx }, image, screen);
}

/** The same place in the middle when the screen gets another size. */
export function resizeView(view: ViewTransform, before: SizePx, after: SizePx, image: SizePx): ViewTransform {
  const middle = imageFromScreen(view, { x: before.width / 2, y: before.height / 2 });
  return keepInSight(centredView(view.zoom, middle, after), image, after);
}

/** The part of the image plane the screen shows; may reach beyond the image. */
export function visibleImageRect(view: ViewTransform, screen: SizePx): { x: number; y: number; width: number; height: number } {
  const topLeft = imageFromScreen(view, { x: 0, y: 0 });
  return { x: topLeft.x, y: topLeft.y, width: screen.width / view.zoom, height: screen.height / view.zoom };
}

/** Whole-pixel offsets: at 1:1 every image pixel then falls on exactly one screen pixel. */
export function snapped(view: ViewTransform): ViewTransform {
  return { zoom: view.zoom, offsetX: Math.round(view.offsetX), offsetY: Math.round(view.offsetY) };
}

function fitZoom(image: SizePx, screen: SizePx): number {
  const zoom = Math.min(screen.width / image.width, screen.height / image.height, MAX_ZOOM);
  return zoom > 0 && Number.isFinite(zoom) ? zoom : 1;
}

function centredView(zoom: number, middle: PointPx, screen: SizePx): ViewTransform {
  return { zoom, offsetX: Math.round(screen.width / 2 - middle.x * zoom), offsetY: Math.round(screen.height / 2 - middle.y * zoom) };
}

function keepInSight(view: ViewTransform, image: SizePx, screen: SizePx): ViewTransform {
  return {
    zoom: view.zoom,
    offsetX: clampOffset(view.offsetX, image.width * view.zoom, screen.width),
    offsetY: clampOffset(view.offsetY, image.height * view.zoom, screen.height),
  };
}

function clampOffset(offset: number, pictureLength: number, screenLength: number): number {
  const kept = Math.min(KEPT_IN_SIGHT_PX, pictureLength, screenLength);
  return Math.min(screenLength - kept, Math.max(kept - pictureLength, offset));
}
