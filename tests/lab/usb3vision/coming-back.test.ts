import { describe, expect, it } from "vitest";
import { createAcquisitionRunner } from "../../../src/engine/acquisition/acquisition-runner.ts";
import { featureLeaf } from "../../../src/engine/devices/genicam/features/feature-tree.ts";
import { writeFeature } from "../../../src/engine/devices/genicam/features/feature-value.ts";
import { REG } from "../genicam/sensor-map.ts";
import { valueOf } from "../genicam/settled.ts";
import { type LabCamera, labCamera } from "./lab-camera.ts";

/** Writes a feature as the tree's screen does. */
async function write({ clock, camera }: LabCamera, name: string, text: string): Promise<void> {
  const map = camera.nodeMap();
  const leaf = map === undefined ? undefined : featureLeaf(map, name);
  if (map === undefined || leaf === undefined) throw new Error(`there is no ${name}`);
  await valueOf(clock, writeFeature(map, leaf, text));
  await valueOf(clock, camera.refresh({ name, text }));
}

/** Its power goes with the plug: it comes back as it left the factory. */
async function unplugAndPlug({ usb, model, clock, camera }: LabCamera): Promise<void> {
  usb.unplug(model);
  await clock.advance(300);
  expect(camera.status().state).toBe("absent");
  expect([model.memory.u32(REG.exposureAuto), model.memory.f64(REG.exposure)]).toEqual([0, 10_000]);
  usb.plug(model);
  const pluggedMs = clock.nowMs();
  while (camera.status().state !== "ready" && clock.nowMs() - pluggedMs < 5000) await clock.advance(10);
  expect(clock.nowMs() - pluggedMs).toBeLessThanOrEqual(2000);
}

async function connected(): Promise<LabCamera> {
  const lab = await labCamera();
  await valueOf(lab.clock, lab.camera.connect());
  return lab;
}

describe("a USB3 Vision camera that lost its power", () => {
  it("has its automatic modes again, on top of the values it had", async () => {
    const lab = await connected();
    await valueOf(lab.clock, lab.camera.applySettings({ exposureMs: 3.5, gainDb: 6 }));
    await write(lab, "ExposureAuto", "Continuous");
    await write(lab, "GainAuto", "Continuous");
    await unplugAndPlug(lab);
    const { memory } = lab.model;
    expect([memory.u32(REG.exposureAuto), memory.u32(REG.gainAuto)]).toEqual([1, 1]);
    expect(memory.f64(REG.exposure)).toBe(3500);
    // Set by hand it is no longer automatic, then and after the next loss.
    await valueOf(lab.clock, lab.camera.applySettings({ exposureMs: 7 }));
    expect([memory.u32(REG.exposureAuto), memory.u32(REG.gainAuto)]).toEqual([0, 1]);
    await unplugAndPlug(lab);
    expect([memory.u32(REG.exposureAuto), memory.u32(REG.gainAuto), memory.f64(REG.exposure)]).toEqual([0, 1, 7000]);
    await lab.camera.dispose();
  });

  it("has them also when a run goes on by itself", async () => {
    const lab = await connected();
    const runner = createAcquisitionRunner({ camera: lab.camera, clock: lab.clock });
    await valueOf(lab.clock, runner.start());
    await valueOf(lab.clock, runner.applySettings({ exposureMs: 3.5, frameRate: 30 }));
    await write(lab, "ExposureAuto", "Continuous");
    await unplugAndPlug(lab);
    while (runner.isRecovering()) await lab.clock.advance(10);
    expect(runner.state()).toBe("running");
    expect(lab.model.memory.u32(REG.exposureAuto)).toBe(1);
    expect(lab.camera.settings()).toMatchObject({ frameRate: 30, roi: { width: 64, height: 48 } });
    await valueOf(lab.clock, runner.dispose());
    await lab.camera.dispose();
  });

  it("has every feature that was written by the tree, each under its selector, and the selectors where they stood", async () => {
    const lab = await connected();
    await write(lab, "TestPattern", "Ramp");
    await write(lab, "TriggerSelector", "AcquisitionStart");
    await write(lab, "TriggerMode", "On");
    await write(lab, "TriggerSelector", "FrameStart");
    await write(lab, "TriggerMode", "On");
    await write(lab, "TriggerMode", "Off");
    await write(lab, "TriggerSelector", "AcquisitionStart");
    await unplugAndPlug(lab);
    const { memory } = lab.model;
    expect(memory.u32(REG.pattern) & 0xf).toBe(1);
    expect([memory.u32(REG.triggerMode), memory.u32(REG.triggerMode + 4), memory.u32(REG.triggerSelector)]).toEqual([0, 1, 1]);
    await lab.camera.dispose();
  });

  it("says what it does not take any more, and has the rest", async () => {
    const lab = await connected();
    const told: string[] = [];
    lab.camera.onDidReport(({ message }) => told.push(message));
    await write(lab, "TestPattern", "Ramp");
    await valueOf(lab.clock, lab.camera.applySettings({ exposureMs: 3.5, gainDb: 6 }));
    lab.model.faults.denied.add(REG.pattern);
    await unplugAndPlug(lab);
    expect(lab.model.memory.f64(REG.exposure)).toBe(3500);
    expect(lab.camera.settings().gainDb).toBe(6);
    expect(told).toEqual([expect.stringMatching(/^The settings from before could not all be set again: TestPattern \(/u)]);
    await lab.camera.dispose();
  });
});
