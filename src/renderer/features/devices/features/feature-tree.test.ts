import { describe, expect, it } from "vitest";
import type { CameraFeature, CameraFeatureCategory } from "../../../../shared/domain/device-setup.ts";
import { checkText, limitsText, shownNumber, steppedText } from "./feature-edit.ts";
import { allFeatures, categoryNames, essentialFeatures, featureRows } from "./feature-rows.ts";
import type { FeatureSearch } from "./feature-rows.ts";

const feature = (name: string, visibility: CameraFeature["visibility"] = "Beginner", help = ""): CameraFeature => ({ kind: "float", name, displayName: name.replaceAll(/([a-z])([A-Z])/gu, "$1 $2"), toolTip: "", help, unit: "", visibility, isStreamable: true });
const root: CameraFeatureCategory = {
  kind: "category", name: "Root", displayName: "Root", members: [
    { kind: "category", name: "Acquisition", displayName: "Acquisition control", members: [
      feature("ExposureTime", "Beginner", "How long light is gathered"), feature("ShortExposureMode", "Guru"),
      { kind: "category", name: "Trigger", displayName: "Trigger", members: [feature("TriggerMode", "Expert")] },
    ] },
    { kind: "category", name: "Secret", displayName: "Secret", members: [feature("FactoryOnly", "Invisible"), feature("ExposureTime")] },
  ],
};
const everything: FeatureSearch = { text: "", level: "Guru", folded: new Set() };
const labels = (search: Partial<FeatureSearch>): string[] => featureRows(root, { ...everything, ...search }).rows.map((row) => (row.kind === "category" ? `${row.isOpen ? "-" : "+"} ${row.label} ${row.count}` : row.feature.name));

describe("the tree of a camera's features", () => {
  it("shows what lies at the level, without empty categories and never what is invisible", () => {
    expect(labels({ level: "Beginner" })).toEqual(["- Acquisition control 1", "ExposureTime", "- Secret 1", "ExposureTime"]);
    expect(labels({})).toEqual(["- Acquisition control 3", "ExposureTime", "ShortExposureMode", "- Trigger 1", "TriggerMode", "- Secret 1", "ExposureTime"]);
  });

  it("folds a category with all that is in it, and opens it for a search", () => {
    const folded = new Set(["Acquisition"]);
    expect(labels({ folded })).toEqual(["+ Acquisition control 3", "- Secret 1", "ExposureTime"]);
    expect(labels({ folded, text: "trigger mode" })).toEqual(["- Acquisition control 1", "- Trigger 1", "TriggerMode"]);
  });

  it("finds by name, by words and by help, and counts what lies above the level", () => {
    expect(labels({ text: "light GATHERED" })).toEqual(["- Acquisition control 1", "ExposureTime"]);
    expect(featureRows(root, { ...everything, text: "exposure", level: "Beginner" }).hidden).toBe(1);
    expect(featureRows(root, { ...everything, text: "factory" })).toEqual({ rows: [], hidden: 0 });
  });

  it("knows every feature once, and the few that everyone needs in their order", () => {
    expect([...allFeatures(root).keys()]).toEqual(["ExposureTime", "ShortExposureMode", "TriggerMode", "FactoryOnly"]);
    expect(categoryNames(root)).toEqual(["Acquisition", "Trigger", "Secret"]);
    expect(essentialFeatures(allFeatures(root)).map(({ name }) => name)).toEqual(["ExposureTime", "TriggerMode"]);
    expect(essentialFeatures(new Map([["ExposureTimeAbs", feature("ExposureTimeAbs")]])).map(({ name }) => name)).toEqual(["ExposureTimeAbs"]);
  });
});

describe("a feature edited in place", () => {
  const exposure = { min: "20", max: "1000000", inc: "1" };
  it("says the range when what was typed is outside", () => {
    expect(checkText("float", "10", exposure, "µs")).toEqual({ ok: false, problem: "Range: 20 to 1000000 µs" });
    expect(checkText("float", "12,5 µs", { min: "1" }, "µs")).toEqual({ ok: true, text: "12.5" });
    expect(checkText("float", "fast", {}, "")).toEqual({ ok: false, problem: "Type a number" });
    expect(checkText("integer", "1.5", {}, "")).toEqual({ ok: false, problem: "Type a whole number" });
  });

  it("keeps every digit of 64 bits", () => {
    const max = "18446744073709551615";
    expect(checkText("integer", max, { min: "0", max }, "")).toEqual({ ok: true, text: max });
    expect(checkText("integer", "18446744073709551616", { min: "0", max }, "").ok).toBe(false);
    expect(checkText("integer", "0xFF", { min: "0", max }, "")).toEqual({ ok: true, text: "255" });
    expect(steppedText("integer", "18446744073709551614", 1, true, { max })).toBe(max);
  });

  it("steps as the camera steps, and stays inside", () => {
    expect(steppedText("integer", "640", 1, false, { inc: "16", max: "1920" })).toBe("656");
    expect(steppedText("integer", "640", -1, true, { inc: "16", min: "600" })).toBe("600");
    expect(steppedText("float", "8000", 1, false, {})).toBe("8010");
    expect(steppedText("float", "2.5", -1, true, { min: "2.45" })).toBe("2.45");
    expect(steppedText("float", "0.1", 1, false, { inc: "0.2" })).toBe("0.3");
    expect(steppedText("float", "nan", 1, false, {})).toBeUndefined();
  });

  it("writes limits and numbers without a double's noise", () => {
    expect(limitsText({ min: "0.30000000000000004", max: "24", inc: "0.1" }, "dB")).toBe("0.3 to 24 dB, in steps of 0.1");
    expect(limitsText({}, "dB")).toBe("");
    expect(shownNumber("12345678901234567890")).toBe("12345678901234567890");
  });
});
