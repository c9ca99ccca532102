import { opticsOf } from "../optics/optics.ts";
import { createSpecimen } from "../specimen/specimen.ts";
import { FrameRenderer } from "./frame-renderer.ts";
import type { RenderThread, Scene } from "./render-thread.ts";

/** Renders at once on the calling thread. */
export function renderInPlace(scene: Scene): RenderThread {
  const renderer = new FrameRenderer(createSpecimen(scene.kind, scene.seed), opticsOf(scene.seed));
  return {
    render: async (exposure, bytes) => renderer.render(exposure, bytes),
    dispose: async () => undefined,
  };
}
