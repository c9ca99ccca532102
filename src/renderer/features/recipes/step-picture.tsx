import { useEffect, useRef } from "react";
import { CLASS_PALETTE, HALO_HEX } from "../../../core/palette.ts";
import type { RecipeClass } from "../../../shared/domain/recipe.ts";
import type { TuneAnswer } from "../../../shared/domain/tuning.ts";

/** What stands after a step, as large as the room allows, and the outlines of what the whole recipe finds. */
export function StepPicture(props: { readonly answer: TuneAnswer; readonly classes: readonly RecipeClass[]; readonly outlinesShown: boolean; readonly label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { answer, classes, outlinesShown } = props;
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const draw = (): void => { paint(element, answer, classes, outlinesShown); };
    draw();
    const observer = new ResizeObserver(draw);
    observer.observe(element);
    return () => { observer.disconnect(); };
  }, [answer, classes, outlinesShown]);
  return <canvas ref={canvas} className="oc-recipes__picture" role="img" aria-label={props.label} data-testid="step-picture" data-stage={answer.shown.stage} data-frame={answer.frame.frameId} />;
}

function paint(element: HTMLCanvasElement, { frame, shown, objects }: TuneAnswer, classes: readonly RecipeClass[], outlinesShown: boolean): void {
  const density = window.devicePixelRatio;
  element.width = Math.max(Math.round(element.clientWidth * density), 1);
  element.height = Math.max(Math.round(element.clientHeight * density), 1);
  const context = element.getContext("2d");
  if (context === null) return;
  const scale = Math.min(element.width / frame.width, element.height / frame.height);
  const left = (element.width - frame.width * scale) / 2;
  const top = (element.height - frame.height * scale) / 2;
  // Through a canvas of its own size: putImageData knows no scale.
  const source = new OffscreenCanvas(shown.width, shown.height);
  source.getContext("2d")?.putImageData(new ImageData(new Uint8ClampedArray(shown.pixels), shown.width, shown.height), 0, 0);
  context.imageSmoothingEnabled = scale * (frame.width / shown.width) < 1;
  context.drawImage(source, left, top, frame.width * scale, frame.height * scale);
  if (!outlinesShown) return;
  const paths = classes.map(() => new Path2D());
  let begin = 0;
  for (const [at, end] of objects.ends.entries()) {
    const path = paths[objects.classes[at] ?? 0];
    for (let i = begin; i + 1 < end; i += 2) {
      const x = left + (objects.points[i] ?? 0) * scale;
      const y = top + (objects.points[i + 1] ?? 0) * scale;
      if (i === begin) path?.moveTo(x, y);
      else path?.lineTo(x, y);
    }
    path?.closePath();
    begin = end;
  }
  context.lineJoin = "round";
  for (const [index, path] of paths.entries()) {
    context.strokeStyle = HALO_HEX;
    context.lineWidth = 3 * density;
    context.stroke(path);
    context.strokeStyle = CLASS_PALETTE[classes[index]?.colorIndex ?? 0]?.hex ?? "#ffffff";
    context.lineWidth = 1.5 * density;
    context.stroke(path);
  }
}
