import type { Clock } from "../../../core/clock.ts";
import { createManualClock } from "../../../core/testing/manual-clock.ts";
import type { AnalyzerIdentity, Detection } from "../../../shared/domain/detection.ts";
import type { FrameHeader, PixelFormat } from "../../../shared/domain/frame.ts";
import { frameBytes } from "../../../shared/domain/pixel-layout.ts";
import type { LedgerReport } from "../../../shared/domain/ledger.ts";
import type { Actor, SessionEvent } from "../../../shared/domain/session.ts";
import { countingIds } from "../../../shared/ids.ts";
import type { SessionFiles } from "../session-files.ts";
import { createSession, type SessionWriter } from "../session-writer.ts";

export const OPERATOR: Actor = { kind: "operator", name: "Ada" };
export const SYSTEM: Actor = { kind: "system", name: "Ocular" };

export const ANALYZER: AnalyzerIdentity = { id: "blood-cells", version: "1.0.0", sha256: "ab".repeat(32), runtime: "onnxruntime-node 1.30.0 cpu, 2 threads", settingsHash: "0123456789abcdef" };

export const SETTINGS: SessionEvent = {
  type: "settings", settingsHash: "5e771265",
  camera: { exposureMs: 4, gainDb: 0, blackLevelDn: 2, frameRate: 30, pixelFormat: "RGB8", binning: 1, roi: { offsetX: 0, offsetY: 0, width: 24, height: 16 } },
  objective: { id: "40x", magnification: 40, numericalAperture: 0.65, immersion: "air", name: "Plan 40x/0.65" }, lightPercent: 60,
};

/** A small frame's header; every value can be replaced. */
export function header(frameId: number, over: Partial<FrameHeader> = {}): FrameHeader {
  return {
    frameId, cameraId: "virtual:camera:1", deviceSequence: frameId, deviceTimeMs: 33 * frameId, hostTimeMs: 1000 + 33 * frameId, width: 24, height: 16,
    pixelFormat: "RGB8", stagePositionUm: { x: 1240.5 + frameId, y: 88 }, focusPositionUm: 12.25, settled: true, pixelSizeUm: 0.25, objectiveId: "40x",
    exposureMs: 4, gainDb: 0, lightPercent: 60, settingsHash: "5e771265", status: "complete", ...over,
  };
}

/** Pixels that differ from place to place and from seed to seed. */
export function pixelsFor(width: number, height: number, pixelFormat: PixelFormat, seed = 1): Uint8Array {
  const bytes = new Uint8Array(frameBytes(pixelFormat, width, height));
  const is12Bit = pixelFormat.endsWith("12");
  for (let i = 0; i < bytes.length; i++) bytes[i] = is12Bit && i % 2 === 1 ? (i * seed) & 0x0f : (i * 31 + seed * 17 + (i >> 8)) & 0xff;
  return bytes;
}

export function detection(id: string, classId: string, x = 10, y = 6): Detection {
  return { id, classId, score: 0.9, box: { x, y, width: 4, height: 4 }, contour: [x, y, x + 4, y, x + 4, y + 4] };
}

export interface BuildOptions {
  readonly libraryFolder: string;
  readonly name?: string;
  readonly clock?: Clock;
  readonly files?: SessionFiles;
  readonly reserveBytes?: number;
}

export function newSession(options: BuildOptions): Promise<SessionWriter> {
  const { libraryFolder, name = "smear.ocular", clock = createManualClock(1000, "2026-03-04T05:06:07.000Z"), files, reserveBytes = 0 } = options;
  return createSession({
    libraryFolder, name, clock, ids: countingIds(), reserveBytes, ...(files === undefined ? {} : { files }),
    details: { operator: "Ada", specimenId: "S-1", note: "first smear" }, software: { name: "Ocular", version: "0.1.0" },
    devices: [{ id: "virtual:camera:1", kind: "camera", vendor: "Ocular", model: "Virtual camera", serial: "1" }], countingFrame: { insetUm: 0.5 },
  });
}

/** Writes a little of everything: frames, two fields, detections, corrections and an undo. Leaves the session open. */
export async function fillSession(writer: SessionWriter, formats: readonly PixelFormat[] = ["RGB8", "BayerRG8"]): Promise<void> {
  await writer.append(SETTINGS, SYSTEM);
  await writer.append({ type: "analyzer", identity: ANALYZER, classes: [{ id: "red-cell", name: "Red cell" }, { id: "white-cell", name: "White cell" }] }, SYSTEM);
  for (const [index, pixelFormat] of formats.entries()) {
    const frameId = 2 * index + 1;
    const fieldId = `field-${String(index + 1).padStart(4, "0")}`;
    writer.enqueue({ type: "frame", header: header(frameId - 1, { pixelFormat }) }, SYSTEM);
    writer.enqueue({ type: "frame", header: header(frameId, { pixelFormat }) }, SYSTEM);
    await writer.keepField({ fieldId, header: header(frameId, { pixelFormat }), pixels: pixelsFor(24, 16, pixelFormat, frameId), actor: OPERATOR });
    const detections = [detection(`${fieldId}-1`, "red-cell"), detection(`${fieldId}-2`, "red-cell", 2, 2), detection(`${fieldId}-3`, "white-cell", 16, 8)];
    await writer.append({ type: "detections", fieldId, frameId, analyzer: ANALYZER, detections, analysisMs: 41.5 }, SYSTEM);
    await writer.append({ type: "annotation", annotation: { kind: "reclassify", id: `a-${index}-1`, fieldId, detectionId: `${fieldId}-1`, fromClassId: "red-cell", toClassId: "white-cell" } }, OPERATOR);
    await writer.append({ type: "annotation", annotation: { kind: "reject", id: `a-${index}-2`, fieldId, detectionId: `${fieldId}-2`, fromClassId: "red-cell" } }, OPERATOR);
    await writer.append({ type: "annotation", annotation: { kind: "retract", id: `a-${index}-3`, fieldId, annotationId: `a-${index}-2` } }, OPERATOR);
  }
  await writer.append({ type: "note", text: "Drop of \u00b5-oil on the slide \u{1F52C}" }, OPERATOR);
}

/** A ledger that fits what {@link fillSession} wrote. */
export function ledgerFor(fields: number): LedgerReport {
  const produced = 2 * fields;
  return { produced, stored: fields, recorded: fields, lost: {}, analysed: fields, analysisSkipped: fields, analysisLost: {}, shown: produced, displaySkipped: 0, balanced: true };
}

/** Two fields, sealed. */
export async function sealedSession(options: BuildOptions, formats: readonly PixelFormat[] = ["RGB8", "BayerRG8"]): Promise<string> {
  const writer = await newSession(options);
  await fillSession(writer, formats);
  await writer.finish({ outcome: "completed", ledger: ledgerFor(formats.length), fields: formats.length, counts: { "red-cell": formats.length, "white-cell": 2 * formats.length } }, OPERATOR);
  return writer.folder;
}
