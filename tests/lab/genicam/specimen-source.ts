import { formatOfCode } from "../../../src/engine/devices/genicam/pixels/pfnc.ts";
import { opticsOf, SENSOR_HEIGHT, SENSOR_WIDTH } from "../../../src/engine/devices/virtual/optics/optics.ts";
import { firstExposure } from "../../../src/engine/devices/virtual/sensor/first-exposure.ts";
import { FrameRenderer } from "../../../src/engine/devices/virtual/sensor/frame-renderer.ts";
import { createSpecimen } from "../../../src/engine/devices/virtual/specimen/specimen.ts";
import type { SpecimenKind } from "../../../src/engine/devices/virtual/specimen/types.ts";
import type { CameraSettings } from "../../../src/shared/domain/devices.ts";
import { frameBytes } from "../../../src/shared/domain/pixel-layout.ts";
import { SENSOR } from "./sensor-map.ts";
import { type FrameSource, rampSource } from "./frame-source.ts";

/** Where the stage and the focus stand when the camera looks. */
export interface Place {
  readonly axisUm: { readonly x: number; readonly y: number };
  readonly focusUm: number;
}

/**
 * The virtual microscope's slide through its optics, so that a virtual stage on one bus and this camera on another look at
 * the same cells. Formats that the virtual sensor does not have show a ramp.
 */
export function specimenSource(kind: SpecimenKind, seed: number, look: () => Place): FrameSource {
  const renderer = new FrameRenderer(createSpecimen(kind, seed), opticsOf(seed));
  const first = firstExposure(kind);
  // The camera's sensor is larger than the virtual microscope's: their middles coincide.
  const shiftX = (SENSOR.width - SENSOR_WIDTH) / 2;
  const shiftY = (SENSOR.height - SENSOR_HEIGHT) / 2;
  return (exposing) => {
    const format = formatOfCode(exposing.pixelFormat);
    if (format === undefined || (format.packing !== "bytes" && format.packing !== "words")) return rampSource(exposing);
    const { binning } = exposing;
    const settings: CameraSettings = {
      ...first.settings, pixelFormat: format.delivered, binning, exposureMs: exposing.exposureUs / 1000,
      roi: {
        offsetX: exposing.offsetX * binning - shiftX, offsetY: exposing.offsetY * binning - shiftY,
        width: exposing.width * binning, height: exposing.height * binning,
      },
    };
    const bytes = new Uint8Array(frameBytes(format.delivered, exposing.width, exposing.height));
    renderer.render({ ...first, ...look(), settings, noiseSeed: exposing.index }, bytes);
    return bytes;
  };
}
