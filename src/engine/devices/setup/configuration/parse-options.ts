import type * as z from "zod";
import type { ConfiguredDevice } from "../../../../shared/domain/device-configuration.ts";
import { OcularError } from "../../../../shared/errors.ts";

/** A schema's complaints in one line: "stage.toleranceUm: Too small; focus: ...". */
export function wordsOfIssues({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`)).join("; ");
}

/** A device's options by its family's schema. @throws OcularError InvalidInput naming the device and the place */
export function parseOptions<T>(device: Pick<ConfiguredDevice, "name" | "options">, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(device.options);
  if (parsed.success) return parsed.data;
  throw new OcularError({ tag: "InvalidInput", what: `The options of ${device.name}`, reason: wordsOfIssues(parsed.error) });
}
