import { useInstrumentState } from "../../../api/context.tsx";
import { useDevices } from "../devices-context.tsx";
import { deviceWords as words } from "../words.ts";
import { ConfirmDialog } from "./confirm-dialog.tsx";

/** A device is never taken out by one click: what goes with it is said first. */
export function RemoveDialog(props: { readonly deviceKey: string }) {
  const devices = useDevices();
  const setup = useInstrumentState((state) => state.devices);
  const name = setup?.devices.find(({ device }) => device.key === props.deviceKey)?.device.name ?? props.deviceKey;
  const roles = setup?.roles.filter(({ configured }) => configured?.device === props.deviceKey).map(({ role }) => words.kinds[role].toLowerCase()) ?? [];
  return (
    <ConfirmDialog title={words.removeTitle(name)} confirm={words.removeConfirm} tone="stop" testId="remove-dialog" run={() => devices.remove(props.deviceKey)}>
      <p>{words.removeText}</p>
      {roles.length === 0 ? undefined : <p>{words.removeRoles(roles.join(", "))}</p>}
    </ConfirmDialog>
  );
}
