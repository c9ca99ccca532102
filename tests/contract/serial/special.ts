import { createManualClock } from "../../../src/core/testing/manual-clock.ts";
import type { Device } from "../../../src/engine/devices/api/device.ts";
import type { SerialController } from "../../../src/engine/devices/drivers/kit/serial-controller.ts";
import type { Port } from "../../../src/engine/devices/transports/byte-stream.ts";
import type { Clock } from "../../../src/core/clock.ts";
import { LabController, type LabModel } from "../../lab/serial/lab-controller.ts";
import type { Subject } from "../contract.ts";

/** A driver against a model in this process, for what is special in one family. */
export interface Special extends Subject<Device> {
  readonly lab: LabController;
  readonly controller: SerialController;
  /** Lights of the model that are lit, with their levels. */
  lit(): Readonly<Record<string, number>>;
}

/** `model` and `drive` get the same clock. */
export function special(model: (clock: Clock) => LabModel, drive: (port: Port, clock: Clock) => SerialController): Special {
  const clock = createManualClock();
  const lab = new LabController(model(clock), clock);
  const controller = drive(lab.port, clock);
  const [device] = controller.devices;
  if (device === undefined) throw new Error("The driver made no device.");
  return {
    lab, controller, device, nowMs: clock.nowMs, advance: clock.advance, pendingCount: clock.pendingCount,
    lit: () => Object.fromEntries(Object.entries(lab.model.lights).map(([name, level]) => [name, Math.round(level())] as const).filter(([, level]) => level > 0)),
    dispose: () => controller.dispose(),
  };
}
