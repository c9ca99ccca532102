import type { ConfiguredDevice, DeviceConfiguration, DevicePart } from "../../../../shared/domain/device-configuration.ts";
import type { DeviceKind } from "../../../../shared/domain/devices.ts";
import { OcularError } from "../../../../shared/errors.ts";

/**
 * The configuration with one more device, whose key is free ({@link requireFreeKey}).
 * @param parts the name of its first part of each kind, as its drivers have them
 * @param roles which it gets; undefined: those of its parts that are empty or held by a virtual device
 * @throws OcularError UnsupportedValue for a role that no part of it can have
 */
export function withDevice(configuration: DeviceConfiguration, device: ConfiguredDevice, parts: ReadonlyMap<DeviceKind, string>, roles: readonly DeviceKind[] | undefined): DeviceConfiguration {
  const isFree = (role: DeviceKind): boolean => configuration.devices.find(({ key }) => key === configuration.roles[role]?.device)?.family === "virtual" || configuration.roles[role] === undefined;
  const given = (roles ?? [...parts.keys()].filter(isFree)).map((role) => {
    const part = parts.get(role);
    if (part === undefined) throw new OcularError({ tag: "UnsupportedValue", what: `Role of ${device.name}`, value: role, allowed: [...parts.keys()] });
    return [role, { device: device.key, part }] as const;
  });
  return { ...configuration, devices: [...configuration.devices, device], roles: { ...configuration.roles, ...Object.fromEntries(given) } };
}

/** @throws OcularError InvalidInput */
export function requireFreeKey(configuration: DeviceConfiguration, { key: wanted }: ConfiguredDevice): void {
  if (configuration.devices.some(({ key }) => key === wanted)) throw new OcularError({ tag: "InvalidInput", what: `The key "${wanted}"`, reason: "another device has it" });
}

/** Without that device, and with no role that it had. */
export function withoutDevice(configuration: DeviceConfiguration, key: string): DeviceConfiguration {
  const roles = Object.fromEntries(Object.entries(configuration.roles).filter(([, part]) => part?.device !== key));
  return { ...configuration, devices: configuration.devices.filter((device) => device.key !== key), roles };
}

/** With that part in the role; undefined: nobody. */
export function withRole(configuration: DeviceConfiguration, role: DeviceKind, to: DevicePart | undefined): DeviceConfiguration {
  const { [role]: _before, ...others } = configuration.roles;
  return { ...configuration, roles: to === undefined ? others : { ...others, [role]: to } };
}

/** With each pixel size that differs from before held to the camera's view in which it was stated. */
export function withViews(before: DeviceConfiguration, after: DeviceConfiguration, view: string | undefined): DeviceConfiguration {
  const objectives = after.objectives.map((lens) => {
    if (lens.pixelSizeUm === before.objectives.find(({ id }) => id === lens.id)?.pixelSizeUm) return lens;
    const { pixelSizeView: _before, ...stated } = lens;
    return lens.pixelSizeUm === undefined || view === undefined ? stated : { ...stated, pixelSizeView: view };
  });
  return { ...after, objectives };
}
