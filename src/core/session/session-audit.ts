import type { SessionEvent, SessionRecord } from "../../shared/domain/session.ts";
import { countReport } from "../counting/count-report.ts";
import type { LineProblem } from "./chain-check.ts";
import { FrameTally } from "./frame-tally.ts";
import { ledgerFault } from "./ledger-check.ts";
import { EMPTY_SESSION, foldRecord, type SessionContents } from "./session-reducer.ts";

type EventOf<T extends SessionEvent["type"]> = Extract<SessionEvent, { type: T }>;

/**
 * Checks what records say against each other: start first, seal last, frame ids rising, fields and detections that
 * exist, the seal's figures recomputed from the records. Knows nothing of bytes and hashes (that is ChainCheck).
 */
export class SessionAudit {
  #contents = EMPTY_SESSION;
  #problem: LineProblem | undefined;
  #lastFrameHeader: number | undefined;
  /** Unique within a session. */
  readonly #detectionIds = new Set<string>();
  readonly #all = new FrameTally();
  /** After a crash the ledger may start anew. */
  #sinceRecovery = new FrameTally();

  get contents(): SessionContents {
    return this.#contents;
  }

  get problem(): LineProblem | undefined {
    return this.#problem;
  }

  /** Frames told of so far. */
  get tally(): FrameTally {
    return this.#all;
  }

  next(record: SessionRecord): void {
    const fault = this.#faultOf(record.event);
    if (fault !== undefined) this.#problem ??= { line: this.#contents.records + 1, message: fault };
    this.#tally(record.event);
    this.#contents = foldRecord(this.#contents, record);
  }

  #tally(event: SessionEvent): void {
    if (event.type === "recovered") this.#sinceRecovery = new FrameTally();
    if (event.type === "frame") this.#lastFrameHeader = event.header.frameId;
    this.#all.add(event);
    this.#sinceRecovery.add(event);
  }

  #faultOf(event: SessionEvent): string | undefined {
    const { records, seal } = this.#contents;
    if (seal !== undefined) return "stands after the seal";
    if ((records === 0) !== (event.type === "session-started")) return records === 0 ? "is not the start of a session" : "starts a session inside a session";
    switch (event.type) {
      case "frame":
        return this.#faultOfFrame(event.header.frameId);
      case "field-kept":
        return this.#faultOfField(event);
      case "detections":
        return this.#faultOfAnalysis(event) ?? this.#faultOfAnswer(event, "detections");
      case "second-opinion":
        return this.#faultOfAnalysis(event) ?? this.#faultOfAnswer(event, "second");
      case "analysis-failed":
        return this.#faultOfAnalysis(event);
      case "annotation":
        return this.#faultOfAnnotation(event);
      case "session-finished":
        return this.#faultOfSeal(event);
      default:
        return undefined;
    }
  }

  #faultOfFrame(frameId: number): string | undefined {
    const last = this.#lastFrameHeader;
    return last !== undefined && frameId <= last ? `frame ${frameId} follows frame ${last}: frame ids must rise` : undefined;
  }

  #faultOfField({ fieldId, header, file }: EventOf<"field-kept">): string | undefined {
    if (this.#contents.files.has(fieldId)) return `field ${fieldId} is kept a second time`;
    if (!this.#contents.settings.has(header.settingsHash)) return `field ${fieldId} was taken with settings the log does not hold`;
    for (const other of this.#contents.files.values()) if (other.path === file.path) return `${file.path} belongs to another field already`;
    return undefined;
  }

  #faultOfAnalysis({ fieldId, frameId }: EventOf<"detections"> | EventOf<"second-opinion"> | EventOf<"analysis-failed">): string | undefined {
    const field = this.#contents.fields.find((candidate) => candidate.fieldId === fieldId);
    if (field === undefined) return `speaks of field ${fieldId}, which was not kept`;
    return field.header.frameId === frameId ? undefined : `was made on frame ${frameId}, but field ${fieldId} is frame ${field.header.frameId}`;
  }

  /** Corrections speak of the detections they were made on: another answer in their place would leave them without, and change what was counted. */
  #faultOfAnswer({ fieldId, detections }: EventOf<"detections"> | EventOf<"second-opinion">, place: "detections" | "second"): string | undefined {
    if (this.#contents.fields.some((field) => field.fieldId === fieldId && field[place] !== undefined)) return `gives field ${fieldId} ${place === "second" ? "a second opinion" : "detections"} once more`;
    for (const { id } of detections) {
      if (this.#detectionIds.has(id)) return `detection ${id} is there already`;
      this.#detectionIds.add(id);
    }
    return undefined;
  }

  #faultOfAnnotation({ annotation }: EventOf<"annotation">): string | undefined {
    const field = this.#contents.fields.find(({ fieldId }) => fieldId === annotation.fieldId);
    if (field === undefined) return `speaks of field ${annotation.fieldId}, which was not kept`;
    if (this.#contents.annotationHistory.some(({ id }) => id === annotation.id)) return `annotation ${annotation.id} is there already`;
    if (annotation.kind !== "retract") return [...(field.detections ?? []), ...(field.second?.detections ?? [])].some(({ id }) => id === annotation.detectionId) ? undefined : `corrects detection ${annotation.detectionId}, which is not in field ${annotation.fieldId}`;
    return this.#contents.annotationHistory.some(({ id }) => id === annotation.annotationId) ? undefined : `takes back annotation ${annotation.annotationId}, which does not exist`;
  }

  #faultOfSeal({ fields, counts, ledger }: EventOf<"session-finished">): string | undefined {
    if (fields !== this.#contents.fields.length) return `the seal says ${fields} fields, the records ${this.#contents.fields.length}`;
    return this.#faultOfCounts(counts) ?? ledgerFault(ledger) ?? this.#faultOfFrames(ledger);
  }

  #faultOfCounts(counts: Readonly<Record<string, number>>): string | undefined {
    const recomputed = sealedCounts(this.#contents);
    for (const classId of new Set([...Object.keys(counts), ...Object.keys(recomputed)])) {
      const [sealed, found] = [counts[classId] ?? 0, recomputed[classId] ?? 0];
      if (sealed !== found) return `the seal counts ${sealed} of ${classId}, the records ${found}`;
    }
    return undefined;
  }

  #faultOfFrames(ledger: EventOf<"session-finished">["ledger"]): string | undefined {
    const all = this.#all.frames();
    const candidates = this.#contents.recovered ? [all, this.#sinceRecovery.frames()] : [all];
    if (candidates.some(({ stored, recorded }) => stored === ledger.stored && recorded === ledger.recorded)) return undefined;
    return `the ledger has ${ledger.stored} frames stored and ${ledger.recorded} recorded, the log ${all.stored} and ${all.recorded}`;
  }
}

/** Counts by class as the seal carries them: inside the counting frame, corrections applied. */
export function sealedCounts(contents: SessionContents): Record<string, number> {
  const classIds = contents.classes.map(({ id }) => id);
  const report = countReport(contents.fields, contents.countingFrame, classIds);
  return Object.fromEntries(report.classes.map(({ classId, n }) => [classId, n]));
}
