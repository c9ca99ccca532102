import type { Detection } from "../../shared/domain/detection.ts";
import type { FrameHeader } from "../../shared/domain/frame.ts";
import type { SessionEvent, SessionRecord } from "../../shared/domain/session.ts";
import type { LogLine } from "../../shared/domain/snapshot.ts";
import { describeError } from "../../shared/errors.ts";
import { stopWords } from "../counting/stop-words.ts";
import { EMPTY_SESSION, type SessionContents } from "./session-reducer.ts";

type Words = Pick<LogLine, "tone" | "text">;

/**
 * A record as one short sentence for the log on the screen; undefined for frames, of which there are thousands.
 *
 * @param contents the session with this record folded in: gives fields their numbers and classes their names. Without
 *   it fields go by their id.
 */
export function describeRecord(record: SessionRecord, contents: SessionContents = EMPTY_SESSION): LogLine | undefined {
  const words = wordsOf(record.event, contents);
  return words === undefined ? undefined : { sequence: record.sequence, time: record.time, ...words };
}

function wordsOf(event: SessionEvent, contents: SessionContents): Words | undefined {
  switch (event.type) {
    case "frame":
      return undefined;
    case "session-started":
      return plain(`Session started by ${event.details.operator} on specimen ${event.details.specimenId}${event.details.note === "" ? "" : `: ${event.details.note}`}${event.stopRule === undefined ? "" : `; until ${stopWords(event.stopRule)}`}`);
    case "settings":
      return plain(`Settings: ${settingsWords(event)}`);
    case "analyzer":
      return plain(`Analyzer ${event.identity.id} ${event.identity.version} (${event.identity.sha256.slice(0, 12)}) on ${event.identity.runtime}`);
    case "field-kept":
      return { tone: "notice", text: `${fieldName(event.fieldId, contents)} kept${placeWords(event.header)}` };
    case "detections":
      return plain(`${fieldName(event.fieldId, contents)}: ${detectionWords(event.detections, contents)}`);
    case "second-opinion":
      return plain(secondOpinionWords(event, contents));
    case "analysis-failed":
      return { tone: "error", text: `${fieldName(event.fieldId, contents)} was not analysed. ${describeError(event.error)}` };
    case "annotation":
      return plain(annotationWords(event.annotation, contents));
    case "note":
      return plain(`Note: ${event.text}`);
    case "incident":
      return { tone: event.tone ?? (event.error === undefined ? "warning" : "error"), text: event.message };
    case "paused":
      return plain("Session paused");
    case "resumed":
      return plain("Session resumed");
    case "recovered":
      return { tone: "warning", text: `Session opened again with ${event.keptRecords} records: ${event.reason}` };
    case "session-finished":
      return { tone: event.outcome === "completed" ? "notice" : "warning", text: finishedWords(event, contents) };
  }
}

function plain(text: string): Words {
  return { tone: "plain", text };
}

/** "Field 3"; by its id where the session around it is not known. */
function fieldName(fieldId: string, { fields }: SessionContents): string {
  const index = fields.findIndex((field) => field.fieldId === fieldId);
  return `Field ${index === -1 ? fieldId : index + 1}`;
}

function placeWords({ stagePositionUm }: FrameHeader): string {
  return stagePositionUm === undefined ? "" : ` at x ${stagePositionUm.x.toFixed(1)}, y ${stagePositionUm.y.toFixed(1)} µm`;
}

function detectionWords(detections: readonly Detection[], contents: SessionContents): string {
  const counts = new Map<string, number>();
  for (const { classId } of detections) counts.set(classId, (counts.get(classId) ?? 0) + 1);
  return countWords(counts, contents);
}

function secondOpinionWords({ fieldId, analyzer, detections, comparison }: Extract<SessionEvent, { type: "second-opinion" }>, contents: SessionContents): string {
  const head = `${fieldName(fieldId, contents)}, second opinion of ${analyzer.id} ${analyzer.version}: ${detectionWords(detections, contents)}`;
  if (comparison === undefined) return head;
  return `${head}; found by both ${comparison.matched}, by the first only ${comparison.onlyFirst}, by the second only ${comparison.onlySecond}`;
}

/** "84 red cells, 1 white cell": in the order of the analyzer's classes, others after them. */
function countWords(counts: ReadonlyMap<string, number>, contents: SessionContents): string {
  const order = [...new Set([...contents.classes.map(({ id }) => id), ...counts.keys()])];
  const found = order.filter((classId) => (counts.get(classId) ?? 0) > 0);
  if (found.length === 0) return "nothing found";
  return found.map((classId) => amount(counts.get(classId) ?? 0, className(classId, contents))).join(", ");
}

function amount(n: number, name: string): string {
  return `${n} ${n === 1 ? name : `${name}s`}`;
}

function className(classId: string, { classes }: SessionContents): string {
  return (classes.find(({ id }) => id === classId)?.name ?? classId.replaceAll("-", " ")).toLowerCase();
}

function settingsWords({ camera, objective, lightPercent }: Extract<SessionEvent, { type: "settings" }>): string {
  const parts = [
    ...(objective === undefined ? [] : [objective.name]),
    ...(camera === undefined ? [] : [`exposure ${camera.exposureMs} ms`, `gain ${camera.gainDb} dB`, camera.pixelFormat]),
    ...(lightPercent === undefined ? [] : [`light ${lightPercent} %`]),
  ];
  return parts.length === 0 ? "none reported" : parts.join(", ");
}

function annotationWords(annotation: Extract<SessionEvent, { type: "annotation" }>["annotation"], contents: SessionContents): string {
  const field = fieldName(annotation.fieldId, contents);
  switch (annotation.kind) {
    case "reclassify":
      return `${field}: a ${className(annotation.fromClassId, contents)} corrected to ${className(annotation.toClassId, contents)}`;
    case "confirm":
      return `${field}: a ${className(annotation.classId, contents)} confirmed`;
    case "reject":
      return `${field}: a ${className(annotation.fromClassId, contents)} rejected`;
    case "retract":
      return `${field}: a correction taken back`;
  }
}

function finishedWords({ outcome, reason, fields, counts }: Extract<SessionEvent, { type: "session-finished" }>, contents: SessionContents): string {
  const head = outcome === "completed" ? "Session finished and sealed" : outcome === "canceled" ? "Session canceled and sealed" : "Session ended by an error and sealed";
  const why = reason === undefined ? "" : ` (${reason})`;
  return `${head}${why}: ${amount(fields, "field")}, ${countWords(new Map(Object.entries(counts)), contents)}`;
}
