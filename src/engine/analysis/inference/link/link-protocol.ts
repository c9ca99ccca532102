import * as z from "zod";
import { WireTensorHeader } from "./wire-tensor.ts";

/** Headers of the tensor link. The owner asks, the process answers in the same order. */
export const Hello = z.object({ type: z.literal("hello"), token: z.string() });

export const RunRequest = z.object({
  type: z.literal("run"),
  id: z.number().int(),
  inputs: z.array(WireTensorHeader),
  /** Outputs that are wanted; all of them where none are named. */
  outputs: z.array(z.string()).optional(),
});
export type RunRequest = z.infer<typeof RunRequest>;

export const RunReply = z.discriminatedUnion("type", [
  z.object({ type: z.literal("outputs"), id: z.number().int(), runMs: z.number(), outputs: z.array(WireTensorHeader) }),
  z.object({ type: z.literal("refused"), id: z.number().int(), reason: z.string() }),
]);
export type RunReply = z.infer<typeof RunReply>;
