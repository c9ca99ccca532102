import { isIPv4 } from "node:net";
import type { Clock } from "../../../core/clock.ts";
import { type ConfiguredDevice, DeviceConfiguration, type DevicePart, ROLES } from "../../../shared/domain/device-configuration.ts";
import type { ConfiguredDeviceView, DeviceSetup, Discovery, PartView, ProbeProgress, ProbeResult, Replacement } from "../../../shared/domain/device-setup.ts";
import type { DeviceKind } from "../../../shared/domain/devices.ts";
import { describeError, errorDataOf, OcularError } from "../../../shared/errors.ts";
import { createEmitter } from "../../runtime/emitter.ts";
import type { Illumination } from "../api/illumination.ts";
import { leaveSafe } from "../api/leave-safe.ts";
import { HandTurret } from "../drivers/hand/hand-turret.ts";
import type { SeatedMicroscope } from "../seats/seated-microscope.ts";
import type { SerialHost } from "../transports/serial-host.ts";
import type { ConfigurationStore } from "./configuration/configuration-store.ts";
import { wordsOfIssues } from "./configuration/parse-options.ts";
import type { OpenedDevice } from "./device-provider.ts";
import { DeviceRack, type RackedDevice } from "./device-rack.ts";
import { describePart } from "./part-words.ts";
import { probeAddress } from "./probe-address.ts";
import { probeSerialPort } from "./probe-port.ts";
import type { DeviceRegistry } from "./registry.ts";
import { LightTeller } from "./light-teller.ts";
import { changesCamera, describeRole, leavingSeats, requireFitting, seatAll, type Seating, type SpareMicroscope, whyMissing } from "./role-seating.ts";

/** What the desk works with. */
export interface DeviceDeskParts {
  readonly registry: DeviceRegistry;
  /** The serial ports, for probing. */
  readonly host: SerialHost;
  readonly microscope: SeatedMicroscope;
  readonly clock: Clock;
  /** Undefined where nothing is kept for a next start: the command line. */
  readonly store?: ConfigurationStore;
  /** What is in the seats already, with its drivers. */
  readonly initial: { readonly configuration: DeviceConfiguration; readonly source: DeviceSetup["source"]; readonly opened?: OpenedDevice };
  /** What serves when nothing is set up. */
  readonly fallback: DeviceConfiguration;
  /** A virtual microscope to stand in for what is missing; made when it is first needed. */
  readonly makeSpare: () => SpareMicroscope;
  /** Runs a change while nothing moves; refuses while a session is open. */
  readonly change: <T>(what: string, touches: { readonly camera: boolean }, work: () => Promise<T>) => Promise<T>;
  /** Why nothing can be changed now, in one sentence. */
  readonly lockedBy: () => string | undefined;
  readonly say: (tone: "notice" | "warning" | "error", text: string) => void;
}

/** Finding devices, setting them up, and living with them: what they are, who sits where, what is missing. */
export class DeviceDesk {
  readonly #parts: DeviceDeskParts;
  readonly #rack: DeviceRack;
  readonly #lights: LightTeller;
  readonly #changes = createEmitter<DeviceSetup>();
  /** Every change of what `setup` says. */
  readonly onDidChange = this.#changes.on;
  #configuration: DeviceConfiguration;
  #source: DeviceSetup["source"];
  #problem: string | undefined;
  readonly #replaced = new Map<DeviceKind, Replacement>();
  #hand: HandTurret | undefined;
  #spare: SpareMicroscope | undefined;
  #probing: AbortController | undefined;
  #wasBack = new Set<DeviceKind>();
  #tail: Promise<unknown> = Promise.resolve();

