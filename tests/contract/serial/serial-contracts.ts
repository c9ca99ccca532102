import type { Device } from "../../../src/engine/devices/api/device.ts";
import type { SerialController } from "../../../src/engine/devices/drivers/kit/serial-controller.ts";
import { createManualClock } from "../../../src/core/testing/manual-clock.ts";
import { inProcess, type LabFamily, SERIAL_FAULTS } from "../../lab/serial/subject.ts";
import type { SubjectFactory } from "../contract.ts";
import { illuminationContract, objectiveTurretContract } from "../light-and-turret-contract.ts";
import { focusDriveContract, xyStageContract } from "../stage-contract.ts";

/** How a device of a family is put on a line. */
export type Placing = <D extends Device>(family: LabFamily, choose: (controller: SerialController) => D | undefined) => SubjectFactory<D>;

/**
 * Every contract that a family's devices have to keep, against its virtual controller.
 * @param place the line between the two: in this process, or a pseudo-terminal
 */
export function serialContracts(family: LabFamily | undefined, place: Placing = inProcess, where = "in process"): void {
  if (family === undefined) throw new Error("There is no such family in the lab.");
  const options = { faults: SERIAL_FAULTS };
  const named = (part: string): string => `the ${part} of ${family.id}, ${where},`;
  // Made once and not connected: only to see what it has.
  const clock = createManualClock();
  const parts = family.drive({ path: "nowhere", open: () => Promise.reject(new Error("not to be opened")) }, clock);
  if (parts.stage !== undefined) xyStageContract(named("stage"), place(family, ({ stage }) => stage), options);
  if (parts.focus !== undefined) focusDriveContract(named("focus drive"), place(family, ({ focus }) => focus), options);
  if (parts.turret !== undefined) objectiveTurretContract(named("turret"), place(family, ({ turret }) => turret), options);
  // A shutter is a light of two levels and cannot keep the promise of levels between.
  for (const [index, light] of parts.lights.entries()) {
    if (!light.hasLevels) continue;
    illuminationContract(named(`light ${index + 1}`), place(family, ({ lights }) => lights[index]), options);
  }
}
