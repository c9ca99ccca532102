import { createManualClock } from "../../../src/core/testing/manual-clock.ts";
import type { Device } from "../../../src/engine/devices/api/device.ts";
import type { SerialController } from "../../../src/engine/devices/drivers/kit/serial-controller.ts";
import type { Port } from "../../../src/engine/devices/transports/byte-stream.ts";
import type { Clock } from "../../../src/core/clock.ts";
import type { FaultKind } from "../../../src/shared/domain/devices.ts";
import type { Subject, SubjectFactory } from "../../contract/contract.ts";
import { LabController, type LabModel } from "./lab-controller.ts";

/** A family in the lab: its model, and its driver on a port where the model sits. */
export interface LabFamily {
  readonly id: string;
  model(clock: Clock): LabModel;
  drive(port: Port, clock: Clock): SerialController;
}

/** The faults of the contract that a virtual controller can have. */
export const SERIAL_FAULTS: readonly FaultKind[] = ["stall", "timeout", "disconnect", "reconnect"];

/** One device of a family against its virtual controller, in this process, by a clock that the test turns. */
export function inProcess<D extends Device>(family: LabFamily, choose: (controller: SerialController) => D | undefined): SubjectFactory<D> {
  return async () => {
    const clock = createManualClock();
    const lab = new LabController(family.model(clock), clock);
    const controller = family.drive(lab.port, clock);
    const { device, fail, dispose } = subjectOf(family, lab, controller, choose);
    return {
      device, fail,
      nowMs: clock.nowMs, advance: clock.advance, pendingCount: clock.pendingCount,
      async dispose() {
        await controller.dispose();
        // The last bytes come over the wire.
        await clock.advance(100);
        await dispose();
      },
    };
  };
}

/** What subjects share, whatever the line. */
export function subjectOf<D extends Device>(family: LabFamily, lab: LabController, controller: SerialController, choose: (controller: SerialController) => D | undefined): Required<Pick<Subject<D>, "device" | "fail" | "dispose">> {
  const device = choose(controller);
  if (device === undefined) throw new Error(`${family.id} has no such device: its lab family must make one.`);
  return {
    device,
    fail: (fault) => failAs(lab, fault),
    async dispose() {
      await controller.dispose();
      // A torn cable cannot stop anything; any other end must.
      if (lab.isPlugged && lab.isMoving()) throw new Error(`The motors of the virtual ${family.id} run on after its driver was disposed.`);
    },
  };
}

function failAs(lab: LabController, fault: FaultKind): void {
  switch (fault) {
    case "timeout":
      lab.fail("deaf");
      break;
    case "stall":
      lab.fail("stall");
      break;
    case "disconnect":
      lab.unplug();
      break;
    case "reconnect":
      lab.replug();
      break;
    case "dropFrames":
      throw new Error("A serial controller has no frames to drop.");
  }
}
