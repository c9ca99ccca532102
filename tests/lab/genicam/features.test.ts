import { describe, expect, it } from "vitest";
import { featureTree, searchFeatures } from "../../../src/engine/devices/genicam/features/feature-tree.ts";
import { readFeature, writeFeature } from "../../../src/engine/devices/genicam/features/feature-value.ts";
import { createFramePool } from "../../../src/engine/acquisition/frame-pool.ts";
import type { CapturedHeader } from "../../../src/shared/domain/frame.ts";
import { REG } from "./sensor-map.ts";
import { valueOf } from "./settled.ts";
import type { GenicamRig } from "./rig.ts";
import { specimenSource } from "./specimen-source.ts";
import { CAMERA_TRANSPORTS } from "./transports.ts";

/** The camera's features by name, and ways to read and write them. */
async function features(lab: GenicamRig) {
  await valueOf(lab.clock, lab.camera.connect());
  const map = lab.camera.nodeMap();
  if (map === undefined) throw new Error("the camera has no features");
  const leaves = searchFeatures(featureTree(map), "");
  const leaf = (name: string) => {
    const found = leaves.find((each) => each.name === name);
    if (found === undefined) throw new Error(`the tree has no ${name}`);
    return found;
  };
  return {
    leaves,
    read: (name: string) => valueOf(lab.clock, readFeature(map, leaf(name))),
    write: (name: string, text: string) => valueOf(lab.clock, writeFeature(map, leaf(name), text)),
  };
}

describe.each(CAMERA_TRANSPORTS)("the features of a connected $name camera", ({ open }) => {
  it("are all readable, with units and limits", async () => {
    const lab = await open();
    const { leaves, read } = await features(lab);
    expect(leaves.length).toBeGreaterThan(30);
    for (const { name } of leaves) expect(await read(name)).not.toHaveProperty("problem");
    expect(await read("ExposureTime")).toEqual({ name: "ExposureTime", access: "RW", value: "10000", min: "20", max: "1000000" });
    expect(leaves.find(({ name }) => name === "ExposureTime")).toMatchObject({ unit: "us", toolTip: "How long light is collected" });
    expect((await read("DeviceTemperature")).value).toBe("41.3");
    expect((await read("DeviceSerialNumber")).value).toBe("LAB0001");
    await lab.end();
  });

  it("follow their selectors, locks and each other", async () => {
    const lab = await open();
    const { read, write } = await features(lab);
    expect((await read("TriggerSoftware")).access).toBe("NA");
    await write("TriggerMode", "On");
    expect((await read("TriggerSoftware")).access).toBe("WO");
    await write("TriggerSelector", "AcquisitionStart");
    expect((await read("TriggerMode")).value).toBe("Off");
    await write("TriggerSelector", "FrameStart");
    expect((await read("TriggerMode")).value).toBe("On");
    expect((await read("PayloadSize")).value).toBe(String(64 * 48));
    await write("PixelFormat", "Mono16");
    expect((await read("PayloadSize")).value).toBe(String(64 * 48 * 2));
    await write("ExposureAuto", "Continuous");
    expect((await read("ExposureTime")).access).toBe("RO");
    expect((await read("Width")).max).toBe("1920");
    await write("BinningHorizontal", "2");
    expect((await read("Width")).max).toBe("960");
    await lab.end();
  });

  it("are locked while pictures are taken, and a trigger takes one", async () => {
    const lab = await open();
    const { read, write } = await features(lab);
    await write("TriggerMode", "On");
    const pool = createFramePool({ slotBytes: 64 * 48, slotCount: 2 });
    let frames = 0;
    lab.camera.onDidCapture(({ buffer }) => {
      frames += 1;
      buffer.release();
    });
    await valueOf(lab.clock, lab.camera.startAcquisition(pool));
    expect((await read("Width")).access).toBe("RO");
    await lab.clock.advance(500);
    expect(frames).toBe(0);
    await write("TriggerSoftware", "");
    await lab.clock.advance(10);
    expect(frames).toBe(1);
    await valueOf(lab.clock, lab.camera.stopAcquisition());
    expect((await read("Width")).access).toBe("RW");
    await lab.end();
  });

  it("that an automatic sees to are not told with a frame, which may then be a period older", async () => {
    const lab = await open();
    const { write } = await features(lab);
    const pool = createFramePool({ slotBytes: 64 * 48, slotCount: 2 });
    const headers: CapturedHeader[] = [];
    lab.camera.onDidCapture(({ header, buffer }) => {
      headers.push(header);
      buffer.release();
    });
    for (const mode of ["Off", "Continuous"]) {
      await write("ExposureAuto", mode);
      await write("GainAuto", mode);
      await valueOf(lab.clock, lab.camera.refresh());
      await valueOf(lab.clock, lab.camera.startAcquisition(pool));
      await lab.clock.advance(120);
      await valueOf(lab.clock, lab.camera.stopAcquisition());
    }
    expect(headers).toHaveLength(4);
    expect(headers[1]).toMatchObject({ exposureMs: 10, gainDb: 0, latencyMs: expect.closeTo(50, 0) as number });
    expect(headers[3]).not.toHaveProperty("exposureMs");
    expect(headers[3]).not.toHaveProperty("gainDb");
    expect(headers[3]?.latencyMs).toBeCloseTo(100, 0);
    await lab.end();
  });

  it("written by the tree show in the settings after a refresh", async () => {
    const lab = await open();
    const { write } = await features(lab);
    await write("Gain", "4.5");
    expect((await valueOf(lab.clock, lab.camera.refresh())).gainDb).toBe(4.5);
    expect(lab.memory.u32(REG.gainAuto)).toBe(0);
    await lab.end();
  });
});

describe.each(CAMERA_TRANSPORTS)("a $name camera over the virtual slide", ({ open }) => {
  it("sees other cells at another place, and the same at the same", async () => {
    let x = 0;
    const pictures: Uint8Array[] = [];
    const lab = await open({ source: specimenSource("blood-smear", 1, () => ({ axisUm: { x, y: 0 }, focusUm: 0 })) });
    lab.memory.setU32(REG.width, 320);
    lab.memory.setU32(REG.height, 240);
    await valueOf(lab.clock, lab.camera.connect());
    const pool = createFramePool({ slotBytes: 320 * 240, slotCount: 2 });
    lab.camera.onDidCapture(({ buffer }) => {
      pictures.push(buffer.bytes.slice());
      buffer.release();
    });
    await valueOf(lab.clock, lab.camera.startAcquisition(pool));
    await lab.clock.advance(60);
    x = 100;
    await lab.clock.advance(50);
    x = 0;
    await lab.clock.advance(50);
    await lab.end();
    const [first, moved, back] = pictures;
    const difference = (a: Uint8Array | undefined, b: Uint8Array | undefined): number => {
      if (a === undefined || b === undefined) throw new Error("a picture is missing");
      return a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length;
    };
    expect(difference(first, moved)).toBeGreaterThan(3 * difference(first, back));
  });
});
