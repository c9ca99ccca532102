import type { FrameHeader } from "../../../shared/domain/frame.ts";
import type { FieldView, Snapshot } from "../../../shared/domain/snapshot.ts";
import type { OverlayEvent } from "../../../shared/ipc/contract.ts";
import { livePlace } from "./live-place.ts";

/** Nearer than this the stage stands on the kept field: encoders repeat to a fraction of it. */
const SAME_PLACE_UM = 1;

/** What the screen speaks of as "this field". */
export interface FieldInView {
  /** "kept": on disk, can be corrected. "keeping": on disk, the analysis is awaited. "live": seen, not kept. */
  readonly kind: "kept" | "keeping" | "live";
  /** For a live field the newest analysis in the shape of a field. */
  readonly field: FieldView;
}

/** The kept field where the stage stands with the same lens, however it came back there. The newest of several. */
export function keptFieldInView(snapshot: Snapshot | undefined, fields: Readonly<Record<string, FieldView>>): FieldView | undefined {
  if (snapshot?.session === undefined || snapshot.stage === undefined) return undefined;
  // Frames tell the place of the picture's middle.
  const position = livePlace(snapshot)?.stagePositionUm ?? snapshot.stage.positionUm;
  const objectiveId = snapshot.objective?.current?.id;
  const here = Object.values(fields).filter((field) => stands(field.header, position, objectiveId));
  return here.at(-1);
}

function stands(header: FrameHeader, position: { readonly x: number; readonly y: number }, objectiveId: string | undefined): boolean {
  const place = header.stagePositionUm;
  if (place === undefined) return false;
  const near = Math.hypot(place.x - position.x, place.y - position.y) <= SAME_PLACE_UM;
  return near && (objectiveId === undefined || header.objectiveId === undefined || header.objectiveId === objectiveId);
}

/**
 * The field that stays on the screen after it was kept, where no stage says what is in view: a camera alone, a replay. The
 * next picture shows another place, so corrections need the kept one to stand still.
 *
 * @param heldId what was kept last and not yet let go
 */
export function heldField(snapshot: Snapshot | undefined, fields: Readonly<Record<string, FieldView>>, heldId: string | undefined): FieldView | undefined {
  return heldId === undefined || snapshot?.session === undefined || snapshot.stage !== undefined ? undefined : fields[heldId];
}

/** Kept field before live answer: what was corrected must not jump back. With analysis switched off there is no live answer. */
export function fieldInView(snapshot: Snapshot | undefined, fields: Readonly<Record<string, FieldView>>, overlay: OverlayEvent | undefined, heldId?: string): FieldInView | undefined {
  const held = heldField(snapshot, fields, heldId);
  if (held !== undefined) return { kind: held.detections === undefined ? "keeping" : "kept", field: held };
  const kept = keptFieldInView(snapshot, fields);
  if (kept?.detections !== undefined) return { kind: "kept", field: kept };
  const live = overlay === undefined || snapshot?.analyzer.enabled === false ? undefined : liveField(overlay);
  if (kept !== undefined) return { kind: "keeping", field: live?.detections === undefined ? kept : { ...kept, detections: live.detections, annotations: [] } };
  return live === undefined ? undefined : { kind: "live", field: live };
}

function liveField(overlay: OverlayEvent): FieldView {
  return { fieldId: "live", header: overlay.header, detections: overlay.set.detections, analyzer: overlay.set.analyzer, annotations: [] };
}
