/**
 * Records a session as fast as the disk takes it, until it is killed: frame headers without waiting, fields two at a
 * time, detections and corrections of each field. Prints every acknowledgement.
 *
 * Usage: node recorder.mjs LIBRARY NAME
 */
import { writeSync } from "node:fs";
import type { Clock } from "../../../src/core/clock.ts";
import { printAcknowledgements } from "../../../src/engine/session/acknowledgements.ts";
import { createSession, type SessionWriter } from "../../../src/engine/session/session-writer.ts";
import { ANALYZER, detection, header, OPERATOR, pixelsFor, SETTINGS, SYSTEM } from "../../../src/engine/session/testing/session-builder.ts";
import { countingIds } from "../../../src/shared/ids.ts";

const clock: Clock = {
  nowMs: () => performance.now(),
  wallTime: () => new Date().toISOString(),
  delay: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
};

const SIZE = { width: 640, height: 480 };
const FRAMES_PER_FIELD = 7;

async function record(libraryFolder: string, name: string): Promise<never> {
  const writer = await createSession({
    libraryFolder, name, clock, ids: countingIds(), countingFrame: { insetUm: 8 },
    details: { operator: "Ada", specimenId: "kill", note: "" }, software: { name: "kill-campaign", version: "1" }, devices: [],
  });
  printAcknowledgements(writer, (line) => void writeSync(1, line));
  await writer.append(SETTINGS, SYSTEM);
  await writer.append({ type: "analyzer", identity: ANALYZER, classes: [{ id: "red-cell", name: "Red cell" }] }, SYSTEM);
  let frameId = 0;
  let fieldNumber = 0;
  for (;;) {
    const fields = [0, 1].map(() => {
      for (let i = 0; i < FRAMES_PER_FIELD; i++) writer.enqueue({ type: "frame", header: header(frameId++, SIZE) }, SYSTEM);
      return keepOne(writer, frameId - 1, fieldNumber++);
    });
    await Promise.all(fields);
  }
}

async function keepOne(writer: SessionWriter, frameId: number, number: number): Promise<void> {
  const fieldId = `field-${String(number).padStart(5, "0")}`;
  const pixelFormat = number % 2 === 0 ? "RGB8" : "BayerRG8";
  await writer.keepField({ fieldId, header: header(frameId, { ...SIZE, pixelFormat }), pixels: pixelsFor(SIZE.width, SIZE.height, pixelFormat, number), actor: OPERATOR });
  const detections = Array.from({ length: 60 }, (_, index) => detection(`${fieldId}-${index}`, "red-cell", 10 * index, 40));
  await writer.append({ type: "detections", fieldId, frameId, analyzer: ANALYZER, detections, analysisMs: 40 }, SYSTEM);
  await writer.append({ type: "annotation", annotation: { kind: "reject", id: `${fieldId}-a`, fieldId, detectionId: `${fieldId}-3`, fromClassId: "red-cell" } }, OPERATOR);
}

const [libraryFolder, name] = process.argv.slice(2);
if (libraryFolder === undefined || name === undefined) throw new Error("Usage: recorder.mjs LIBRARY NAME");
await record(libraryFolder, name);
