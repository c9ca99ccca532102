import type { ConfiguredDevice } from "../../../shared/domain/device-configuration.ts";
import type { ProbeResult } from "../../../shared/domain/device-setup.ts";
import { OcularError } from "../../../shared/errors.ts";
import type { DeviceRegistry } from "./registry.ts";

/**
 * Asks a network address who is there, and makes a device of it for the wizard: known by its identity, asked at that address from
 * then on. Undefined when nobody answered. Nothing is opened.
 * @throws OcularError InvalidInput for one that is set up already or cannot be used as it is; PortUnavailable where nothing can be asked
 */
export async function probeAddress(address: string, registry: DeviceRegistry, configured: readonly ConfiguredDevice[]): Promise<ProbeResult | undefined> {
  const what = `The device at ${address}`;
  const found = await registry.ask(address, configured).catch((error: unknown) => {
    throw new OcularError({ tag: "PortUnavailable", deviceId: "an unknown device", port: address, reason: error instanceof Error ? error.message : String(error) }, { cause: error });
  });
  if (found === undefined) return undefined;
  const own = configured.find(({ key }) => key === found.configuredAs);
  if (own !== undefined) throw new OcularError({ tag: "InvalidInput", what, reason: `it is set up already, as ${own.name}` });
  const { suggestion, problem, identity, title } = found;
  if (suggestion === undefined) throw new OcularError({ tag: "InvalidInput", what, reason: problem ?? "no driver fits it" });
  const family = registry.family(suggestion.family);
  return {
    family: suggestion.family, title: family?.title ?? suggestion.family, model: title, suggestion,
    ...(identity === undefined || identity.serial === "" ? {} : { serial: identity.serial }),
  };
}
