import { arduino, ArduinoOptions } from "../../../src/engine/devices/drivers/arduino/driver.ts";
import { asi, AsiOptions } from "../../../src/engine/devices/drivers/asi/driver.ts";
import { coolled, CoolledOptions } from "../../../src/engine/devices/drivers/coolled/driver.ts";
import { FocusOptions, StageOptions } from "../../../src/engine/devices/drivers/kit/axis-options.ts";
import { grbl, GrblOptions } from "../../../src/engine/devices/drivers/grbl/driver.ts";
import { ludl, LudlOptions } from "../../../src/engine/devices/drivers/ludl/driver.ts";
import { lumencor, LumencorOptions } from "../../../src/engine/devices/drivers/lumencor/driver.ts";
import { marlin, MarlinOptions } from "../../../src/engine/devices/drivers/marlin/driver.ts";
import { proscan, ProscanOptions } from "../../../src/engine/devices/drivers/prior-proscan/driver.ts";
import { sangaboard, SangaboardOptions } from "../../../src/engine/devices/drivers/sangaboard/driver.ts";
import { tango, TangoOptions } from "../../../src/engine/devices/drivers/tango/driver.ts";
import { zaber, ZaberOptions } from "../../../src/engine/devices/drivers/zaber/driver.ts";
import { createArduinoModel } from "./families/arduino.ts";
import { createAsiModel } from "./families/asi.ts";
import { createCoolledModel } from "./families/coolled.ts";
import { createGrblModel } from "./families/grbl.ts";
import { createLudlModel } from "./families/ludl.ts";
import { createLumencorModel } from "./families/lumencor.ts";
import { createMarlinModel } from "./families/marlin.ts";
import { createProscanModel } from "./families/prior-proscan.ts";
import { createSangaboardModel, SANGABOARD_STEP_UM } from "./families/sangaboard.ts";
import { createTangoModel } from "./families/tango.ts";
import { createZaberModel } from "./families/zaber.ts";
import type { LabFamily } from "./subject.ts";

/** A stage of 4 x 3 mm: contract tests travel its limits, and need not wait for a large one. */
export const LAB_STAGE = StageOptions.parse({ limitsUm: { x: { min: -2000, max: 2000 }, y: { min: -1500, max: 1500 } } });
export const LAB_FOCUS = FocusOptions.parse({ limitsUm: { min: -400, max: 400 } });

export const LAB_LENSES = [10, 20, 40].map((magnification) => ({ id: `${magnification}x`, name: `${magnification}x`, magnification, numericalAperture: 0.5, immersion: "air" as const }));

/** Every family of the lab, by its id. */
export const LAB_FAMILIES: Readonly<Record<string, LabFamily>> = {
  "prior-proscan": {
    id: "prior-proscan",
    model: (clock) => createProscanModel(clock),
    drive: (port, clock) => proscan.create({ port, clock, id: "prior" }, ProscanOptions.parse({ stage: LAB_STAGE, focus: LAB_FOCUS, shutters: [1], hasLamp: true })),
  },
  "asi-ms-2000": {
    id: "asi-ms-2000",
    model: (clock) => createAsiModel(clock),
    drive: (port, clock) => asi.create({ port, clock, id: "asi" }, AsiOptions.parse({ stage: LAB_STAGE, focus: LAB_FOCUS, hasLamp: true, turret: { objectives: LAB_LENSES } })),
  },
  "asi-tiger": {
    id: "asi-tiger",
    model: (clock) => createAsiModel(clock, "Tiger"),
    drive: (port, clock) => asi.create({ port, clock, id: "tiger", line: { baudRate: 115_200 } }, AsiOptions.parse({ controller: "Tiger", stage: LAB_STAGE, focus: LAB_FOCUS, hasLamp: true })),
  },
  ludl: {
    id: "ludl",
    model: (clock) => createLudlModel(clock),
    drive: (port, clock) => ludl.create({ port, clock, id: "ludl" }, LudlOptions.parse({ stage: LAB_STAGE, focus: LAB_FOCUS, shutters: [{ device: 1, shutter: 1 }] })),
  },
  tango: {
    id: "tango",
    model: (clock) => createTangoModel(clock),
    drive: (port, clock) => tango.create({ port, clock, id: "tango" }, TangoOptions.parse({ stage: LAB_STAGE, focus: LAB_FOCUS, hasShutter: true, lamps: [0] })),
  },
  zaber: {
    id: "zaber",
    model: (clock) => createZaberModel(clock),
    drive: (port, clock) => zaber.create({ port, clock, id: "zaber" }, ZaberOptions.parse({ stage: LAB_STAGE, focus: LAB_FOCUS, turret: { device: 4, objectives: LAB_LENSES }, lamps: [{ device: 5 }] })),
  },
  grbl: {
    id: "grbl",
    model: (clock) => createGrblModel(clock),
    drive: (port, clock) => grbl.create({ port, clock, id: "grbl" }, GrblOptions.parse({ stage: LAB_STAGE, focus: LAB_FOCUS })),
  },
  marlin: {
    id: "marlin",
    model: (clock) => createMarlinModel(clock),
    drive: (port, clock) => marlin.create({ port, clock, id: "marlin" }, MarlinOptions.parse({ stage: LAB_STAGE, focus: LAB_FOCUS, canHome: true })),
  },
  sangaboard: {
    id: "sangaboard",
    model: (clock) => createSangaboardModel(clock),
    drive: (port, clock) => sangaboard.create({ port, clock, id: "sangaboard" }, SangaboardOptions.parse({ umPerStep: { x: SANGABOARD_STEP_UM, y: SANGABOARD_STEP_UM, z: SANGABOARD_STEP_UM }, stage: LAB_STAGE, focus: LAB_FOCUS, hasLamp: true })),
  },
  coolled: {
    id: "coolled",
    model: () => createCoolledModel(),
    drive: (port, clock) => coolled.create({ port, clock, id: "coolled" }, CoolledOptions.parse({ channels: ["A", "C"] })),
  },
  lumencor: {
    id: "lumencor",
    model: () => createLumencorModel(),
    drive: (port, clock) => lumencor.create({ port, clock, id: "lumencor" }, LumencorOptions.parse({ channels: ["BLUE", "RED"] })),
  },
  arduino: {
    id: "arduino",
    model: () => createArduinoModel(),
    drive: (port, clock) => arduino.create({ port, clock, id: "arduino" }, ArduinoOptions.parse({ lights: [{ pin: 8 }, { pin: 9, dac: 1 }] })),
  },
};
