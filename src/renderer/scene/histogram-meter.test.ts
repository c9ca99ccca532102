import { describe, expect, it } from "vitest";
import { previewOf } from "./testing/preview.ts";
import { HISTOGRAM_INTERVAL_MS, HistogramMeter } from "./histogram-meter.ts";

describe("the live histogram", () => {
  it("is counted at most four times a second", () => {
    const meter = new HistogramMeter();
    const counted = Array.from({ length: 31 }, (_, i) => meter.offer(previewOf({ frameId: i }), (i * 1000) / 30));
    expect(counted.filter(Boolean)).toHaveLength(1000 / HISTOGRAM_INTERVAL_MS);
    expect(counted[0]).toBe(true);
  });

  it("gives auto its limits, and a person's limits their way", () => {
    const meter = new HistogramMeter();
    meter.setContrast("auto");
    expect(meter.inForce).toEqual({ minDn: 0, maxDn: 255, gamma: 1 });
    meter.offer(previewOf({ frameId: 5, width: 100, height: 100, dnAt: (i) => 50 + (i % 100) }), 0);
    expect(meter.inForce).toEqual({ minDn: 50, maxDn: 149, gamma: 1 });
    expect(meter.report).toMatchObject({ frameId: 5, minDn: 50, maxDn: 149, samples: 10_000 });
    meter.setContrast({ minDn: 1, maxDn: 2, gamma: 3 });
    expect(meter.inForce).toEqual({ minDn: 1, maxDn: 2, gamma: 3 });
    expect(meter.report).toMatchObject({ minDn: 1, maxDn: 2 });
  });

  it("counts the first frame after a break at once", () => {
    const meter = new HistogramMeter();
    meter.offer(previewOf({ frameId: 1 }), 0);
    meter.reset();
    expect(meter.report).toBeUndefined();
    expect(meter.offer(previewOf({ frameId: 2 }), 1)).toBe(true);
  });
});
