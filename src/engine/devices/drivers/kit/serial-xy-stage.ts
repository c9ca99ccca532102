import type { DeviceIdentity, XyLimits } from "../../../../shared/domain/devices.ts";
import { type StagePointUm, um } from "../../../../shared/units.ts";
import type { CallOptions, Unsubscribe } from "../../api/device.ts";
import type { XYStage } from "../../api/xy-stage.ts";
import type { AxesPort, AxesSettings } from "./axes-port.ts";
import type { ControllerLink } from "./controller-link.ts";
import { SerialAxes } from "./serial-axes.ts";

/** A motorised stage on a serial controller; the port's axes are x and y. */
export class SerialXyStage extends SerialAxes implements XYStage {
  readonly #limits: XyLimits;

  constructor(identity: DeviceIdentity, link: ControllerLink, port: AxesPort, settings: Omit<AxesSettings, "limits">, limits: XyLimits) {
    super(identity, link, port, { ...settings, limits: [limits.x, limits.y] }, "stage");
    this.#limits = limits;
  }

  position(): StagePointUm {
    return pointOf(this.motion.position());
  }

  softLimits(): XyLimits {
    return this.#limits;
  }

  async moveTo({ x, y }: StagePointUm, options: CallOptions = {}): Promise<StagePointUm> {
    return pointOf(await this.goTo([x, y], options));
  }

  async moveBy({ x, y }: StagePointUm, options: CallOptions = {}): Promise<StagePointUm> {
    return pointOf(await this.goBy([x, y], options));
  }

  /** One step of a joystick; see SerialAxes. */
  jog({ x, y }: StagePointUm): void {
    this.jogBy([x, y]);
  }

  onDidMove(listener: (positionUm: StagePointUm) => void): Unsubscribe {
    return this.onDidMoveAxes(() => listener(this.position()));
  }
}

function pointOf([x = Number.NaN, y = Number.NaN]: readonly number[]): StagePointUm {
  return { x: um(x), y: um(y) };
}
