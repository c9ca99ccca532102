import { CLASS_PALETTE } from "../../core/palette.ts";
import type { ClassInfo } from "../../shared/domain/detection.ts";

/** A class's colour with its letter in it: the same pair as over the picture. */
export function ClassSwatch(props: { readonly info: ClassInfo; readonly crossed?: boolean }) {
  const color = CLASS_PALETTE[props.info.colorIndex]?.rgb ?? [255, 255, 255];
  return (
    <span className={props.crossed === true ? "oc-swatch oc-swatch--crossed" : "oc-swatch"} style={{ background: `rgb(${color.join(" ")})`, color: isLight(color) ? "#000" : "#fff" }} aria-hidden="true">
      {props.info.letter}
    </span>
  );
}

/** Whether black reads better than white on it (relative luminance of WCAG 2; 0.179 is where both contrasts are equal). */
function isLight([red = 0, green = 0, blue = 0]: readonly number[]): boolean {
  const linear = (value: number): number => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue) > 0.179;
}
