import type { FrameHeader } from "../../shared/domain/frame.ts";

/** Host time before which the exposure of a frame cannot have begun, ms: what a frame shows may be as old as that. */
export function exposureBeganMs({ hostTimeMs, exposureMs = 0, latencyMs = 0 }: Pick<FrameHeader, "hostTimeMs" | "exposureMs" | "latencyMs">): number {
  return hostTimeMs - exposureMs - latencyMs;
}
