import * as z from "zod";
import type { ErrorData } from "../shared/error-data.ts";
import { errorDataOf } from "../shared/errors.ts";
import { methods, type MethodName, type Methods, type OutputOf } from "../shared/ipc/contract.ts";

/** One function for each method of the contract; inputs arrive parsed. */
export type Implementations = { readonly [M in MethodName]: (input: z.output<Methods[M]["input"]>) => OutputOf<M> | Promise<OutputOf<M>> };

const Call = z.object({ method: z.string(), input: z.unknown() });

function isMethod(name: string): name is MethodName {
  return Object.hasOwn(methods, name);
}

/** Parses one call and runs it. Never throws: what goes wrong is the answer. */
export async function answerCall(implementations: Implementations, message: unknown): Promise<{ ok: true; value: unknown } | { ok: false; error: ErrorData }> {
  const call = Call.safeParse(message);
  if (!call.success || !isMethod(call.data.method)) {
    return { ok: false, error: { tag: "InvalidInput", what: "A call from the screen", reason: "it names no known method" } };
  }
  const name = call.data.method;
  const input = methods[name].input.safeParse(call.data.input);
  if (!input.success) {
    return { ok: false, error: { tag: "InvalidInput", what: name, reason: z.prettifyError(input.error).replaceAll("\n", " ") } };
  }
  try {
    // The table pairs each name with its own input type; TypeScript cannot follow that through a variable name.
    const run = implementations[name] as (value: unknown) => unknown;
    return { ok: true, value: await run(input.data) };
  } catch (error) {
    return { ok: false, error: errorDataOf(error, name) };
  }
}
