import { scaleOf } from "../../../shared/domain/device-configuration.ts";
import type { ConfiguredObjective, StageFromImage } from "../../../shared/domain/device-configuration.ts";

/** Lenses that most stands carry: the next one that is not there yet is offered first. */
const USUAL: readonly Omit<ConfiguredObjective, "id" | "name">[] = [
  { magnification: 10, numericalAperture: 0.25, immersion: "air" }, { magnification: 40, numericalAperture: 0.65, immersion: "air" },
  { magnification: 100, numericalAperture: 1.25, immersion: "oil" }, { magnification: 4, numericalAperture: 0.1, immersion: "air" },
  { magnification: 20, numericalAperture: 0.5, immersion: "air" }, { magnification: 60, numericalAperture: 1.4, immersion: "oil" },
];

/** Another lens, with a name of its own. Its pixel size is not known before it was measured. */
export function newObjective(objectives: readonly ConfiguredObjective[]): ConfiguredObjective {
  const lens = USUAL.find(({ magnification }) => !objectives.some((each) => each.magnification === magnification)) ?? { magnification: 10, numericalAperture: 0.25, immersion: "air" as const };
  const base = `${lens.magnification}x`;
  let id = base;
  for (let number = 2; objectives.some((each) => each.id === id); number++) id = `${base}-${number}`;
  return { ...lens, id, name: `${lens.magnification}x/${lens.numericalAperture}` };
}

/** The lens with another pixel size. How the picture lies stays; its scale goes with the size, so that the two still say the same. */
export function withPixelSize(objective: ConfiguredObjective, pixelSizeUm: number | undefined): ConfiguredObjective {
  const { pixelSizeUm: _before, stageFromImage, ...lens } = objective;
  if (pixelSizeUm === undefined) return { ...lens, ...(stageFromImage === undefined ? {} : { stageFromImage }) };
  if (stageFromImage === undefined) return { ...lens, pixelSizeUm };
  const factor = pixelSizeUm / scaleOf(stageFromImage);
  const [a, b, tx, c, d, ty] = stageFromImage;
  return { ...lens, pixelSizeUm, stageFromImage: [a * factor, b * factor, tx, c * factor, d * factor, ty] };
}

/** How the picture lies to the stage: "1.2°", "-90.0°, mirrored". */
export function rotationText([a, b, , c, d]: StageFromImage): string {
  const degrees = (Math.atan2(c, a) * 180) / Math.PI;
  const text = degrees.toFixed(1);
  return `${text === "-0.0" ? "0.0" : text}°${a * d - b * c < 0 ? ", mirrored" : ""}`;
}
