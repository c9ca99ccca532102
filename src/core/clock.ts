/** Time, injected: production uses the host's clocks, tests turn a manual one. */
export interface Clock {
  /** Monotonic milliseconds. */
  nowMs(): number;
  /** Wall time, ISO 8601 with zone. */
  wallTime(): string;
  /** Resolves after `delayMs`; rejects with the signal's reason when aborted. */
  delay(delayMs: number, signal?: AbortSignal): Promise<void>;
}
