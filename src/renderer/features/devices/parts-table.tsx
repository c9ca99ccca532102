import type { DeviceSetup, PartView } from "../../../shared/domain/device-setup.ts";
import { Button } from "../../ui/button.tsx";
import { useDeviceValue } from "../../ui/use-device-value.ts";
import { ValueSlider } from "../../ui/value-slider.tsx";
import { useDevices, useDevicesState } from "./devices-context.tsx";
import { StateMark } from "./state-mark.tsx";
import { deviceWords as words } from "./words.ts";

/**
 * What a device consists of, and what can be said of each part without moving it. With `rolesOf`, for a device that is set up: which role
 * each part has, the way to give it that of its kind, and the levels of its lights.
 */
export function PartsTable(props: { readonly parts: readonly PartView[]; readonly rolesOf?: { readonly setup: DeviceSetup; readonly deviceKey: string } }) {
  const { rolesOf } = props;
  return (
    <table className="oc-devices__table">
      <thead><tr><th scope="col">{words.part}</th><th scope="col">{words.state}</th>{rolesOf === undefined ? undefined : <th scope="col">{words.role}</th>}</tr></thead>
      <tbody>
        {props.parts.map((each) => {
          const { part, kind, identity, state, reason, percent, words: said } = each;
          return (
            <tr key={part} data-testid={`part-${part}`}>
              <td>
                <strong>{words.kinds[kind]}</strong>{words.kinds[kind].toLowerCase() === part ? undefined : <span className="oc-devices__quiet"> {part}</span>}
                <div className="oc-devices__facts oc-selectable">{[`${identity.vendor} ${identity.model}`.trim(), identity.serial === "" ? "" : `serial ${identity.serial}`, said ?? ""].filter((fact) => fact !== "").join(", ")}</div>
                {rolesOf === undefined || percent === undefined ? undefined : <LightLevel deviceKey={rolesOf.deviceKey} part={part} percent={percent} />}
              </td>
              <td><StateMark state={state} />{reason === undefined ? undefined : <div className="oc-devices__reason">{reason}</div>}</td>
              {rolesOf === undefined ? undefined : <td><PartRole setup={rolesOf.setup} deviceKey={rolesOf.deviceKey} view={each} /></td>}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** The role a part has, or the way to give it the one it could have. */
function PartRole(props: { readonly setup: DeviceSetup; readonly deviceKey: string; readonly view: PartView }) {
  const { part, kind, role } = props.view;
  const { locked } = props.setup;
  const devices = useDevices();
  const busy = useDevicesState((ui) => ui.busy.has(`role ${kind}`));
  if (role !== undefined) return <>{words.kinds[role]}</>;
  return <Button label={words.useAs[kind]} hint={locked ?? words.useAsHint} disabled={busy || locked !== undefined} onPress={() => void devices.assign(kind, { device: props.deviceKey, part })} testId={`use-${part}`} />;
}

function LightLevel(props: { readonly deviceKey: string; readonly part: string; readonly percent: number }) {
  const devices = useDevices();
  const level = useDeviceValue(props.percent, (percent) => devices.setLight(props.deviceKey, props.part, percent));
  return <ValueSlider compact label={words.levelOf(props.part)} value={level.value} spec={{ min: 0, max: 100, step: 1, decimals: 0, unit: "%" }} onApply={level.apply} testId={`level-${props.part}`} />;
}