  constructor(parts: DeviceDeskParts) {
    this.#parts = parts;
    this.#configuration = parts.initial.configuration;
    this.#source = parts.initial.source;
    this.#rack = new DeviceRack(parts.registry, parts.clock);
    this.#lights = new LightTeller(parts.clock, (text) => { parts.say("notice", text); });
    const [first] = parts.initial.configuration.devices;
    if (first !== undefined && parts.initial.opened !== undefined) this.#rack.adopt(first, parts.initial.opened);
    this.#rack.onDidChange(() => this.#tell());
    parts.microscope.setHolder(() => [...this.#rack.list().map(({ opened }) => opened), this.#spare].flatMap((opened) => opened?.parts ?? []).map(({ device }) => device));
  }

  get registry(): DeviceRegistry {
    return this.#parts.registry;
  }

  /** The rack's device of that key. @throws OcularError UnsupportedValue */
  racked(key: string): RackedDevice {
    const racked = this.#rack.get(key);
    if (racked === undefined) throw new OcularError({ tag: "UnsupportedValue", what: "Device", value: key, allowed: this.#rack.list().map(({ device }) => device.key) });
    return racked;
  }

  /** Everything found, and what of it is configured. Opens nothing. */
  async discover(): Promise<Discovery> {
    return this.#parts.registry.discover(this.#configuration.devices);
  }

  /** Every device of the configuration. */
  list(): readonly RackedDevice[] {
    return this.#rack.list();
  }

  configuration(): DeviceConfiguration {
    return this.#configuration;
  }

  setup(): DeviceSetup {
    const locked = this.#parts.lockedBy();
    const seating = this.#seating();
    return {
      source: this.#source, name: this.#configuration.name,
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
      devices: this.#rack.list().map((racked) => this.#describe(racked)),
      roles: ROLES.map((role) => describeRole(role, this.#parts.microscope.seats, seating)),
      objectives: this.#configuration.objectives,
      ...(locked === undefined ? {} : { locked }),
    };
  }

  /** Something outside has changed that `setup` tells: a session began or ended. */
  touch(): void {
    this.#tell();
  }

  /** What could not be read at the start: told, and everything goes on without it. */
  reportProblem(problem: string): void {
    this.#problem = problem;
    this.#parts.say("error", problem);
    this.#tell();
  }

  /**
   * Takes a configuration into use that comes from a file or from the store; what is missing is told, one line each. Nothing is kept.
   * @throws OcularError InvalidInput
   */
  async load(configuration: DeviceConfiguration, source: DeviceSetup["source"]): Promise<void> {
    await this.#inTurn(() => this.#use(configuration, source));
    // Stage and focus of one controller are missing together: that is one line.
    const reasons = ROLES.flatMap((role) => {
      const part = this.#configuration.roles[role];
      return part === undefined ? [] : [whyMissing(role, part, this.#rack.list())];
    });
    for (const why of new Set(reasons)) if (why !== undefined) this.#parts.say("warning", why);
  }

  /** Takes a whole configuration into use and keeps it. @throws OcularError InvalidInput, WrongState, DiskUnwritable */
  async apply(configuration: unknown): Promise<DeviceSetup> {
    const parsed = DeviceConfiguration.safeParse(configuration);
    if (!parsed.success) throw new OcularError({ tag: "InvalidInput", what: "The device configuration", reason: wordsOfIssues(parsed.error) });
    return this.#inTurn(() => this.#keep(parsed.data));
  }

  /** Adds one device; see the contract's `devices.add`. */
  async add(device: ConfiguredDevice, roles: readonly DeviceKind[] | undefined): Promise<DeviceSetup> {
    return this.#inTurn(async () => {
      const own = this.#ownConfiguration();
      if (own.devices.some(({ key }) => key === device.key)) throw new OcularError({ tag: "InvalidInput", what: `The key "${device.key}"`, reason: "another device has it" });
      // Which parts there are only the drivers know; what is wrong with the options is said here.
      const opened = await this.#parts.registry.open(device);
      const kinds = new Map(opened.parts.map((part) => [part.device.identity.kind, part.part]).toReversed() as [DeviceKind, string][]);
      await opened.dispose();
      const isFree = (role: DeviceKind): boolean => own.devices.find(({ key }) => key === own.roles[role]?.device)?.family === "virtual" || own.roles[role] === undefined;
      const given = (roles ?? [...kinds.keys()].filter(isFree)).map((role) => {
        const part = kinds.get(role);
        if (part === undefined) throw new OcularError({ tag: "UnsupportedValue", what: `Role of ${device.name}`, value: role, allowed: [...kinds.keys()] });
        return [role, { device: device.key, part }] as const;
      });
      return this.#keep({ ...own, devices: [...own.devices, device], roles: { ...own.roles, ...Object.fromEntries(given) } });
    });
  }

  async remove(key: string): Promise<DeviceSetup> {
    return this.#inTurn(async () => {
      this.racked(key);
      const own = this.#ownConfiguration();
      const roles = Object.fromEntries(Object.entries(own.roles).filter(([, part]) => part?.device !== key));
      return this.#keep({ ...own, devices: own.devices.filter((device) => device.key !== key), roles });
    });
  }

  async assign(role: DeviceKind, to: DevicePart | undefined): Promise<DeviceSetup> {
    return this.#inTurn(async () => {
      const own = this.#ownConfiguration();
      const { [role]: _before, ...others } = own.roles;
      if (to !== undefined) requireFitting(role, { kind: "part", part: to, title: "" }, this.#seating());
      return this.#keep({ ...own, roles: to === undefined ? others : { ...others, [role]: to } });
    });
  }

  /** Somebody else sits in a role until the app ends or `configured` takes it back. */
  async replace(role: DeviceKind, by: Replacement): Promise<DeviceSetup> {
    return this.#inTurn(async () => {
      requireFitting(role, by, this.#seating());
      if (by.kind === "virtual") this.#spare ??= this.#parts.makeSpare();
      const replaced = new Map(this.#replaced);
      if (by.kind === "configured") replaced.delete(role);
      else replaced.set(role, by);
      await this.#reseat("Replacing a device", { ...this.#seating(), replaced }, async () => {
        if (by.kind === "configured") this.#replaced.delete(role);
        else this.#replaced.set(role, by);
      });
      return this.setup();
    });
  }

  /**
   * Sets a light of a configured device, in the role or not, also while a session is open: its devices stay the same. What a light without
   * the role is set to is told, for frames say nothing of it. Resolves with the true level, %.
   * @throws OcularError UnsupportedValue, OutOfRange, DeviceDisconnected, DeviceTimeout, Canceled
   */
  async setLight(key: string, part: string, percent: number): Promise<number> {
    const racked = this.racked(key);
    const lights = (racked.opened?.parts ?? []).filter(({ device }) => device.identity.kind === "illumination");
    const light = lights.find((each) => each.part === part)?.device as Illumination | undefined;
    if (light === undefined) throw new OcularError({ tag: "UnsupportedValue", what: `Light of ${racked.device.name}`, value: part, allowed: lights.map((each) => each.part) });
    const level = await light.setLevel(percent);
    if (this.#parts.microscope.seats.illumination.sitting() !== light) this.#lights.changed(light, `${racked.device.name}, ${part}`);
    return level;
  }

  async reconnect(key: string): Promise<DeviceSetup> {
    this.racked(key);
    await this.#rack.takeUp(key);
    return this.setup();
  }

  /** Back to what serves when nothing is set up. */
  async forget(): Promise<DeviceSetup> {
    return this.#inTurn(async () => {
      await this.#use(this.#parts.fallback, { kind: "default" });
      await this.#parts.store?.remove();
      return this.setup();
    });
  }

