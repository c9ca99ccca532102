import type * as z from "zod";
import type { Clock } from "../../../../core/clock.ts";
import type { DeviceIdentity, DeviceKind } from "../../../../shared/domain/devices.ts";
import type { Device } from "../../api/device.ts";
import type { PortGuard } from "../../guard/port-guard.ts";
import type { LineSettings, Port } from "../../transports/byte-stream.ts";
import type { ConversationRules } from "../../transports/conversation-rules.ts";
import type { Exchange } from "../../transports/exchange.ts";
import { ControllerLink } from "./controller-link.ts";
import type { SerialFocus } from "./serial-focus.ts";
import type { SerialLight } from "./serial-light.ts";
import type { SerialTurret } from "./serial-turret.ts";
import type { SerialXyStage } from "./serial-xy-stage.ts";

/** What sits on one port: the devices a configuration names, sharing one line. */
export interface SerialController {
  readonly link: ControllerLink;
  readonly stage?: SerialXyStage;
  readonly focus?: SerialFocus;
  readonly lights: readonly SerialLight[];
  readonly turret?: SerialTurret;
  /** All of the above. */
  readonly devices: readonly Device[];
  /** Makes everything safe and closes the port. */
  dispose(): Promise<void>;
}

/** What a driver is made with. */
export interface ControllerPlace {
  readonly port: Port;
  readonly clock: Clock;
  /** Start of the devices' ids, the same at every start: "prior-1" gives "prior-1-stage". */
  readonly id: string;
  /** From the controller, or "" where it does not tell one. */
  readonly serial?: string;
  /** Where the controller was set to another speed than the family's first. */
  readonly line?: LineSettings;
  /** Leaves its devices safe when this process ends without doing so. */
  readonly guard?: PortGuard;
}

/** How a family is told from the others without moving anything. */
export interface FamilyProbe {
  /** Line settings it comes with, likeliest first. */
  readonly lines: readonly LineSettings[];
  readonly rules: ConversationRules;
  /** Its power-up time when opening the port resets it, ms. */
  readonly wakeMs?: number;
  /**
   * Questions only: nothing in it may move or light anything on any family (tests/lab asks all of all). Its value says
   * what answered; an answer that does not fit throws.
   */
  readonly identify: Exchange<FoundController>;
}

/** What answered a probe. */
export interface FoundController {
  readonly model: string;
  readonly version?: string;
  readonly serial?: string;
  /** Options of the family that the answer tells already: the channels of a light engine. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** A serial family as the registry and the wizard know it. */
export interface SerialFamily<Options> {
  /** "prior-proscan": also the name of its page in docs/devices. */
  readonly id: string;
  readonly vendor: string;
  readonly title: string;
  readonly probe: FamilyProbe;
  /** What a person sets, with defaults: a configuration's options are parsed by it before `create` gets them. */
  readonly optionsSchema: z.ZodType<Options>;
  create(place: ControllerPlace, options: Options): SerialController;
}

/** Identity of one device of a controller. */
export function identityOf(place: ControllerPlace, kind: DeviceKind, part: string, vendor: string, model: string): DeviceIdentity {
  return { id: `${place.id}-${part}`, kind, vendor, model, serial: place.serial ?? "" };
}

/** The link of a controller: the family's first line settings, unless the place names others. `halt`: see LinkSpec. */
export function openLinkOf(family: { readonly id: string; readonly probe: FamilyProbe }, place: ControllerPlace, greet: (ask: ControllerLink["ask"]) => Promise<void>, pulse: Exchange<unknown>, halt?: string): ControllerLink {
  const { probe } = family;
  const line = place.line ?? probe.lines[0];
  if (line === undefined) throw new Error(`${family.id} names no line settings`);
  const { rules, wakeMs } = probe;
  const spec = { name: place.id, port: place.port, line, rules, greet, pulse, ...(wakeMs === undefined ? {} : { wakeMs }), ...(halt === undefined ? {} : { halt }), ...(place.guard === undefined ? {} : { guard: place.guard }) };
  return new ControllerLink(spec, place.clock);
}

/** Puts the parts of a controller together; absent ones are left out. */
export function controllerOf(link: ControllerLink, parts: { stage?: SerialXyStage | undefined; focus?: SerialFocus | undefined; lights?: readonly SerialLight[]; turret?: SerialTurret | undefined }): SerialController {
  const { stage, focus, lights = [], turret } = parts;
  const devices: Device[] = [stage, focus, turret, ...lights].filter((device) => device !== undefined);
  return {
    link, lights, devices,
    ...(stage === undefined ? {} : { stage }),
    ...(focus === undefined ? {} : { focus }),
    ...(turret === undefined ? {} : { turret }),
    async dispose() {
      for (const device of devices) await device.dispose();
    },
  };
}
