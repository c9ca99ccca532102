import { useEffect, useState } from "react";
import type { CameraControl, ControlValue } from "../../../shared/domain/camera-controls.ts";
import { useInstrument, useInstrumentState } from "../../api/context.tsx";
import { Panel } from "../../ui/panel.tsx";
import { SelectField } from "../../ui/select-field.tsx";
import { ValueSlider } from "../../ui/value-slider.tsx";
import { useDeviceValue } from "../../ui/use-device-value.ts";
import { useLive } from "./live-context.tsx";

/** White balance, focus, zoom and the like: only where the camera has them. */
export function CameraControlsPanel() {
  const live = useLive();
  const { client, store } = useInstrument();
  // What the camera has is known once it is connected, and asked again when it comes back.
  const camera = useInstrumentState((state) => state.snapshot?.devices.find(({ identity }) => identity.kind === "camera"));
  const cameraId = camera?.identity.id;
  const ready = camera?.state === "ready" || camera?.state === "busy";
  const [controls, setControls] = useState<readonly CameraControl[]>([]);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    let left = false;
    const ask = async (): Promise<void> => {
      try {
        const answer = ready ? await client.call("camera.controls", {}) : [];
        if (!left) setControls(answer);
      } catch (error) {
        store.report(error, "Camera controls");
      }
    };
    void ask();
    return () => { left = true; };
  }, [client, store, ready, cameraId]);
  const set = async (id: string, value: ControlValue): Promise<void> => {
    const next = await live.setCameraControl(id, value);
    if (next !== undefined) setControls(next);
  };
  if (controls.length === 0) return undefined;
  return (
    <Panel title="Camera" open={open} onToggle={setOpen} testId="camera-controls">
      {controls.map((control) => (control.kind === "choice"
        ? <SelectField key={control.id} label={control.label} value={control.value} options={control.choices.map((value) => ({ value, label: value }))} onChoose={(value) => void set(control.id, value)} testId={`control-${control.id}`} />
        : <RangeControl key={control.id} control={control} onApply={(value) => set(control.id, value)} />
      ))}
    </Panel>
  );
}

function RangeControl(props: { readonly control: Extract<CameraControl, { kind: "range" }>; readonly onApply: (value: number) => Promise<void> }) {
  const { id, label, min, max, step, unit } = props.control;
  const inForce = useDeviceValue(props.control.value, props.onApply);
  const decimals = step > 0 && Number.isInteger(step) ? 0 : 2;
  return <ValueSlider label={label} value={inForce.value} spec={{ min, max, step: step > 0 ? step : (max - min) / 100, decimals, unit }} onApply={inForce.apply} testId={`control-${id}`} />;
}
