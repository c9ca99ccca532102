import { useEffect } from "react";
import { useInstrumentState } from "../../api/context.tsx";
import { Button } from "../../ui/button.tsx";
import { Empty, Notice, Skeleton } from "../../ui/notice.tsx";
import { DeviceDetail } from "./device-detail.tsx";
import { DeviceList } from "./device-list.tsx";
import { useDevices, useDevicesState } from "./devices-context.tsx";
import { MicroscopeView } from "./microscope-view.tsx";
import { Questions } from "./questions.tsx";
import { deviceWords as words } from "./words.ts";

/** Plugged-in things come and go while somebody looks: they are looked for again this often. */
const LOOK_AGAIN_MS = 6000;

/** What is set up, what is missing, what was found; on the right the one that is looked at. */
export function DevicesScreen() {
  const devices = useDevices();
  const setup = useInstrumentState((state) => state.devices);
  const problem = useInstrumentState((state) => state.devicesError);
  const chosen = useDevicesState((ui) => ui.chosen);
  useEffect(() => {
    void devices.askAgain();
    void devices.loadFamilies();
    void devices.look();
    const timer = setInterval(() => void devices.look(), LOOK_AGAIN_MS);
    return () => { clearInterval(timer); };
  }, [devices]);
  const view = setup?.devices.find(({ device }) => device.key === chosen);
  return (
    <main className="oc-devices" aria-label={words.title}>
      {setup === undefined ? (
        <div className="oc-devices__side"><h1 className="oc-page__title">{words.title}</h1>{problem === undefined ? <Skeleton lines={8} /> : undefined}</div>
      ) : <DeviceList setup={setup} />}
      <div className="oc-devices__room">
        {setup === undefined && problem !== undefined ? <Empty title={problem} testId="devices-problem" action={<Button tone="primary" size="large" label={words.tryAgain} onPress={() => void devices.askAgain()} />} /> : undefined}
        {setup === undefined && problem === undefined ? <Skeleton lines={10} /> : undefined}
        {setup?.locked === undefined ? undefined : <Notice tone="notice" testId="devices-locked">{setup.locked}</Notice>}
        {setup?.problem === undefined ? undefined : <Notice tone="error" testId="devices-config-problem">{setup.problem}</Notice>}
        {setup === undefined ? undefined : view === undefined ? <MicroscopeView setup={setup} /> : <DeviceDetail key={view.device.key} setup={setup} view={view} />}
      </div>
      <Questions />
    </main>
  );
}
