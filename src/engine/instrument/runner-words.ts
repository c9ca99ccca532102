import type { DeviceStatus } from "../../shared/domain/devices.ts";
import type { RunnerEvent } from "../acquisition/acquisition-runner.ts";

/**
 * What a person reads of a run; undefined for what the state already shows.
 * @param camera what it is, and what it says of itself at that moment
 */
export function describeRunnerEvent(event: RunnerEvent, camera: DeviceStatus): { tone: "notice" | "warning" | "error"; text: string } | undefined {
  switch (event.type) {
    case "state":
      return undefined;
    // The loss that follows says it.
    case "stale":
      return undefined;
    case "camera-lost":
      return { tone: "error", text: `Camera ${event.reason === "silent" ? "stopped answering" : event.reason} (${[camera.identity.model, ...(camera.reason === undefined ? [] : [camera.reason])].join(": ")}). Reconnecting...` };
    case "camera-back":
      return { tone: "notice", text: `Camera is back after ${(event.downMs / 1000).toFixed(1)} s.` };
    case "ended":
      return event.outcome.outcome === "errored" ? { tone: "error", text: `The picture stopped (${event.outcome.reason}): start it again.` } : undefined;
  }
}
