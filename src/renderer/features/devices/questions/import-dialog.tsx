import type { DeviceConfiguration } from "../../../../shared/domain/device-configuration.ts";
import { ROLES } from "../../../../shared/domain/device-configuration.ts";
import type { ImportedConfiguration } from "../../../../shared/domain/device-setup.ts";
import { useInstrumentState } from "../../../api/context.tsx";
import { Notice } from "../../../ui/notice.tsx";
import { useDevices, useDevicesState } from "../devices-context.tsx";
import { deviceWords as words } from "../words.ts";
import { fatesOf } from "./import-fates.ts";
import { ConfirmDialog } from "./confirm-dialog.tsx";

/** What a file says, what of it was not understood, and what it would change; only then it may be used. */
export function ImportDialog(props: { readonly imported: ImportedConfiguration }) {
  const { configuration, path, kind, remarks } = props.imported;
  const devices = useDevices();
  const setup = useInstrumentState((state) => state.devices);
  const { fates, gone } = fatesOf(configuration, setup?.devices.map(({ device }) => device) ?? []);
  return (
    <ConfirmDialog wide title={words.importTitle} confirm={words.importConfirm} testId="import-dialog" run={() => devices.applyImported(props.imported)}>
      <p><strong>{configuration.name}</strong>. {words.importKinds[kind]}: <span className="oc-selectable">{path}</span></p>
      {setup === undefined ? undefined : <p className="oc-devices__quiet">{words.importReplaces(setup.name)}</p>}
      {remarks.length === 0 ? <Notice tone="ok">{words.importNoRemarks}</Notice> : (
        <section aria-label={words.importRemarks(remarks.length)}>
          <h3 className="oc-devices__heading oc-devices__reason">{words.importRemarks(remarks.length)}</h3>
          <ul className="oc-devices__remarks" data-testid="import-remarks">{remarks.map((remark) => <li key={remark}>{remark}</li>)}</ul>
        </section>
      )}
      <div className="oc-devices__import">
        <ImportedDevices configuration={configuration} fates={fates} />
        <ImportedRoles configuration={configuration} />
        <ImportedObjectives configuration={configuration} />
      </div>
      {gone.length === 0 ? undefined : <p className="oc-devices__reason">{words.importGone(gone.join(", "))}</p>}
    </ConfirmDialog>
  );
}

function ImportedDevices(props: { readonly configuration: DeviceConfiguration; readonly fates: ReadonlyMap<string, keyof typeof words.importFate> }) {
  const families = useDevicesState((ui) => ui.families);
  return (
    <section aria-label={words.importDevices}>
      <h3 className="oc-devices__heading">{words.importDevices}</h3>
      <ul>
        {props.configuration.devices.map(({ key, name, family, identity, port }) => (
          <li key={key}>{name} <span className="oc-devices__quiet">{families?.find(({ id }) => id === family)?.title ?? family}, {identity === undefined ? (port ?? words.notKnownYet) : words.byIdentity(identity.vendor, identity.product, identity.serial)}; {words.importFate[props.fates.get(key) ?? "new"]}</span></li>
        ))}
      </ul>
    </section>
  );
}

function ImportedRoles(props: { readonly configuration: DeviceConfiguration }) {
  const { roles, devices } = props.configuration;
  return (
    <section aria-label={words.importRoles}>
      <h3 className="oc-devices__heading">{words.importRoles}</h3>
      <ul>
        {ROLES.map((role) => {
          const part = roles[role];
          return <li key={role}>{words.kinds[role]}: <span className="oc-devices__quiet">{part === undefined ? words.nobody : `${devices.find(({ key }) => key === part.device)?.name ?? part.device}${part.part === undefined ? "" : `, ${part.part}`}`}</span></li>;
        })}
      </ul>
    </section>
  );
}

function ImportedObjectives(props: { readonly configuration: DeviceConfiguration }) {
  const { objectives } = props.configuration;
  return (
    <section aria-label={words.importObjectives}>
      <h3 className="oc-devices__heading">{words.importObjectives}</h3>
      <ul>
        {objectives.map(({ id, name, pixelSizeUm }) => <li key={id}>{name} <span className="oc-devices__quiet">{pixelSizeUm === undefined ? words.noPixelSize : `${pixelSizeUm} µm`}</span></li>)}
        {objectives.length === 0 ? <li className="oc-devices__quiet">{words.noObjectives}</li> : undefined}
      </ul>
    </section>
  );
}
