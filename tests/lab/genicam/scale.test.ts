import { describe, expect, it } from "vitest";
import { createFrameStamp } from "../../../src/engine/instrument/frame-stamp.ts";
import { bytesPerFrame } from "../../../src/engine/acquisition/run-pool.ts";
import { createFramePool } from "../../../src/engine/acquisition/frame-pool.ts";
import { featureLeaf } from "../../../src/engine/devices/genicam/features/feature-tree.ts";
import { writeFeature } from "../../../src/engine/devices/genicam/features/feature-value.ts";
import { isOcularError } from "../../../src/shared/errors.ts";
import { cameraXml } from "./camera-xml.ts";
import type { GenicamRig, RigOptions } from "./rig.ts";
import { REG } from "./sensor-map.ts";
import { settled, valueOf } from "./settled.ts";
import { CAMERA_TRANSPORTS } from "./transports.ts";

/** um per sensor pixel at the specimen. */
const UNBINNED_UM = 0.1;

/** Writes a feature as the tree's screen does. */
async function write({ clock, camera }: GenicamRig, name: string, text: string): Promise<void> {
  const map = camera.nodeMap();
  const leaf = map === undefined ? undefined : featureLeaf(map, name);
  if (map === undefined || leaf === undefined) throw new Error(`there is no ${name}`);
  camera.requireWritable(name);
  await valueOf(clock, writeFeature(map, leaf, text));
  await valueOf(clock, camera.refresh({ name, text }));
}

/** What a short run's frames say of themselves. */
async function scales({ camera, clock }: GenicamRig): Promise<{ width: number; height: number; pixelSizeUm: number | undefined }> {
  const stamp = createFrameStamp({ name: "M", camera, scaleOf: () => ({ pixelSizeUm: UNBINNED_UM }) }, clock);
  const pool = createFramePool({ slotBytes: bytesPerFrame(camera.settings()), slotCount: 3 });
  const seen: { width: number; height: number; pixelSizeUm: number | undefined }[] = [];
  const unlisten = camera.onDidCapture(({ header, buffer }) => {
    const { width, height, pixelSizeUm } = stamp.stamp(header);
    seen.push({ width, height, pixelSizeUm });
    buffer.release();
  });
  await valueOf(clock, camera.startAcquisition(pool));
  await clock.advance(120);
  await valueOf(clock, camera.stopAcquisition());
  unlisten();
  stamp.dispose();
  pool.assertAllFree();
  const [first] = seen;
  if (first === undefined) throw new Error("no frame came");
  expect(seen).toEqual(seen.map(() => first));
  return first;
}

