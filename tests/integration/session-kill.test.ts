import { describe, expect, it } from "vitest";
import { headlessRecorder, runCampaign } from "../campaigns/kill/campaign.mjs";

/** Five kills; `node scripts/kill-campaign.mjs` does fifty (its figure is in docs/session-format.md). */
describe("a recorder killed while it records", () => {
  it("loses nothing that was acknowledged, and verify passes after recovery", { timeout: 60_000 }, async () => {
    const moments = [0, 0.15, 0.3, 0.6, 1];
    const reports = await runCampaign({ runs: moments.length, longestMs: 600, random: () => moments.shift() ?? 0, recorder: headlessRecorder() });
    expect(reports.map(({ missing, problem }) => ({ missing, problem }))).toEqual(reports.map(() => ({ missing: 0, problem: undefined })));
    expect(reports).toHaveLength(5);
    expect(reports.reduce((sum, { acknowledged }) => sum + acknowledged, 0)).toBeGreaterThan(20);
  });
});
