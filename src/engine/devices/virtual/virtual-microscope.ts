/** The virtual microscope: camera, stage, focus, light and turret around one specimen and one light path. */
import type { Clock } from "../../../core/clock.ts";
import { boxAround } from "../../../core/geometry/box.ts";
import type { Range, XyLimits } from "../../../shared/domain/devices.ts";
import type { StageRectUm } from "../../../shared/units.ts";
import { um } from "../../../shared/units.ts";
import type { Microscope } from "../api/microscope.ts";
import { VirtualCamera } from "./devices/virtual-camera.ts";
import { VirtualFocus } from "./devices/virtual-focus.ts";
import { VirtualLight } from "./devices/virtual-light.ts";
import { VirtualStage } from "./devices/virtual-stage.ts";
import { VirtualTurret } from "./devices/virtual-turret.ts";
import { lookAround } from "./look-around.ts";
import type { AxisSpec } from "./mechanics/axis.ts";
import { FOCUS_AXIS, STAGE_AXIS } from "./mechanics/default-axes.ts";
import { makeDrift } from "./mechanics/drift.ts";
import { VisibleNeighbours } from "./neighbours.ts";
import { type CameraTurn, turnMatrix } from "./optics/camera-turn.ts";
import { focalSurfaceUm, opticsOf, pixelSizeUm, SENSOR_HEIGHT, SENSOR_WIDTH, VIRTUAL_OBJECTIVES } from "./optics/optics.ts";
import type { Exposure } from "./sensor/exposure.ts";
import { defaultSettings, START_LIGHT_PERCENT, START_OBJECTIVE } from "./sensor/first-exposure.ts";
import { renderInPlace } from "./sensor/render-in-place.ts";
import { launchRenderThread } from "./sensor/render-thread.ts";
import type { LaunchedThread, RenderThread } from "./sensor/render-thread.ts";
import { createSpecimen } from "./specimen/specimen.ts";
import { SPECIMEN_WORDS } from "./specimen/types.ts";
import type { SpecimenKind, VisibleObject } from "./specimen/types.ts";

export interface VirtualMicroscopeOptions {
  readonly specimen: SpecimenKind;
  /** The slide and the light path. Default 28, which begins with a white cell in the middle of the view. */
  readonly seed?: number;
  readonly clock: Clock;
  readonly frameRate?: number;
  /** Default 40x. */
  readonly objectiveId?: string;
  /** "worker" (default) renders in a thread from the built bundle; "inline" on the calling thread, for tests. */
  readonly rendering?: "worker" | "inline";
  /** A rendering thread started earlier, for the first connection; ended unused when it renders another scene. */
  readonly launched?: LaunchedThread | undefined;
  /** Overrides of the default mechanics. */
  readonly stage?: Partial<AxisSpec>;
  readonly focus?: Partial<AxisSpec>;
  readonly softLimitsUm?: XyLimits;
  /** Creep of stage and focus, um to each side. Default 0.3. */
  readonly driftUm?: number;
  /** Default: the camera is in line with the stage. */
  readonly cameraTurn?: CameraTurn;
}

/** A microscope whose every secret is known. */
export interface VirtualMicroscope extends Microscope {
  readonly camera: VirtualCamera;
  readonly stage: VirtualStage;
  readonly focus: VirtualFocus;
  readonly light: VirtualLight;
  readonly turret: VirtualTurret;
  /** Everything whose outline meets a rectangle of the slide: class, outline, place. */
  groundTruth(viewRectUm: StageRectUm): VisibleObject[];
  /** What the sensor truly sees now, backlash and drift included; undefined while the turret turns. Of a turned camera: around it. */
  viewRectUm(): StageRectUm | undefined;
  /** What the frame with this `deviceSequence` truly showed; undefined for frames long gone. */
  viewRectOfFrame(deviceSequence: number): StageRectUm | undefined;
  /** Position of its own focus drive at which a place is sharp now, um. */
  sharpFocusUm(xUm: number, yUm: number): number;
  /** Connects every device. */
  connect(): Promise<void>;
  /** Disposes of every device: no thread, timer or listener is left. */
  dispose(): Promise<void>;
}

const STAGE_LIMITS: XyLimits = { x: { min: -37_500, max: 37_500 }, y: { min: -12_500, max: 12_500 } };
const FOCUS_LIMITS: Range = { min: -250, max: 250 };
/** Frames whose true view is remembered. */
const REMEMBERED_FRAMES = 2000;

