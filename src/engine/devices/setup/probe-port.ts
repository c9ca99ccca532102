import type { Clock } from "../../../core/clock.ts";
import type { ConfiguredDevice } from "../../../shared/domain/device-configuration.ts";
import type { ProbeProgress, ProbeResult } from "../../../shared/domain/device-setup.ts";
import { isOcularError, OcularError } from "../../../shared/errors.ts";
import { SERIAL_FAMILIES } from "../drivers/families.ts";
import { probePort } from "../drivers/kit/probe.ts";
import type { SerialHost } from "../transports/serial-host.ts";
import { identityOfPort } from "./providers/serial-provider.ts";
import { type DeviceRegistry, suggestDevice } from "./registry.ts";

/** What probing a port needs. */
export interface ProbeParts {
  readonly host: SerialHost;
  readonly clock: Clock;
  readonly registry: DeviceRegistry;
  readonly configured: readonly ConfiguredDevice[];
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ProbeProgress) => void;
}

/**
 * Finds family and speed of what sits on a port, by questions only, and makes a device of it for the wizard. Undefined when
 * nobody answered in a way that is understood, or the signal aborted.
 * @throws OcularError PortUnavailable
 */
export async function probeSerialPort(path: string, { host, clock, registry, configured, signal, onProgress }: ProbeParts): Promise<ProbeResult | undefined> {
  const total = SERIAL_FAMILIES.reduce((sum, { probe }) => sum + probe.lines.length, 0);
  let tried = 0;
  const onTry = ({ familyId, line }: { familyId: string; line: { baudRate: number } }): void => {
    tried += 1;
    onProgress({ port: path, family: familyId, title: titleOf(familyId), baudRate: line.baudRate, tried, total });
  };
  try {
    const finding = await probePort(host.port(path), SERIAL_FAMILIES, { clock, signal, onTry });
    if (finding === undefined) return undefined;
    const { familyId, line, found } = finding;
    const family = registry.family(familyId);
    if (family === undefined) throw new Error(`The family ${familyId} that answered is not registered.`);
    // Where ports cannot be listed the answer is as good: the device is then found by the port's name.
    const listed = (await host.list().catch((): [] => [])).find((port) => port.path === path);
    const identity = listed === undefined ? undefined : identityOfPort(listed);
    const suggested = suggestDevice({ family, title: found.model === "" ? family.title : found.model, address: path, identity }, configured);
    const suggestion: ConfiguredDevice = { ...suggested, line, options: { ...suggested.options, ...found.options } };
    return {
      family: familyId, title: family.title, line: suggestion.line ?? line, model: found.model, suggestion,
      ...(found.version === undefined ? {} : { version: found.version }), ...(found.serial === undefined ? {} : { serial: found.serial }),
    };
  } catch (error) {
    if (signal.aborted) return undefined;
    if (isOcularError(error)) throw error;
    throw new OcularError({ tag: "PortUnavailable", deviceId: "an unknown device", port: path, reason: error instanceof Error ? error.message : String(error) }, { cause: error });
  }
}

function titleOf(familyId: string): string {
  return SERIAL_FAMILIES.find(({ id }) => id === familyId)?.title ?? familyId;
}
