import type { ConfiguredDevice } from "../../../shared/domain/device-configuration.ts";
import type { DeviceSetup, DiscoveredDevice, Discovery } from "../../../shared/domain/device-setup.ts";

/** What was found and is not set up. Looking takes seconds: one that was added meanwhile is no longer offered, whatever the last look says. */
export function notSetUp(discovery: Discovery | undefined, setup: DeviceSetup | undefined): readonly DiscoveredDevice[] {
  return discovery?.devices.filter((found) => found.configuredAs === undefined && setup?.devices.some(({ device }) => isSame(found, device)) !== true) ?? [];
}

function isSame({ identity, address, connection }: DiscoveredDevice, device: ConfiguredDevice): boolean {
  // There may be any number of virtual ones.
  if (connection === "virtual") return false;
  if (device.port !== undefined && device.port === address) return true;
  const own = device.identity;
  // Adapters without a serial number look alike: only a look can tell them apart.
  return identity !== undefined && own !== undefined && identity.serial !== "" && identity.vendor === own.vendor && identity.product === own.product && identity.serial === own.serial;
}
