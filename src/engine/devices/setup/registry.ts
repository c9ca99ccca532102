import * as z from "zod";
import type { ConfiguredDevice, HardwareIdentity } from "../../../shared/domain/device-configuration.ts";
import type { DeviceFamily, DiscoveredDevice, Discovery } from "../../../shared/domain/device-setup.ts";
import { OcularError } from "../../../shared/errors.ts";
import { type DeviceProvider, type FoundDevice, isSameHardware, type OpenedDevice, type ProviderFamily } from "./device-provider.ts";

/** A way of looking that hangs must not hide what the others found, ms. */
const DISCOVERY_LIMIT_MS = 5000;

/** Every way in which devices are reached, as one. */
export interface DeviceRegistry {
  readonly providers: readonly DeviceProvider[];
  families(): DeviceFamily[];
  /** Undefined for a family that is not known here. */
  family(id: string): ProviderFamily | undefined;
  /** Everything found, and which ways of looking failed. `configured`: to name what is known already. */
  discover(configured: readonly ConfiguredDevice[]): Promise<Discovery>;
  /** Who answers at a network address that a person typed; undefined: nobody. Rejects with an Error whose message is a clause. */
  ask(address: string, configured: readonly ConfiguredDevice[]): Promise<DiscoveredDevice | undefined>;
  /** @throws OcularError UnsupportedValue, InvalidInput */
  open(device: ConfiguredDevice): Promise<OpenedDevice>;
  onDidChange(listener: () => void): () => void;
  dispose(): Promise<void>;
}

export function createDeviceRegistry(providers: readonly DeviceProvider[], delay: (ms: number, signal: AbortSignal) => Promise<void>): DeviceRegistry {
  const providerOf = (familyId: string): DeviceProvider | undefined => providers.find(({ families }) => families.some(({ id }) => id === familyId));
  const everyFamily = (): string[] => providers.flatMap(({ families }) => families.map(({ id }) => id));

  return {
    providers,
    families: () => providers.flatMap(({ families, connection }) => families.map((family) => ({
      id: family.id, vendor: family.vendor, title: family.title, connection, kinds: [...family.kinds],
      optionsSchema: z.toJSONSchema(family.optionsSchema, { io: "input", unrepresentable: "any" }),
      suggestedOptions: { ...family.suggestedOptions },
    }))),
    family: (id) => providerOf(id)?.families.find((family) => family.id === id),
    async discover(configured) {
      const over = new AbortController();
      const late = delay(DISCOVERY_LIMIT_MS, over.signal).then(() => { throw new Error(`it did not end within ${DISCOVERY_LIMIT_MS / 1000} s`); });
      late.catch(() => undefined); // Ended before: the timer was taken back.
      const problems: Discovery["problems"] = [];
      const found = await Promise.all(providers.map(async (provider) => {
        try {
          return (await Promise.race([provider.discover(), late])).map((each) => describe(provider, each, configured));
        } catch (error) {
          problems.push({ where: provider.name, reason: error instanceof Error ? error.message : String(error) });
          return [];
        }
      }));
      over.abort();
      return { devices: found.flat(), problems };
    },
    async ask(address, configured) {
      for (const provider of providers) {
        const found = await provider.ask?.(address);
        if (found !== undefined) return describe(provider, found, configured);
      }
      return undefined;
    },
    async open(device) {
      const provider = providerOf(device.family);
      if (provider === undefined) throw new OcularError({ tag: "UnsupportedValue", what: `The family of ${device.name}`, value: device.family, allowed: everyFamily() });
      return provider.open(device);
    },
    onDidChange: (listener) => {
      const unsubscribes = providers.map((provider) => provider.onDidChange(listener));
      return () => { for (const unsubscribe of unsubscribes) unsubscribe(); };
    },
    dispose: async () => { await Promise.all(providers.map((provider) => provider.dispose())); },
  };
}

function describe(provider: DeviceProvider, found: FoundDevice, configured: readonly ConfiguredDevice[]): DiscoveredDevice {
  const { address, title, identity, family, problem, options } = found;
  const own = configured.find((device) => provider.families.some(({ id }) => id === device.family) && isConfiguredAs(device, found));
  const known = provider.families.find(({ id }) => id === family);
  return {
    id: `${provider.connection}:${address}`, connection: provider.connection, title, address,
    ...(identity === undefined ? {} : { identity }),
    ...(family === undefined ? {} : { family }),
    ...(own === undefined ? {} : { configuredAs: own.key }),
    ...(known === undefined || problem !== undefined ? {} : { suggestion: suggestDevice({ family: known, title, address, identity, options }, configured) }),
    ...(problem === undefined ? {} : { problem }),
  };
}

function isConfiguredAs(device: ConfiguredDevice, { identity, address }: FoundDevice): boolean {
  return device.identity === undefined ? device.port === address : isSameHardware(device.identity, identity);
}

/** A device as the wizard offers it: a free key, the title as its name, the options of a first try. */
export function suggestDevice(found: { readonly family: ProviderFamily; readonly title: string; readonly address: string; readonly identity: HardwareIdentity | undefined; readonly options?: Readonly<Record<string, unknown>> | undefined }, configured: readonly ConfiguredDevice[]): ConfiguredDevice {
  const { family, title, address, identity, options } = found;
  return {
    key: freeKey(family.id, configured), name: title.slice(0, 80), family: family.id, options: { ...family.suggestedOptions, ...options },
    ...(identity === undefined ? { port: address } : { identity }),
  };
}

function freeKey(familyId: string, configured: readonly ConfiguredDevice[]): string {
  const base = familyId.toLowerCase().replaceAll(/[^a-z0-9]+/gu, "-").slice(0, 34);
  const taken = new Set(configured.map(({ key }) => key));
  for (let number = 1; ; number += 1) {
    const key = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(key)) return key;
  }
}
