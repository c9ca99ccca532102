import type { ConfiguredDevice, DeviceConfiguration } from "../../../../shared/domain/device-configuration.ts";

/** What an imported set-up does to each device: which are new, which stay, which are driven otherwise, and whose are gone. */
export function fatesOf(next: DeviceConfiguration, now: readonly ConfiguredDevice[]): { readonly fates: ReadonlyMap<string, "new" | "same" | "changed">; readonly gone: readonly string[] } {
  const before = new Map(now.map((device) => [device.key, device]));
  const fates = new Map(next.devices.map((device) => {
    const old = before.get(device.key);
    return [device.key, old === undefined ? ("new" as const) : textOf(old) === textOf(device) ? ("same" as const) : ("changed" as const)] as const;
  }));
  return { fates, gone: now.filter(({ key }) => !fates.has(key)).map(({ name }) => name) };
}

/** The same text for the same device, whatever the order of its fields. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "object" && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner));
}
