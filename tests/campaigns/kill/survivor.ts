import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../../src/core/clock.ts";
import { LOG_FILE } from "../../../src/engine/session/log-scan.ts";
import { readSession, verifySession } from "../../../src/engine/session/session-reader.ts";
import { sealInterruptedSession } from "../../../src/engine/session/seal-interrupted.ts";

/** What one kill left and what became of it. */
export interface SurvivorReport {
  /** Records acknowledged before the kill. */
  readonly acknowledged: number;
  /** Acknowledged records that are not in the log byte for byte: must be 0. */
  readonly missing: number;
  /** Whole records found, acknowledged or not. */
  readonly found: number;
  readonly fields: number;
  readonly droppedBytes: number;
  readonly setAsideFiles: number;
  readonly recoverMs: number;
  /** First problem after recovery and finish; undefined when `verify` passes. */
  readonly problem: string | undefined;
}

const clock: Clock = {
  nowMs: () => performance.now(),
  wallTime: () => new Date().toISOString(),
  delay: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
};

/**
 * Holds a killed session against what it had acknowledged, recovers it, finishes it and verifies it.
 *
 * @param acknowledgements SHA-256 of the line by sequence number
 */
export async function examineSurvivor(folder: string, acknowledgements: ReadonlyMap<number, string>): Promise<SurvivorReport> {
  const startedMs = performance.now();
  let recoverMs = 0;
  await sealInterruptedSession(folder, { clock }, () => {
    recoverMs = performance.now() - startedMs;
  });
  const { records, contents } = await readSession(folder);
  const opening = records.at(-2)?.event;
  if (opening?.type !== "recovered") throw new Error("The record before the seal does not tell of the recovery.");
  const report = await verifySession(folder);
  return {
    acknowledged: acknowledgements.size,
    missing: await countMissing(join(folder, LOG_FILE), acknowledgements),
    found: opening.keptRecords,
    fields: contents.fields.length,
    droppedBytes: opening.droppedBytes,
    setAsideFiles: opening.setAside?.length ?? 0,
    recoverMs,
    problem: report.ok && report.sealed ? undefined : JSON.stringify(report),
  };
}

async function countMissing(logPath: string, acknowledgements: ReadonlyMap<number, string>): Promise<number> {
  const lines = (await readFile(logPath)).toString("utf8").split("\n");
  let missing = 0;
  for (const [sequence, sha256] of acknowledgements) {
    const line = lines[sequence];
    if (line === undefined || createHash("sha256").update(line).digest("hex") !== sha256) missing += 1;
  }
  return missing;
}
