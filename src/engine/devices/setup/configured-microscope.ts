import type { Clock } from "../../../core/clock.ts";
import { type ConfiguredObjective, type DeviceConfiguration, frameScaleOf, ROLES } from "../../../shared/domain/device-configuration.ts";
import type { DeviceSetup, Replacement } from "../../../shared/domain/device-setup.ts";
import type { DeviceKind } from "../../../shared/domain/devices.ts";
import { describeError, errorDataOf } from "../../../shared/errors.ts";
import { createEmitter } from "../../runtime/emitter.ts";
import { leaveSafe } from "../api/leave-safe.ts";
import { HandTurret } from "../drivers/hand/hand-turret.ts";
import type { SeatedMicroscope } from "../seats/seated-microscope.ts";
import type { OpenedDevice } from "./device-provider.ts";
import { DeviceRack } from "./device-rack.ts";
import type { DeviceRegistry } from "./registry.ts";
import { changesCamera, leavingSeats, requireFitting, seatAll, type Seating, type SpareMicroscope } from "./role-seating.ts";

/** What a configured microscope works with. */
export interface ConfiguredMicroscopeParts {
  readonly registry: DeviceRegistry;
  readonly microscope: SeatedMicroscope;
  readonly clock: Clock;
  /** What is in the seats already, with its drivers. */
  readonly initial: { readonly configuration: DeviceConfiguration; readonly source: DeviceSetup["source"]; readonly opened?: OpenedDevice };
  /** A virtual microscope to stand in for what is missing; made when it is first needed. */
  readonly makeSpare: () => SpareMicroscope;
  /** Runs a change while nothing moves; refuses while a session is open. */
  readonly change: <T>(what: string, touches: { readonly camera: boolean }, work: () => Promise<T>) => Promise<T>;
  readonly say: (tone: "notice" | "warning" | "error", text: string) => void;
}

/**
 * The configuration in use with its drivers, who stands in for whom, and the way from one to the next: drivers, seats, connections, in
 * this order, so that nobody sits on a device that is gone. One change at a time is its caller's to see to.
 */
export class ConfiguredMicroscope {
  readonly rack: DeviceRack;
  readonly #parts: ConfiguredMicroscopeParts;
  readonly #changes = createEmitter<undefined>();
  /** Who sits where, or what a device is like. */
  readonly onDidChange = this.#changes.on;
  #configuration: DeviceConfiguration;
  #source: DeviceSetup["source"];
  /** Until the app ends or the configured one is taken back. */
  readonly #replaced = new Map<DeviceKind, Replacement>();
  #hand: HandTurret | undefined;
  #spare: SpareMicroscope | undefined;
  /** Lens and view of which was told that they have no scale. */
  #toldOfView: string | undefined;