/** Builds the devices, all absent until connected. Starts at the slide's origin, in focus, with the light on. */
export function createVirtualMicroscope(options: VirtualMicroscopeOptions): VirtualMicroscope {
  const { clock, specimen: kind, seed = 28, rendering = "worker" } = options;
  const specimen = createSpecimen(kind, seed);
  const optics = opticsOf(seed);
  const drift = makeDrift(seed, options.driftUm ?? 0.3);
  const bornMs = clock.nowMs();
  const turn = options.cameraTurn === undefined ? undefined : turnMatrix(options.cameraTurn);
  const focusSpec = { ...FOCUS_AXIS, ...options.focus };
  const stage = new VirtualStage(clock, { ...STAGE_AXIS, ...options.stage }, options.softLimitsUm ?? STAGE_LIMITS);
  const focus = new VirtualFocus(clock, focusSpec, FOCUS_LIMITS, 0);
  const light = new VirtualLight(clock, START_LIGHT_PERCENT);
  const turret = new VirtualTurret(clock, VIRTUAL_OBJECTIVES, options.objectiveId ?? START_OBJECTIVE);
  const neighbours = new VisibleNeighbours({ stage, focus, light, turret }, clock, drift);
  const views = new Map<number, StageRectUm>();

  let { launched } = options;
  const startRendering = async (onDidDie: (reason: string) => void): Promise<RenderThread> => {
    if (rendering === "inline") return renderInPlace({ kind, seed });
    const early = launched;
    launched = undefined;
    if (early?.scene.kind === kind && early.scene.seed === seed) return early.open(onDidDie);
    await early?.dispose();
    return launchRenderThread({ kind, seed }).open(onDidDie);
  };
  const camera = new VirtualCamera({
    clock,
    settings: { ...defaultSettings(kind), ...(options.frameRate === undefined ? {} : { frameRate: options.frameRate }) },
    look: (startMs, endMs, settings) => lookAround(neighbours, startMs, endMs, settings, turn),
    seeBy: (beside) => neighbours.seeBy(beside),
    onDidExpose: (deviceSequence, exposure) => {
      const rect = viewRect(exposure);
      if (rect !== undefined) views.set(deviceSequence, rect);
      views.delete(deviceSequence - REMEMBERED_FRAMES);
    },
    startRendering,
  });
  const devices = [camera, stage, focus, light, turret];

  return {
    name: `Virtual microscope, ${SPECIMEN_WORDS[kind]}`,
    camera,
    stage,
    focus,
    light,
    turret,
    groundTruth: (viewRectUm) => specimen.objectsIn(viewRectUm),
    viewRectUm: () => viewRect({ axisUm: neighbours.stageAt(clock.nowMs()).trueUm, objective: neighbours.lens().shown, settings: camera.settings(), turn }),
    viewRectOfFrame: (deviceSequence) => views.get(deviceSequence),
    // The play of the drive is taken up from below, so the motor stands half of it above the objective.
    sharpFocusUm: (xUm, yUm) => focalSurfaceUm(optics, xUm, yUm) + focusSpec.backlashUm / 2 - drift.z(clock.nowMs() - bornMs),
    connect: async () => {
      await Promise.all(devices.map((device) => device.connect()));
    },
    dispose: async () => {
      await Promise.all(devices.map((device) => device.dispose()));
    },
  };
}

function viewRect({ axisUm, objective, settings, turn = [1, 0, 0, 1] }: Pick<Exposure, "axisUm" | "objective" | "settings" | "turn">): StageRectUm | undefined {
  if (objective === undefined) return undefined;
  const { roi } = settings;
  const pixelUm = pixelSizeUm(objective, 1);
  const [a, b, c, d] = turn;
  const corners = [0, 1].flatMap((right) => [0, 1].map((down) => {
    const x = (roi.offsetX + right * roi.width - SENSOR_WIDTH / 2) * pixelUm;
    const y = (roi.offsetY + down * roi.height - SENSOR_HEIGHT / 2) * pixelUm;
    return { x: axisUm.x + a * x + b * y, y: axisUm.y + c * x + d * y };
  }));
  const around = boxAround(corners);
  return around === undefined ? undefined : { x: um(around.x), y: um(around.y), width: um(around.width), height: um(around.height) };
}
