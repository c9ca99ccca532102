import type { DeviceKind } from "../../../../shared/domain/devices.ts";

/** What a Micro-Manager adapter is to Ocular. */
export interface KnownAdapter {
  readonly family: string;
  readonly kind: DeviceKind | "hub";
  /** The member of the family's options that makes this part. */
  readonly option?: string;
  /** Options of the family that go with it. */
  readonly options?: Readonly<Record<string, unknown>>;
}

interface KnownLibrary {
  readonly family: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly adapters: readonly (readonly [RegExp, KnownAdapter["kind"], (string | undefined)?, Readonly<Record<string, unknown>>?])[];
}

const STAGE = [/^(XY-?Stage|XYDrive)/iu, "xyStage", "stage"] as const;
const FOCUS = [/^(Z-?Stage|Stage|ZAxis|ZDrive|FocusDrive)/iu, "focusDrive", "focus"] as const;
const HUB = [/(Hub|Controller|Comm)/iu, "hub"] as const;

/**
 * Libraries of Micro-Manager 2 whose devices one of our families drives: the names are those of the device adapters' pages of its
 * wiki. Adapter names of ASI's Tiger carry axis letters behind a colon.
 */
const LIBRARIES: Readonly<Record<string, KnownLibrary>> = {
  Prior: { family: "prior-proscan", adapters: [STAGE, FOCUS, [/^Shutter-1$/u, "illumination", undefined, { shutters: [1] }], [/^Shutter-2$/u, "illumination", undefined, { shutters: [2] }], [/^Shutter-3$/u, "illumination", undefined, { shutters: [3] }], HUB] },
  ASIStage: { family: "asi", adapters: [STAGE, FOCUS, HUB] },
  ASITiger: { family: "asi", options: { controller: "Tiger" }, adapters: [STAGE, FOCUS, HUB] },
  Ludl: { family: "ludl", adapters: [STAGE, FOCUS, HUB] },
  LudlLow: { family: "ludl", adapters: [STAGE, FOCUS, HUB] },
  Tango: { family: "tango", adapters: [STAGE, FOCUS, HUB] },
  Zaber: { family: "zaber", adapters: [STAGE, FOCUS, HUB] },
  OpenFlexure: { family: "sangaboard", adapters: [STAGE, FOCUS, HUB] },
  RAMPS: { family: "marlin", adapters: [STAGE, FOCUS, HUB] },
  Marlin: { family: "marlin", adapters: [STAGE, FOCUS, HUB] },
  GRBL: { family: "grbl", adapters: [STAGE, FOCUS, HUB] },
  CoolLEDpE300: { family: "coolled", adapters: [[/./u, "illumination"]] },
  CoolLEDpE4000: { family: "coolled", options: { channels: ["A", "B", "C", "D"] }, adapters: [[/./u, "illumination"]] },
  LumencorSpectra: { family: "lumencor", options: { channels: ["VIOLET", "BLUE", "CYAN", "TEAL", "GREEN", "RED"] }, adapters: [[/./u, "illumination"]] },
  Arduino: { family: "arduino", adapters: [[/^Arduino-(Switch|Shutter)$/u, "illumination"], [/^Arduino-Hub$/u, "hub"]] },
  DemoCamera: { family: "virtual", adapters: [[/^DCam$/u, "camera"], [/^DXYStage$/u, "xyStage"], [/^DStage$/u, "focusDrive"], [/^DObjective$/u, "objectiveTurret"], [/^(DShutter|DLightPath)$/u, "illumination"], [/^DHub$/u, "hub"]] },
};

/** Cameras of makers that speak USB3 Vision or GigE Vision: which one it is the file does not say. */
export const CAMERA_LIBRARIES: ReadonlySet<string> = new Set(["BaslerPylon", "AravisCamera", "Spinnaker", "SpinnakerCamera", "PointGrey", "IDS_uEye", "IDSPeak", "TIScam", "AlliedVisionCamera", "AVT", "Daheng", "HIKRobot", "MatrixVision"]);
/** Cameras that reach a program by the system's own capture. */
export const CAPTURE_LIBRARIES: ReadonlySet<string> = new Set(["OpenCVgrabber", "DirectShow"]);

export function knownAdapter(library: string, adapter: string): KnownAdapter | undefined {
  const known = Object.hasOwn(LIBRARIES, library) ? LIBRARIES[library] : undefined;
  const [, kind, option, own] = known?.adapters.find(([pattern]) => pattern.test(adapter)) ?? [];
  if (known === undefined || kind === undefined) return undefined;
  const options = { ...known.options, ...own };
  return { family: known.family, kind, ...(option === undefined ? {} : { option }), ...(Object.keys(options).length === 0 ? {} : { options }) };
}
