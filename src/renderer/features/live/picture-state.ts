import type { DeviceStatus } from "../../../shared/domain/devices.ts";
import type { Snapshot } from "../../../shared/domain/snapshot.ts";
import type { InstrumentState } from "../../api/instrument-store.ts";
import { formatAgo, formatBytes } from "../../ui/format.ts";
import { liveWords as words } from "./words.ts";

/** Words over the picture: where there is none, or where it is not to be trusted as live. */
export interface PictureMessage {
  readonly tone: "plain" | "warning" | "error";
  readonly text: string;
  readonly hint?: string;
  /** What the button beside it does. */
  readonly offer?: "start-camera" | "open-devices";
  /** "cover": there is no picture. "band": over the last picture, which is greyed when `greyed`. */
  readonly place: "cover" | "band";
  readonly greyed?: boolean;
}

/** The camera that gives the picture; undefined when none is configured. */
export function cameraOf(snapshot: Snapshot | undefined): DeviceStatus | undefined {
  return snapshot?.devices.find((device) => device.identity.kind === "camera");
}

/** A camera that is lost, faulted or not there yet. */
export function isCameraAway(snapshot: Snapshot | undefined): boolean {
  const state = cameraOf(snapshot)?.state;
  return state !== "ready" && state !== "busy";
}

/** Whether pictures come, or will: without them there is nothing to keep. */
export function cameraAnswers(snapshot: Snapshot | undefined): boolean {
  return !isCameraAway(snapshot) && (snapshot?.acquisition === "running" || snapshot?.acquisition === "paused");
}

/**
 * What to say over the picture, most important first.
 *
 * @param silentMs since the last new picture
 */
export function pictureMessage(instrument: Pick<InstrumentState, "link" | "linkError" | "snapshot">, picture: "none" | "live" | "stale", silentMs: number, problem: string | undefined): PictureMessage | undefined {
  const { link, linkError, snapshot } = instrument;
  const ago = formatAgo(silentMs / 1000);
  if (problem !== undefined) return { tone: "error", text: words.noWebGl(problem), place: "cover" };
  if (link === "failed") return { tone: "error", text: linkError ?? words.noCamera, place: "cover" };
  if (link === "loading") return { tone: "plain", text: words.loading, hint: words.loadingHint, place: "cover" };
  const camera = cameraOf(snapshot);
  const place = picture === "none" ? "cover" : "band";
  if (camera === undefined) return { tone: "warning", text: words.noCamera, offer: "open-devices", place };
  if (camera.state === "absent" || camera.state === "connecting") {
    if (picture === "none") return camera.state === "connecting" ? { tone: "plain", text: words.loading, hint: words.loadingHint, place } : { tone: "warning", text: words.noCamera, ...(camera.reason === undefined ? {} : { hint: camera.reason }), offer: "open-devices", place };
    return { tone: "error", text: words.cameraGone(ago), place, greyed: true };
  }
  if (camera.state === "faulted") return { tone: "error", text: words.cameraFault(camera.reason ?? "unknown"), offer: "open-devices", place, greyed: true };
  if (snapshot?.acquisition === "idle") return { tone: "plain", text: words.cameraIdle, hint: words.cameraIdleHint, offer: "start-camera", place, greyed: true };
  if (picture === "none") return { tone: "plain", text: words.loading, hint: words.loadingHint, place };
  if (picture === "stale") return { tone: "warning", text: words.stale(ago), place };
  return undefined;
}

/** A disk with less than this is worth a look; with less than the second, action. */
export const DISK_LOW_BYTES = 5e9;
const DISK_CRITICAL_BYTES = 5e8;

/** A word near the picture. */
export interface InstrumentMessage {
  readonly id: string;
  readonly tone: "plain" | "warning" | "error";
  readonly text: string;
  readonly offer?: "choose-analyzer";
}

/** What else needs a word near the picture: analysis and disk. */
export function instrumentMessages(snapshot: Snapshot | undefined): readonly InstrumentMessage[] {
  if (snapshot === undefined) return [];
  const messages: InstrumentMessage[] = [];
  const { analyzer, disk } = snapshot;
  if (!analyzer.enabled) messages.push({ id: "analyzer", tone: "plain", text: words.analyzerOff });
  else if (analyzer.state === "starting") messages.push({ id: "analyzer", tone: "plain", text: words.analyzerStarting });
  else if (analyzer.state === "restarting") messages.push({ id: "analyzer", tone: "warning", text: words.analyzerRestarting });
  else if (analyzer.state === "failed") messages.push({ id: "analyzer", tone: "error", text: words.analyzerFailed(analyzer.reason ?? "reason unknown"), ...(snapshot.session === undefined ? { offer: "choose-analyzer" as const } : {}) });
  if (disk !== undefined && disk.freeBytes < DISK_CRITICAL_BYTES) messages.push({ id: "disk", tone: "error", text: words.diskCritical(formatBytes(disk.freeBytes)) });
  else if (disk !== undefined && disk.freeBytes < DISK_LOW_BYTES) messages.push({ id: "disk", tone: "warning", text: words.diskLow(formatBytes(disk.freeBytes)) });
  return messages;
}