  /**
   * Who sits on a serial port, or at an IPv4 address. Undefined when nobody answered, or it was canceled.
   * @throws OcularError WrongState, PortUnavailable; InvalidInput for an address whose device cannot be added
   */
  async probe(port: string, onProgress: (progress: ProbeProgress) => void): Promise<ProbeResult | undefined> {
    if (this.#probing !== undefined) throw new OcularError({ tag: "WrongState", what: "Probing", state: "another port is being probed", allowedIn: ["the end of that"] });
    const holder = this.#rack.list().find((racked) => racked.address() === port && racked.opened?.parts.some(({ device }) => device.status().state === "ready"));
    if (holder !== undefined) throw new OcularError({ tag: "WrongState", what: `Probing ${port}`, state: `${holder.device.name} is in use there`, allowedIn: ["a port that is not in use"] });
    const own = new AbortController();
    this.#probing = own;
    try {
      const { host, clock, registry } = this.#parts;
      if (isIPv4(port)) return await probeAddress(port, registry, this.#configuration.devices);
      return await probeSerialPort(port, { host, clock, registry, configured: this.#configuration.devices, signal: own.signal, onProgress });
    } finally {
      this.#probing = undefined;
    }
  }

  cancelProbe(): void {
    this.#probing?.abort();
  }

  /** Opens a device that is not configured, says what it is, and closes it. @throws OcularError of opening and connecting */
  async test(device: ConfiguredDevice): Promise<PartView[]> {
    const opened = await this.#parts.registry.open(device);
    try {
      const tried = await Promise.allSettled(opened.parts.map((part) => part.device.connect()));
      // One controller, one cable: when no part answers, the first says why.
      const failed = tried.find((each): each is PromiseRejectedResult => each.status === "rejected");
      if (failed !== undefined && tried.every(({ status }) => status === "rejected")) throw failed.reason;
      return opened.parts.map((part) => describePart(part, true));
    } finally {
      await opened.dispose();
    }
  }

  async dispose(): Promise<void> {
    this.#probing?.abort();
    this.#lights.dispose();
    await this.#tail.catch(() => "told to whoever asked for the change");
    await this.#rack.dispose();
    await this.#hand?.dispose();
    await this.#spare?.dispose();
    this.#changes.clear();
  }

  #seating(): Seating {
    return { configuration: this.#configuration, racked: this.#rack.list(), replaced: this.#replaced, hand: this.#hand, spare: this.#spare };
  }

  /** What is set up, under a name of its own once it is no longer the fallback. */
  #ownConfiguration(): DeviceConfiguration {
    return this.#source.kind === "default" ? { ...this.#configuration, name: "My microscope" } : this.#configuration;
  }

  async #keep(configuration: DeviceConfiguration): Promise<DeviceSetup> {
    const { store } = this.#parts;
    await this.#use(configuration, store === undefined ? this.#source : { kind: "stored", path: store.path });
    await store?.write(configuration);
    return this.setup();
  }

  /** Drivers, seats, connections: in this order, so that nobody sits on a device that is gone. */
  async #use(configuration: DeviceConfiguration, source: DeviceSetup["source"]): Promise<void> {
    const { microscope, clock } = this.#parts;
    const rackChange = await this.#rack.prepare(configuration.devices);
    const { objectives } = configuration;
    const hand = objectives.length === 0 ? undefined : new HandTurret(objectives, clock);
    try {
      await this.#reseat("Changing devices", { configuration, racked: rackChange.devices, replaced: new Map(), hand, spare: this.#spare }, async () => {
        await this.#hand?.dispose();
        this.#hand = hand;
        this.#configuration = configuration;
        this.#source = source;
        this.#problem = undefined;
        this.#replaced.clear();
        microscope.setName(configuration.name);
        microscope.setPixelSizes((id) => objectives.find((lens) => lens.id === id)?.pixelSizeUm);
        await rackChange.commit();
        await this.#rack.takeUpAll();
      });
    } catch (error) {
      if (this.#configuration !== configuration) await rackChange.giveUp();
      throw error;
    }
  }

