import { useInstrumentState } from "../../../api/context.tsx";
import { useDevices } from "../devices-context.tsx";
import { deviceWords as words } from "../words.ts";
import { ConfirmDialog } from "./confirm-dialog.tsx";

/** The whole set-up goes: said with numbers, and with the way to keep it. */
export function ForgetDialog() {
  const devices = useDevices();
  const setup = useInstrumentState((state) => state.devices);
  return (
    <ConfirmDialog title={words.forgetTitle} confirm={words.forgetConfirm} tone="stop" testId="forget-dialog" run={() => devices.forget()}>
      <p>{words.forgetText(setup?.devices.length ?? 0, setup?.objectives.length ?? 0)}</p>
    </ConfirmDialog>
  );
}
