/**
 * A WebGL2 context for the picture: opaque, without depth or multisampling (every line is drawn on whole pixels or
 * smoothed by its own shader).
 * @throws Error when this machine gives none
 */
export function openWebGl(canvas: HTMLCanvasElement): WebGL2RenderingContext {
  const context = canvas.getContext("webgl2", { alpha: false, antialias: false, depth: false, stencil: false, powerPreference: "high-performance" });
  if (context === null) throw new Error("This machine gives no WebGL2 graphics, which the picture needs.");
  return context;
}

/** What draws, as the driver names it; empty where the browser does not say. */
export function rendererName(context: WebGLRenderingContext | WebGL2RenderingContext): string {
  const names = context.getExtension("WEBGL_debug_renderer_info");
  if (names === null) return "";
  const name: unknown = context.getParameter(names.UNMASKED_RENDERER_WEBGL);
  return typeof name === "string" ? name : "";
}
