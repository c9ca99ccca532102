import type { DeviceIdentity, Range } from "../../../../shared/domain/devices.ts";
import { type Um, um } from "../../../../shared/units.ts";
import type { CallOptions, Unsubscribe } from "../../api/device.ts";
import type { FocusDrive } from "../../api/focus-drive.ts";
import type { AxesPort, AxesSettings } from "./axes-port.ts";
import type { ControllerLink } from "./controller-link.ts";
import { SerialAxes } from "./serial-axes.ts";

/** A focus drive on a serial controller; the port has one axis. */
export class SerialFocus extends SerialAxes implements FocusDrive {
  readonly #limits: Range;

  constructor(identity: DeviceIdentity, link: ControllerLink, port: AxesPort, settings: Omit<AxesSettings, "limits">, limits: Range) {
    super(identity, link, port, { ...settings, limits: [limits] }, "focus");
    this.#limits = limits;
  }

  position(): Um {
    return um(this.motion.position()[0] ?? Number.NaN);
  }

  softLimits(): Range {
    return this.#limits;
  }

  async moveTo(targetUm: Um, options: CallOptions = {}): Promise<Um> {
    return um((await this.goTo([targetUm], options))[0] ?? Number.NaN);
  }

  async moveBy(deltaUm: Um, options: CallOptions = {}): Promise<Um> {
    return um((await this.goBy([deltaUm], options))[0] ?? Number.NaN);
  }

  /** One step of a joystick; see SerialAxes. */
  jog(deltaUm: Um): void {
    this.jogBy([deltaUm]);
  }

  onDidMove(listener: (positionUm: Um) => void): Unsubscribe {
    return this.onDidMoveAxes(() => listener(this.position()));
  }
}
