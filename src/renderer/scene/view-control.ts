import {
  fitView, imageFromScreen, oneToOneView, panBy, type PointPx, resizeView, screenFromImage, type SizePx, snapped, type ViewTransform, visibleImageRect, zoomAt,
} from "./view-transform.ts";

/** Remembers where the picture stands: it fits until somebody zooms or pans, and keeps its place from then on. All in device pixels. */
export class ViewControl {
  #transform: ViewTransform = { zoom: 1, offsetX: 0, offsetY: 0 };
  #image: SizePx = { width: 1, height: 1 };
  #screen: SizePx | undefined;
  #fits = true;

  get transform(): ViewTransform {
    return this.#transform;
  }

  /** As it is drawn: on whole pixels. */
  get snapped(): ViewTransform {
    return snapped(this.#transform);
  }

  get fits(): boolean {
    return this.#fits;
  }

  get screen(): SizePx {
    return this.#knownScreen();
  }

  get visiblePx(): { x: number; y: number; width: number; height: number } {
    return visibleImageRect(this.snapped, this.#knownScreen());
  }

  /** @returns whether the view changed: a picture of another size is fitted anew */
  setImage(image: SizePx): boolean {
    if (image.width === this.#image.width && image.height === this.#image.height) return false;
    this.#image = image;
    this.fit();
    return true;
  }

  setScreen(screen: SizePx): void {
    const before = this.#screen;
    this.#screen = screen;
    this.#transform = this.#fits || before === undefined ? fitView(this.#image, screen) : resizeView(this.#transform, before, screen, this.#image);
  }

  fit(): void {
    this.#fits = true;
    this.#transform = fitView(this.#image, this.#knownScreen());
  }

  oneToOne(): void {
    this.#fits = false;
    this.#transform = oneToOneView(this.#transform, this.#image, this.#knownScreen());
  }

  zoomBy(factor: number, at: PointPx): void {
    this.#fits = false;
    this.#transform = zoomAt(this.#transform, factor, at, this.#image, this.#knownScreen());
  }

  panBy(dx: number, dy: number): void {
    this.#fits = false;
    this.#transform = panBy(this.#transform, dx, dy, this.#image, this.#knownScreen());
  }

  imageFromScreen(screenPx: PointPx): PointPx {
    return imageFromScreen(this.snapped, screenPx);
  }

  screenFromImage(imagePx: PointPx): PointPx {
    return screenFromImage(this.snapped, imagePx);
  }

  #knownScreen(): SizePx {
    return this.#screen ?? { width: 1, height: 1 };
  }
}