  async #reseat(what: string, next: Seating, commit: () => Promise<void>): Promise<void> {
    const { change, microscope } = this.#parts;
    await change(what, { camera: changesCamera(microscope.seats, next) }, async () => {
      // One that does not obey is told and leaves all the same: that may be why it is replaced.
      for (const { error } of await leaveSafe(leavingSeats(microscope.seats, next))) this.#parts.say("error", describeError(errorDataOf(error, "Leaving a device safe")));
      seatAll(microscope.seats, next);
      await commit();
      // What was not in the rack is connected here: the spare, the nosepiece turned by hand.
      const standIns: readonly unknown[] = [this.#hand, ...(this.#spare?.parts ?? []).map(({ device }) => device)];
      const seats = ROLES.map((role) => microscope.seats[role]).filter((seat) => seat.sitting() !== undefined && standIns.includes(seat.sitting()));
      const tried = await Promise.allSettled(seats.map((seat) => seat.connect()));
      for (const each of tried) if (each.status === "rejected") this.#parts.say("error", describeError(errorDataOf(each.reason, "Connecting")));
    });
    this.#tell();
  }

  /** One change after the other. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work, work);
    this.#tail = result.catch(() => "told to whoever asked for the change");
    return result;
  }

  #describe(racked: RackedDevice): ConfiguredDeviceView {
    const { device, opened, problem } = racked;
    const { seats } = this.#parts.microscope;
    const parts = (opened?.parts ?? []).map((part) => ({ ...describePart(part, false), ...(seats[part.device.identity.kind].sitting() === part.device ? { role: part.device.identity.kind } : {}) }));
    const has = (state: PartView["state"]): boolean => parts.some((part) => part.state === state);
    const state = problem !== undefined ? "unusable" : has("faulted") ? "faulted" : has("connecting") ? "connecting" : has("absent") ? "missing" : "ready";
    const address = racked.address();
    const worst = parts.find((part) => part.state === "faulted" || part.state === "absent");
    const reason = problem ?? (worst === undefined ? undefined : whyMissing(worst.kind, { device: device.key, part: worst.part }, [racked]));
    return {
      device, state, parts, familyTitle: this.#parts.registry.family(device.family)?.title ?? device.family,
      ...(reason === undefined ? {} : { reason }), ...(address === undefined ? {} : { address }),
      hasConsole: true, hasFeatures: opened?.genicam?.nodeMap() !== undefined,
    };
  }

  #tell(): void {
    const setup = this.setup();
    for (const { role, isBack, configured } of setup.roles) {
      if (isBack && !this.#wasBack.has(role)) this.#parts.say("notice", `${setup.devices.find(({ device }) => device.key === configured?.device)?.device.name ?? role} is back: take it up again under Devices.`);
      if (isBack) this.#wasBack.add(role);
      else this.#wasBack.delete(role);
    }
    this.#changes.emit(setup);
  }
}
