import { type AxesPort, type AxesSettings, turnedPort } from "./axes-port.ts";
import type { FocusOptions, StageOptions, TurretOptions } from "./axis-options.ts";
import { OcularError } from "../../../../shared/errors.ts";
import { um } from "../../../../shared/units.ts";
import type { ControllerLink } from "./controller-link.ts";
import { type ControllerPlace, identityOf } from "./serial-controller.ts";
import { SerialFocus } from "./serial-focus.ts";
import { SerialTurret, type TurretPort } from "./serial-turret.ts";
import { SerialXyStage } from "./serial-xy-stage.ts";

/** What stage and focus of one controller have in common. */
export interface AxesMaker {
  readonly place: ControllerPlace;
  readonly link: ControllerLink;
  readonly vendor: string;
  /** "ProScan": the parts are called "ProScan stage" and "ProScan focus". */
  readonly model: string;
  /** What the family knows better than a person: how often it may be asked. */
  readonly tuning?: Pick<AxesSettings, "pollMs" | "stallMs">;
}

/** The stage a person has configured; undefined where there is none. The port's axes are x and y. */
export function makeStage({ place, link, vendor, model, tuning }: AxesMaker, port: AxesPort, options: StageOptions | undefined): SerialXyStage | undefined {
  if (options === undefined) return undefined;
  const { x, y } = options.isReversed;
  return new SerialXyStage(identityOf(place, "xyStage", "stage", vendor, `${model} stage`), link, turnedPort(port, [x, y]), { ...options, ...tuning }, options.limitsUm);
}

/** The focus drive a person has configured; undefined where there is none. The port's axis is z. */
export function makeFocus({ place, link, vendor, model, tuning }: AxesMaker, port: AxesPort, options: FocusOptions | undefined): SerialFocus | undefined {
  if (options === undefined) return undefined;
  return new SerialFocus(identityOf(place, "focusDrive", "focus", vendor, `${model} focus`), link, turnedPort(port, [options.isReversed]), { ...options, ...tuning }, options.limitsUm);
}

/** The nosepiece a person has configured; undefined where there is none. */
export function makeTurret({ place, link, vendor, model }: AxesMaker, port: TurretPort, options: TurretOptions | undefined, focus: SerialFocus | undefined): SerialTurret | undefined {
  if (options === undefined) return undefined;
  const { objectives, retractFocusToUm } = options;
  const identity = identityOf(place, "objectiveTurret", "turret", vendor, `${model} nosepiece`);
  if (retractFocusToUm === undefined) return new SerialTurret(identity, link, port, objectives);
  return new SerialTurret(identity, link, port, objectives, async (signal) => {
    if (focus === undefined) throw new OcularError({ tag: "InvalidInput", what: `options of ${place.id}`, reason: "retractFocusToUm needs a focus on the same controller" });
    await focus.moveTo(um(retractFocusToUm), { signal });
  });
}
