import { describe, expect, it } from "vitest";
import { ViewControl } from "./view-control.ts";

describe("the picture's place", () => {
  it("fits until somebody zooms, and again on request", () => {
    const view = new ViewControl();
    view.setScreen({ width: 500, height: 500 });
    expect(view.setImage({ width: 1000, height: 500 })).toBe(true);
    expect(view.setImage({ width: 1000, height: 500 })).toBe(false);
    expect(view.transform.zoom).toBe(0.5);
    view.setScreen({ width: 1000, height: 500 });
    expect(view.transform.zoom).toBe(1);
    view.zoomBy(2, { x: 0, y: 0 });
    expect(view.fits).toBe(false);
    view.setScreen({ width: 500, height: 500 });
    expect(view.transform.zoom).toBe(2);
    view.fit();
    expect(view.fits).toBe(true);
    expect(view.visiblePx).toEqual({ x: 0, y: -250, width: 1000, height: 1000 });
  });

  it("fits a picture of another size anew", () => {
    const view = new ViewControl();
    view.setScreen({ width: 500, height: 500 });
    view.setImage({ width: 1000, height: 1000 });
    view.zoomBy(8, { x: 100, y: 100 });
    view.setImage({ width: 250, height: 250 });
    expect(view.fits).toBe(true);
    expect(view.screenFromImage({ x: 125, y: 125 })).toEqual({ x: 250, y: 250 });
    expect(view.imageFromScreen({ x: 250, y: 250 })).toEqual({ x: 125, y: 125 });
  });
});
