import type { DeviceConfiguration } from "../../../src/shared/domain/device-configuration.ts";
import { STAGE_FAMILY } from "../stage-family.ts";
import { CAMERA_SERIAL, STAGE_SERIAL } from "./bench.ts";

/** The lab's microscope as a person would have set it up: both devices by what their plugs say. */
export const LAB_CONFIGURATION: DeviceConfiguration = {
  format: "ocular-devices", version: 1, name: "Lab",
  devices: [
    { key: "stage", name: "Lab stage", family: STAGE_FAMILY, identity: { vendor: "1209", product: "0002", serial: STAGE_SERIAL }, options: { stage: {}, focus: {} } },
    { key: "camera", name: "Lab camera", family: "usb3vision", identity: { vendor: "1209", product: "0001", serial: CAMERA_SERIAL }, options: {} },
  ],
  roles: { camera: { device: "camera" }, xyStage: { device: "stage", part: "stage" }, focusDrive: { device: "stage", part: "focus" } },
  // The virtual optics' scale: 3.45 um of sensor pitch at 40x.
  objectives: [{ id: "40x", name: "Plan 40x", magnification: 40, numericalAperture: 0.75, immersion: "air", pixelSizeUm: 0.08625 }],
};
