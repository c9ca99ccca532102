import { classNames } from "./class-names.ts";
import { sliderFromValue, valueFromSlider } from "./number-edit.ts";
import { NumberField } from "./number-field.tsx";
import type { NumberFieldProps } from "./number-field.tsx";

const POSITIONS = 1000;

/** A number with a slider beside it. `onSlide` is called on the way, as often as the pointer moves. */
export function ValueSlider(props: NumberFieldProps & { readonly scale?: "linear" | "log"; readonly compact?: boolean }) {
  const scale = props.scale ?? "linear";
  return (
    <div className={classNames("oc-value", props.compact === true && "oc-value--compact")}>
      <span className="oc-value__label">{props.label}</span>
      <input
        className="oc-slider"
        type="range"
        min={0}
        max={POSITIONS}
        step={1}
        aria-label={props.label}
        aria-valuetext={props.value === undefined ? "unknown" : `${props.value} ${props.spec.unit}`}
        value={props.value === undefined ? 0 : Math.round(sliderFromValue(props.value, props.spec, scale) * POSITIONS)}
        disabled={props.disabled === true || props.value === undefined}
        onChange={(event) => { props.onApply(valueFromSlider(Number(event.currentTarget.value) / POSITIONS, props.spec, scale)); }}
        // After a drag the arrow keys belong to the stage again; who came by Tab keeps them.
        onPointerUp={(event) => { event.currentTarget.blur(); }}
        data-testid={props.testId === undefined ? undefined : `${props.testId}-slider`}
      />
      <NumberField {...props} />
    </div>
  );
}
