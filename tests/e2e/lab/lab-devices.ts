/**
 * The quick lab inside the app's own main process: a virtual USB3 Vision camera on a bus in memory, a virtual GigE Vision camera on real
 * sockets of this computer's own network, and a virtual ProScan on a real pseudo-terminal, all over one virtual slide. In the bundle
 * that end-to-end tests build for themselves and in no other.
 */
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../../src/core/clock.ts";
import { systemSerialHost } from "../../../src/engine/devices/transports/serial-host.ts";
import type { SystemParts } from "../../../src/engine/devices/setup/system-devices.ts";
import { REG } from "../../lab/genicam/sensor-map.ts";
import { specimenSource } from "../../lab/genicam/specimen-source.ts";
import { createProscanModel } from "../../lab/serial/families/prior-proscan.ts";
import { LAB_AXIS } from "../../lab/serial/lab-axis.ts";
import { LabController } from "../../lab/serial/lab-controller.ts";
import { type PseudoTerminal, ptyOf } from "../../lab/serial/pty.ts";
import { createCameraModel } from "../../lab/usb3vision/camera-model.ts";
import { createInProcessUsb } from "../../lab/usb3vision/in-process-usb.ts";
import { type GigeInApp, gigeInApp } from "./gige-camera.ts";

/** What a test does to the lab, by `app.evaluate`. */
export interface LabHandle {
  /** Where the stage is plugged in, for `devices.probe`. */
  readonly stagePort: string;
  unplugCamera(): void;
  plugCamera(): void;
  /** Undefined where this computer has no network of its own for it. */
  readonly gige: GigeInApp["handle"] | undefined;
  unplugStage(): Promise<void>;
  plugStage(): Promise<void>;
  /** Where its counters say that it stands, um. */
  stagePositionUm(): { x: number; y: number };
  /** What its lights truly give, %, by name. */
  lightPercents(): Record<string, number>;
  /** Where the motors truly stand, um from where they started: the reference marks are at -60000. */
  stageMotorUm(): { x: number; y: number };
  /** Orders to run to its reference marks that it has heard. */
  homingsHeard(): number;
}

declare global {
  var ocularLab: LabHandle | undefined;
}

/** Slow enough that a person has time to stop it on its way to the reference marks, 60 mm off. */
const STAGE = { ...LAB_AXIS, speedUmPerS: 5000 };

/** @param clock the app's own: the camera exposes in real time */
export async function openLab(clock: Clock): Promise<SystemParts> {
  const stage = new LabController(createProscanModel(clock, undefined, STAGE), clock);
  const at = (axis: string): number => stage.model.axes[axis]?.position() ?? 0;
  const source = specimenSource("blood-smear", 28, () => ({ axisUm: { x: at("x"), y: at("y") }, focusUm: at("z") }));
  const camera = createCameraModel({ clock, source });
  // A picture that a busy test machine draws in time.
  camera.memory.setU32(REG.width, 480);
  camera.memory.setU32(REG.height, 360);
  const gige = await gigeInApp(clock, source);
  const usb = createInProcessUsb();
  if (process.env["OCULAR_LAB_CAMERA"] !== "unplugged") usb.plug(camera);

  const folder = mkdtempSync(join(tmpdir(), "ocular-lab-app-"));
  const stagePort = join(folder, "stage");
  let terminal: PseudoTerminal | undefined;
  const plugStage = async (): Promise<void> => {
    stage.replug();
    terminal = await ptyOf(stage);
    symlinkSync(terminal.path, stagePort);
  };
  await plugStage();
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

  globalThis.ocularLab = {
    stagePort,
    unplugCamera: () => usb.unplug(camera),
    plugCamera: () => usb.plug(camera),
    gige: gige?.handle,
    unplugStage: async () => {
      rmSync(stagePort);
      await terminal?.close();
      stage.unplug();
    },
    plugStage,
    stagePositionUm: () => ({ x: at("x"), y: at("y") }),
    lightPercents: () => Object.fromEntries(Object.entries(stage.model.lights).map(([name, percent]) => [name, percent()])),
    stageMotorUm: () => ({ x: stage.model.axes["x"]?.motor() ?? 0, y: stage.model.axes["y"]?.motor() ?? 0 }),
    homingsHeard: () => stage.heard.filter((command) => command.startsWith("SIS")).length,
  };
  const system = systemSerialHost();
  return {
    openBus: async () => usb,
    ...(gige === undefined ? {} : { net: gige.net }),
    // The pseudo-terminal is opened by the real serialport; the operating system does not list it.
    host: { ...system, list: async () => [{ path: stagePort }] },
  };
}
