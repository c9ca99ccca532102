/** States of the instrument the fake one can be in: every screen is looked at in each of them. */
const FAKE_SCENARIOS = [
  "live", "session", "kept", "paused", "moving", "loading", "link-failed", "no-camera", "no-stage", "disconnected", "stale", "camera-idle",
  "analyzer-starting", "analyzer-restarting", "analyzer-failed", "disk-low", "no-classes", "empty-library", "toasts",
] as const;
export type FakeScenario = (typeof FAKE_SCENARIOS)[number];

export function isFakeScenario(text: string | null): text is FakeScenario {
  return (FAKE_SCENARIOS as readonly (string | null)[]).includes(text);
}
