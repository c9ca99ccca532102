import { expect, it } from "vitest";
import { ROLES } from "../../../shared/domain/device-configuration.ts";
import type { DeviceSetup } from "../../../shared/domain/device-setup.ts";
import { fakeSnapshot } from "../../api/fake-instrument.ts";
import { gapOf } from "./gap-of.ts";

const picture = { width: 64, height: 48, rgb: new Uint8Array(64 * 48 * 3), detections: [] };
const snapshot = fakeSnapshot("live", picture, [], "2026-11-22T09:00:00.000Z");
const without = { ...snapshot, devices: snapshot.devices.filter(({ identity }) => identity.kind !== "xyStage") };
const setup = (missing?: string): DeviceSetup => ({ source: { kind: "stored" }, name: "Room 2", devices: [], objectives: [], roles: ROLES.map((role) => ({ role, seated: "none", isBack: false, offers: [], ...(missing === undefined ? {} : { missing }) })) });

it("says nothing while a device works, also one that is busy or faulted, and before anything is known", () => {
  expect(gapOf("xyStage", undefined, undefined)).toBeUndefined();
  for (const state of ["ready", "busy", "faulted", "connecting"] as const) {
    expect(gapOf("xyStage", { ...snapshot, devices: snapshot.devices.map((device) => ({ ...device, state })) }, setup()), state).toBeUndefined();
  }
});

it("tells a role that nobody is set up for from a device that is away, with why", () => {
  expect(gapOf("xyStage", without, setup())).toEqual({ isMissing: false, why: undefined });
  expect(gapOf("xyStage", without, undefined)).toEqual({ isMissing: false, why: undefined });
  expect(gapOf("xyStage", without, setup("Stage of room 2 is not plugged in: plug it in."))).toEqual({ isMissing: true, why: "Stage of room 2 is not plugged in: plug it in" });
  expect(gapOf("xyStage", { ...snapshot, devices: snapshot.devices.map((device) => ({ ...device, state: "absent", reason: "its cable was pulled" })) }, setup())).toEqual({ isMissing: true, why: "its cable was pulled" });
});
