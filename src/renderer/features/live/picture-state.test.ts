import { describe, expect, it } from "vitest";
import { fakeSnapshot } from "../../api/fake-instrument.ts";
import type { FakeScenario } from "../../api/fake-scenarios.ts";
import { instrumentMessages, pictureMessage } from "./picture-state.ts";
import { lostAnalyses, lostFrames, reasonsText } from "./status-line.ts";

const picture = { width: 64, height: 48, rgb: new Uint8Array(0), detections: [] };
const snapshotIn = (scenario: FakeScenario) => fakeSnapshot(scenario, picture, [], "2026-11-22T09:00:00.000Z");
const ready = (scenario: FakeScenario) => ({ link: "ready" as const, linkError: undefined, snapshot: snapshotIn(scenario) });

describe("words over the picture", () => {
  it("are none while all is well", () => {
    expect(pictureMessage(ready("live"), "live", 0, undefined)).toBeUndefined();
  });

  it("wait for the first picture", () => {
    expect(pictureMessage({ link: "loading", linkError: undefined, snapshot: undefined }, "none", 0, undefined)).toMatchObject({ place: "cover", tone: "plain" });
    expect(pictureMessage(ready("live"), "none", 0, undefined)).toMatchObject({ place: "cover", tone: "plain" });
  });

  it("say why there is none and what to do", () => {
    expect(pictureMessage({ link: "failed", linkError: "It broke", snapshot: undefined }, "none", 0, undefined)).toMatchObject({ tone: "error", text: "It broke" });
    expect(pictureMessage(ready("no-camera"), "none", 0, undefined)).toMatchObject({ offer: "open-devices", hint: "Not found on any port", place: "cover" });
    expect(pictureMessage(ready("camera-idle"), "none", 0, undefined)).toMatchObject({ offer: "start-camera", place: "cover" });
    expect(pictureMessage(ready("live"), "none", 0, "no WebGL2")?.text).toContain("no WebGL2");
  });

  it("keep the last picture, greyed, with its age, when the camera went away", () => {
    expect(pictureMessage(ready("disconnected"), "stale", 3400, undefined)).toEqual({ tone: "error", text: "Camera stopped answering 3 s ago. Reconnecting...", place: "band", greyed: true });
  });

  it("call a silent picture what it is", () => {
    expect(pictureMessage(ready("stale"), "stale", 2100, undefined)).toMatchObject({ tone: "warning", place: "band", text: "No new picture for 2 s: this is the last one" });
  });

  it("tell of analysis and disk", () => {
    const told = (scenario: FakeScenario) => instrumentMessages(snapshotIn(scenario)).map((message) => [message.id, message.tone]);
    expect(told("live")).toEqual([]);
    expect(told("analyzer-starting")).toEqual([["analyzer", "plain"]]);
    expect(told("analyzer-restarting")).toEqual([["analyzer", "warning"]]);
    expect(told("analyzer-failed")).toEqual([["analyzer", "error"]]);
    expect(told("disk-low")).toEqual([["disk", "warning"]]);
    expect(instrumentMessages({ ...snapshotIn("live"), disk: { folder: "/d", freeBytes: 1e8 } })[0]).toMatchObject({ id: "disk", tone: "error" });
  });
});

describe("the account of frames", () => {
  it("sums and names its reasons", () => {
    const ledger = { ...snapshotIn("live").ledger, lost: { "camera-gap": 2, "no-buffer": 1 }, analysisLost: { died: 1 } };
    expect(lostFrames(ledger)).toBe(3);
    expect(lostAnalyses(ledger)).toBe(1);
    expect(reasonsText(ledger.lost)).toBe("2 never left the camera, 1 no free buffer");
    expect(reasonsText({})).toBe("none");
  });
});
