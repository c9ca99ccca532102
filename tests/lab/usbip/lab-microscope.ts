import type { Clock } from "../../../src/core/clock.ts";
import type { SpecimenKind } from "../../../src/engine/devices/virtual/specimen/types.ts";
import { LabController } from "../serial/lab-controller.ts";
import type { LabFamily } from "../serial/subject.ts";
import { type CdcAcmModel, createCdcAcmModel } from "../usb/cdc-acm.ts";
import { REG } from "../genicam/sensor-map.ts";
import { type CameraModel, createCameraModel } from "../usb3vision/camera-model.ts";
import { type FrameSource, rampSource } from "../genicam/frame-source.ts";
import { specimenSource } from "../genicam/specimen-source.ts";

/** A camera and a stage on USB that look at one slide: where the motors stand is what the camera sees. */
export interface LabMicroscope {
  readonly camera: CameraModel;
  readonly stage: CdcAcmModel;
}

export interface LabMicroscopeOptions {
  readonly clock: Clock;
  readonly family: LabFamily;
  readonly specimen?: SpecimenKind;
  readonly seed?: number;
}

/** Well exposed at the light that the slide is under. */
const EXPOSURE_US = 5000;
const PATTERN_MASK = 0x0f;
const RAMP = 1;

export function createLabMicroscope({ clock, family, specimen = "blood-smear", seed = 1 }: LabMicroscopeOptions): LabMicroscope {
  const controller = new LabController(family.model(clock), clock);
  const motorUm = (axis: string): number => controller.model.axes[axis]?.motor() ?? 0;
  const slide = specimenSource(specimen, seed, () => ({ axisUm: { x: motorUm("x"), y: motorUm("y") }, focusUm: motorUm("z") }));
  const source: FrameSource = (exposing) => ((camera.memory.u32(REG.pattern) & PATTERN_MASK) === RAMP ? rampSource(exposing) : slide(exposing));
  // Behind USB/IP and a virtual machine an answer takes its time; Aravis takes the manifest's first entry.
  const camera = createCameraModel({ clock, source, responseMs: 500, file: { isNewestFirst: true } });
  const exposure = new Uint8Array(8);
  new DataView(exposure.buffer).setFloat64(0, EXPOSURE_US, true);
  camera.memory.write(BigInt(REG.exposure), exposure);
  return { camera, stage: createCdcAcmModel({ controller, serial: "LABSTAGE1", product: `Lab stage (${family.id})` }) };
}
