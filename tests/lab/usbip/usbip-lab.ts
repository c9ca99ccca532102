import type { KeyboardOrder } from "../keyboard.ts";
import { LAB_FAULT_MEASURES, LAB_FAULT_WORDS, LAB_FAULTS } from "../serial/faults.ts";
import { BLOCK_FAULT_WORDS, BLOCK_FAULTS } from "../usb3vision/faults.ts";
import type { LabMicroscope } from "./lab-microscope.ts";
import type { UsbipServer } from "./server.ts";

/** A lab microscope on a USB/IP server, and the orders it takes: from the keyboard, and from the hardware test. */
export interface UsbipLab {
  /** Bus ids, as `usbip attach -b` wants them. */
  readonly busIds: { readonly camera: string; readonly stage: string };
  /** Does what a line says. @returns what to tell: one line, for "status" JSON ({@link LabStatus}) */
  obey(line: string): string;
}

/** What the devices have seen so far. */
export interface LabStatus {
  readonly camera: { readonly isAttached: boolean; readonly exposed: number; readonly dropped: number; readonly commands: number };
  readonly stage: {
    readonly isAttached: boolean;
    readonly motorsUm: Readonly<Record<string, number>>;
    readonly isMoving: boolean;
    readonly baudRate: number;
    readonly dtr: boolean;
    readonly rts: boolean;
    readonly opens: number;
    readonly breaks: number;
    readonly heard: number;
  };
}

/** The orders, for people. */
export const USBIP_ORDERS: readonly Omit<KeyboardOrder, "obey">[] = [
  { name: "status", meaning: "motors, line, pictures taken, as JSON" },
  { name: "unplug", words: "camera|stage", meaning: "pulls its plug" },
  { name: "replug", words: "camera|stage", meaning: "puts it in again" },
  ...BLOCK_FAULTS.map((fault) => ({ name: "camera", words: fault, meaning: BLOCK_FAULT_WORDS[fault] })),
  ...LAB_FAULTS.map((fault) => ({ name: "stage", words: [fault, ...(LAB_FAULT_MEASURES[fault] === undefined ? [] : [LAB_FAULT_MEASURES[fault]])].join(" "), meaning: LAB_FAULT_WORDS[fault] })),
];

const REFUSED = "That is no order of these devices: help tells what there is.";

export function plugIn({ camera, stage }: LabMicroscope, server: UsbipServer): UsbipLab {
  const models = { camera, stage };
  const plug = (word: string | undefined, isIn: boolean): string => {
    if (word !== "camera" && word !== "stage") return REFUSED;
    if (isIn) {
      server.plug(models[word]);
      return `The ${word} is in again.`;
    }
    server.unplug(models[word]);
    return `The ${word} is out.`;
  };
  return {
    busIds: { camera: server.plug(camera), stage: server.plug(stage) },
    obey(line) {
      const [order = "", word, ms] = line.trim().split(/\s+/u);
      if (order === "status") return JSON.stringify(statusOf({ camera, stage }, server));
      if (order === "unplug" || order === "replug") return plug(word, order === "replug");
      const blockFault = BLOCK_FAULTS.find((each) => each === word);
      if (order === "camera" && blockFault !== undefined) {
        camera.faults.blocks.push(blockFault);
        return `The camera's next block: ${blockFault}.`;
      }
      const labFault = LAB_FAULTS.find((each) => each === word);
      const delayMs = ms === undefined ? undefined : Number(ms);
      if (order === "stage" && labFault !== undefined && (delayMs ?? 0) >= 0) {
        stage.controller.fail(labFault, delayMs);
        return `The stage's next: ${labFault}.`;
      }
      return REFUSED;
    },
  };
}

function statusOf({ camera, stage }: LabMicroscope, server: UsbipServer): LabStatus {
  const { controller } = stage;
  return {
    camera: { isAttached: server.isAttached(camera), exposed: camera.stream.exposedCount(), dropped: camera.stream.droppedCount(), commands: camera.commandCount() },
    stage: {
      isAttached: server.isAttached(stage),
      motorsUm: Object.fromEntries(Object.entries(controller.model.axes).map(([name, axis]) => [name, axis.motor()])),
      isMoving: controller.isMoving(),
      baudRate: stage.lineCoding().baudRate, ...stage.modemLines(), opens: stage.openCount(), breaks: stage.breakCount(), heard: controller.heard.length,
    },
  };
}