describe.each(CAMERA_TRANSPORTS)("the scale of a $name camera's frames", ({ open, kind, missedWithinMs }) => {
  const connected = async (options: RigOptions = {}): Promise<GenicamRig> => {
    const lab = await open(options);
    lab.memory.setU32(REG.width, 480);
    lab.memory.setU32(REG.height, 240);
    await valueOf(lab.clock, lab.camera.connect());
    return lab;
  };

  it.each([
    { written: { BinningHorizontal: "3", BinningVertical: "3" }, factor: 3 },
    { written: { DecimationHorizontal: "2", DecimationVertical: "2" }, factor: 2 },
    { written: { BinningHorizontal: "2", DecimationVertical: "2", BinningVertical: "2", DecimationHorizontal: "2" }, factor: 4 },
    { written: { BinningHorizontal: "2", DecimationVertical: "2" }, factor: 2 },
  ])("counts $written as $factor sensor pixels a side", async ({ written, factor }) => {
    const lab = await connected();
    for (const [name, text] of Object.entries(written)) await write(lab, name, text);
    expect(lab.camera.settings().binning).toBe(factor);
    expect(lab.camera.limits()).toMatchObject({ sensorWidth: 1920, sensorHeight: 1200 });
    const { width, height, pixelSizeUm } = await scales(lab);
    expect(pixelSizeUm).toBeCloseTo(factor * UNBINNED_UM, 12);
    // The region stays told in sensor pixels, by which the picture's place on the slide is worked out.
    expect(lab.camera.settings().roi).toMatchObject({ width: width * factor, height: height * factor });
    await lab.end();
  });

  it("sets the region it is asked for in sensor pixels, whatever the decimation, and bins on top of it", async () => {
    const lab = await connected();
    await write(lab, "DecimationHorizontal", "2");
    await write(lab, "DecimationVertical", "2");
    expect(lab.camera.limits().binnings).toEqual([2, 4, 6, 8]);
    const set = await valueOf(lab.clock, lab.camera.applySettings({ binning: 4, roi: { offsetX: 320, offsetY: 160, width: 640, height: 320 } }));
    expect(set).toMatchObject({ binning: 4, roi: { offsetX: 320, offsetY: 160, width: 640, height: 320 } });
    expect([REG.binningX, REG.binningY, REG.decimationX, REG.decimationY, REG.width, REG.height].map((at) => lab.memory.u32(at))).toEqual([2, 2, 2, 2, 160, 80]);
    const { error } = await settled(lab.clock, lab.camera.applySettings({ binning: 1 }));
    expect(isOcularError(error, "UnsupportedValue")).toBe(true);
    expect((await scales(lab)).pixelSizeUm).toBeCloseTo(0.4, 12);
    await lab.end();
  });

  it("is refused at the start where pixels are not square, which the feature tree mends", async () => {
    const lab = await connected();
    await write(lab, "BinningHorizontal", "2");
    const pool = createFramePool({ slotBytes: 480 * 240, slotCount: 2 });
    const { error } = await settled(lab.clock, lab.camera.startAcquisition(pool));
    if (!isOcularError(error, "CameraPixelsNotSquare")) throw new Error("it is not refused");
    expect(error.data).toEqual({ tag: "CameraPixelsNotSquare", deviceId: lab.camera.identity.id, across: 2, down: 1 });
    expect(error.message).toContain("makes pixels of 2 x 1 pixels of its sensor");
    expect(lab.camera.isAcquiring()).toBe(false);
    expect(lab.camera.status().state).toBe("ready");
    await write(lab, "BinningVertical", "2");
    expect((await scales(lab)).pixelSizeUm).toBeCloseTo(0.2, 12);
    await lab.end();
  });

  it("of an oblong binning is also mended by setting a binning", async () => {
    const lab = await connected();
    await write(lab, "DecimationVertical", "2");
    expect(lab.camera.limits().binnings).toEqual([2, 4]);
    expect(await valueOf(lab.clock, lab.camera.applySettings({ binning: 2 }))).toMatchObject({ binning: 2 });
    expect([REG.binningX, REG.binningY, REG.decimationX, REG.decimationY].map((at) => lab.memory.u32(at))).toEqual([2, 1, 1, 2]);
    expect((await scales(lab)).pixelSizeUm).toBeCloseTo(0.2, 12);
    await lab.end();
  });

  it("is refused at the start where a second binning engine, which is not the one selected, makes the picture smaller", async () => {
    const selector = '<Enumeration Name="BinningSelector"><pSelected>BinningHorizontal</pSelected><pSelected>BinningVertical</pSelected><EnumEntry Name="Sensor"><Value>0</Value></EnumEntry><EnumEntry Name="Region0"><Value>1</Value></EnumEntry><Value>0</Value></Enumeration>';
    const plain = cameraXml(kind).replace('<Group Comment="picture">', `$&${selector}`);
    const pool = createFramePool({ slotBytes: 480 * 240, slotCount: 2 });
    const hiding = await connected({ file: { xml: plain.replaceAll("S / (B * D)", "S / (2 * B * D)") } });
    const { error } = await settled(hiding.clock, hiding.camera.startAcquisition(pool));
    if (!isOcularError(error, "CameraScaleUnknown")) throw new Error("it is not refused");
    expect(error.data).toMatchObject({ sensorPx: 1920, largestPx: 960, factor: 1 });
    await write(hiding, "BinningHorizontal", "2");
    await write(hiding, "BinningVertical", "2");
    expect(isOcularError((await settled(hiding.clock, hiding.camera.startAcquisition(pool))).error, "CameraScaleUnknown")).toBe(true);
    await hiding.end();
    // With the other engine at rest what is selected is the whole truth.
    const honest = await connected({ file: { xml: plain } });
    await write(honest, "BinningHorizontal", "3");
    await write(honest, "BinningVertical", "3");
    expect((await scales(honest)).pixelSizeUm).toBeCloseTo(0.3, 12);
    await honest.end();
  });

  it("comes back with a camera that lost its power", async () => {
    const lab = await connected();
    await write(lab, "DecimationHorizontal", "2");
    await write(lab, "DecimationVertical", "2");
    await valueOf(lab.clock, lab.camera.applySettings({ binning: 6, roi: { offsetX: 96, offsetY: 48, width: 960, height: 480 } }));
    const before = lab.camera.settings();
    const scaled = await scales(lab);
    lab.unplug();
    await lab.clock.advance(missedWithinMs + 300);
    expect(lab.camera.status().state).toBe("absent");
    const memory = lab.plugAnother();
    for (const endMs = lab.clock.nowMs() + 5000; lab.camera.status().state !== "ready" && lab.clock.nowMs() < endMs; ) await lab.clock.advance(10);
    expect([REG.binningX, REG.binningY, REG.decimationX, REG.decimationY].map((at) => memory.u32(at))).toEqual([3, 3, 2, 2]);
    expect(lab.camera.settings()).toEqual(before);
    expect(await scales(lab)).toEqual(scaled);
    await lab.end();
  });

  it("comes back from binning to decimation where another program has changed it", async () => {
    const lab = await connected();
    await write(lab, "DecimationHorizontal", "2");
    await write(lab, "DecimationVertical", "2");
    await valueOf(lab.clock, lab.camera.disconnect());
    for (const [at, value] of [[REG.decimationX, 1], [REG.decimationY, 1], [REG.binningX, 4], [REG.binningY, 4]] as const) lab.memory.setU32(at, value);
    await valueOf(lab.clock, lab.camera.connect());
    expect([REG.binningX, REG.binningY, REG.decimationX, REG.decimationY].map((at) => lab.memory.u32(at))).toEqual([1, 1, 2, 2]);
    await lab.end();
  });

  it("cannot be changed by the tree while pictures are taken, also where the camera itself would let it", async () => {
    const unlocked = cameraXml(kind).replaceAll("<pIsLocked>TLParamsLocked</pIsLocked>", "").replaceAll("TLParamsLocked", "Unheard");
    const lab = await connected({ file: { xml: unlocked } });
    const pool = createFramePool({ slotBytes: 480 * 240, slotCount: 3 });
    lab.camera.onDidCapture(({ buffer }) => { buffer.release(); });
    await valueOf(lab.clock, lab.camera.startAcquisition(pool));
    for (const name of ["BinningHorizontal", "DecimationVertical", "Width", "OffsetX", "PixelFormat"]) {
      await expect(write(lab, name, "2")).rejects.toThrow(`A change of ${name} is not possible while acquiring: it needs ready.`);
    }
    await write(lab, "TestPattern", "Ramp");
    await write(lab, "ExposureAuto", "Continuous");
    expect(lab.camera.isAcquiring()).toBe(true);
    await valueOf(lab.clock, lab.camera.stopAcquisition());
    await write(lab, "BinningHorizontal", "2");
    await lab.end();
  });

  it("is told of no picture of another size than the run began with: it is lost, with a sentence", async () => {
    const lab = await connected();
    const pool = createFramePool({ slotBytes: 480 * 240, slotCount: 3 });
    const told: string[] = [];
    const sizes: string[] = [];
    let lost = 0;
    lab.camera.onDidCapture(({ header, buffer }) => { sizes.push(`${header.width} x ${header.height}`); buffer.release(); });
    lab.camera.onDidLose(({ count, reason }) => { lost += reason === "incomplete" ? count : 0; });
    lab.camera.onDidReport(({ message }) => told.push(message));
    await valueOf(lab.clock, lab.camera.startAcquisition(pool));
    await lab.clock.advance(75);
    // As by a sequence that the camera runs through by itself.
    for (const [at, value] of [[REG.binningX, 2], [REG.binningY, 2], [REG.width, 240], [REG.height, 120]] as const) lab.memory.setU32(at, value);
    await lab.clock.advance(400);
    expect(new Set(sizes)).toEqual(new Set(["480 x 240"]));
    expect(lost).toBeGreaterThan(2);
    expect(told).toContainEqual(expect.stringContaining("announces a picture of 240 x 120 px, which is not what it is set to."));
    await lab.end();
  });

  it("ends the run where the camera makes other pictures all the same", async () => {
    const unlocked = cameraXml(kind).replaceAll("<pIsLocked>TLParamsLocked</pIsLocked>", "").replaceAll("TLParamsLocked", "Unheard");
    const lab = await connected({ file: { xml: unlocked } });
    const pool = createFramePool({ slotBytes: 480 * 240, slotCount: 3 });
    const ends: string[] = [];
    const told: string[] = [];
    const unlisten = lab.camera.onDidCapture(({ buffer }) => { buffer.release(); });
    lab.camera.onDidEnd(({ reason }) => ends.push(reason));
    lab.camera.onDidReport(({ message }) => told.push(message));
    await valueOf(lab.clock, lab.camera.startAcquisition(pool));
    // What the description does not tell: this one changes the binning too.
    lab.memory.setU32(REG.binningX, 2);
    lab.memory.setU32(REG.binningY, 2);
    lab.camera.nodeMap()?.forget();
    await write(lab, "TestPattern", "Ramp");
    expect(ends).toEqual(["faulted"]);
    expect(told).toEqual([expect.stringMatching(/^TestPattern changed size, place or scale of the pictures while they were taken/u)]);
    expect(lab.camera.settings().binning).toBe(2);
    unlisten();
    expect((await scales(lab)).pixelSizeUm).toBeCloseTo(0.2, 12);
    await lab.end();
  });
});
