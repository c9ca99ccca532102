import { describe, expect, it } from "vitest";
import { formatAgo, formatArea, formatBytes, formatClock, formatCount, formatCountRange, formatPlural, formatShare, formatShareRange, formatUnit } from "./format.ts";

describe("numbers in words", () => {
  it("groups thousands with a narrow space", () => {
    expect([0, 999, 1000, 1_234_567].map(formatCount)).toEqual(["0", "999", "1\u202f000", "1\u202f234\u202f567"]);
  });

  it("writes shares with one decimal and intervals outwards", () => {
    expect(formatShare(0.94123)).toBe("94.1\u202f%");
    expect(formatShareRange(0.926, 0.9531)).toBe("92.6–95.3\u202f%");
    expect(formatCountRange(120.2, 168.1)).toBe("120–169");
  });

  it("chooses the unit of an area", () => {
    expect(["um", "um2", "1/um2", "", "deg"].map(formatUnit)).toEqual(["µm", "µm²", "1/µm²", "", "deg"]);
    expect([1500, 430_000, 2_500_000].map(formatArea)).toEqual(["1\u202f500 µm²", "0.430 mm²", "2.50 mm²"]);
  });

  it("chooses the unit of a size", () => {
    expect([512, 1500, 412e9, 1.25e12].map(formatBytes)).toEqual(["512 B", "1.5 kB", "412 GB", "1.3 TB"]);
  });

  it("writes clocks and ages", () => {
    expect([0, 65, 3725].map(formatClock)).toEqual(["00:00", "01:05", "1:02:05"]);
    expect([3.9, 130, 7300, 200_000].map(formatAgo)).toEqual(["3 s", "2 min", "2 h", "2 d"]);
  });

  it("knows one from many", () => {
    expect([formatPlural(1, "field", "fields"), formatPlural(12, "field", "fields")]).toEqual(["1 field", "12 fields"]);
  });
});