  constructor(parts: ConfiguredMicroscopeParts) {
    const { registry, clock, initial, microscope } = parts;
    this.#parts = parts;
    this.#configuration = initial.configuration;
    this.#source = initial.source;
    this.rack = new DeviceRack(registry, clock);
    const [first] = initial.configuration.devices;
    if (first !== undefined && initial.opened !== undefined) this.rack.adopt(first, initial.opened);
    this.rack.onDidChange(() => this.#changes.emit(undefined));
    microscope.setHolder(() => [...this.rack.list().map(({ opened }) => opened), this.#spare].flatMap((opened) => opened?.parts ?? []).map(({ device }) => device));
  }

  configuration(): DeviceConfiguration {
    return this.#configuration;
  }

  source(): DeviceSetup["source"] {
    return this.#source;
  }

  seating(): Seating {
    return { configuration: this.#configuration, racked: this.rack.list(), replaced: this.#replaced, hand: this.#hand, spare: this.#spare };
  }

  /** Takes a whole configuration into use. @throws OcularError WrongState; then everything is as it was */
  async use(configuration: DeviceConfiguration, source: DeviceSetup["source"]): Promise<void> {
    const { microscope, clock } = this.#parts;
    const rackChange = await this.rack.prepare(configuration.devices);
    const { objectives } = configuration;
    const hand = objectives.length === 0 ? undefined : new HandTurret(objectives, clock);
    try {
      await this.#reseat("Changing devices", { configuration, racked: rackChange.devices, replaced: new Map(), hand, spare: this.#spare }, async () => {
        await this.#hand?.dispose();
        this.#hand = hand;
        this.#configuration = configuration;
        this.#source = source;
        this.#replaced.clear();
        microscope.setName(configuration.name);
        microscope.setScales((id) => {
          const lens = objectives.find((each) => each.id === id);
          return lens === undefined ? undefined : frameScaleOf({ ...lens, pixelSizeUm: this.#pixelSizeOf(lens) });
        });
        await rackChange.commit();
        await this.rack.takeUpAll();
      });
    } catch (error) {
      if (this.#configuration !== configuration) await rackChange.giveUp();
      throw error;
    }
  }

  /** Somebody else sits in a role until the app ends or `configured` takes it back. @throws OcularError InvalidInput, UnsupportedValue, WrongState */
  async replace(role: DeviceKind, by: Replacement): Promise<void> {
    requireFitting(role, by, this.seating());
    if (by.kind === "virtual") this.#spare ??= this.#parts.makeSpare();
    const replaced = new Map(this.#replaced);
    if (by.kind === "configured") replaced.delete(role);
    else replaced.set(role, by);
    await this.#reseat("Replacing a device", { ...this.seating(), replaced }, async () => {
      if (by.kind === "configured") this.#replaced.delete(role);
      else this.#replaced.set(role, by);
    });
  }

  /** That of the lens while the camera makes the pictures for which it was stated; told once for each other way it makes them. */
  #pixelSizeOf(lens: ConfiguredObjective): number | undefined {
    if (lens.pixelSizeUm === undefined) return undefined;
    const view = this.#parts.microscope.camera.view?.();
    const { pixelSizeView: stated } = lens;
    const key = view === stated ? undefined : JSON.stringify([lens.id, view]);
    if (key !== undefined && key !== this.#toldOfView) {
      this.#parts.say("warning", `Pictures have no scale now: the pixel size of ${lens.name} was stated for ${viewInWords(stated)}, and the camera is set to ${viewInWords(view)}. Set it back, or state the pixel size anew under Devices.`);
    }
    this.#toldOfView = key;
    return key === undefined ? lens.pixelSizeUm : undefined;
  }

  async dispose(): Promise<void> {
    await this.rack.dispose();
    await this.#hand?.dispose();
    await this.#spare?.dispose();
    this.#changes.clear();
  }

  async #reseat(what: string, next: Seating, commit: () => Promise<void>): Promise<void> {
    const { change, microscope, say } = this.#parts;
    await change(what, { camera: changesCamera(microscope.seats, next) }, async () => {
      // One that does not obey is told and leaves all the same: that may be why it is replaced.
      for (const { error } of await leaveSafe(leavingSeats(microscope.seats, next))) say("error", describeError(errorDataOf(error, "Leaving a device safe")));
      seatAll(microscope.seats, next);
      await commit();
      // What was not in the rack is connected here: the spare, the nosepiece turned by hand.
      const standIns: readonly unknown[] = [this.#hand, ...(this.#spare?.parts ?? []).map(({ device }) => device)];
      const seats = ROLES.map((role) => microscope.seats[role]).filter((seat) => seat.sitting() !== undefined && standIns.includes(seat.sitting()));
      const tried = await Promise.allSettled(seats.map((seat) => seat.connect()));
      for (const each of tried) if (each.status === "rejected") say("error", describeError(errorDataOf(each.reason, "Connecting")));
    });
    this.#changes.emit(undefined);
  }
}

function viewInWords(view: string | undefined): string {
  return view ?? "the size at which the camera is opened, without zoom";
}
