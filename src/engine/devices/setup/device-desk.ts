import { type ConfiguredDevice, DeviceConfiguration, type DevicePart, ROLES } from "../../../shared/domain/device-configuration.ts";
import type { DeviceSetup, Discovery, PartView, ProbeProgress, ProbeResult, Replacement } from "../../../shared/domain/device-setup.ts";
import type { DeviceKind } from "../../../shared/domain/devices.ts";
import { OcularError } from "../../../shared/errors.ts";
import { createEmitter } from "../../runtime/emitter.ts";
import type { Illumination } from "../api/illumination.ts";
import type { SerialHost } from "../transports/serial-host.ts";
import { requireFreeKey, withDevice, withoutDevice, withRole, withViews } from "./configuration/configuration-edits.ts";
import type { ConfigurationStore } from "./configuration/configuration-store.ts";
import { wordsOfIssues } from "./configuration/parse-options.ts";
import { ConfiguredMicroscope, type ConfiguredMicroscopeParts } from "./configured-microscope.ts";
import { describeSetup } from "./describe-setup.ts";
import { DeviceProber } from "./device-prober.ts";
import type { RackedDevice } from "./device-rack.ts";
import { LightTeller } from "./light-teller.ts";
import type { DeviceRegistry } from "./registry.ts";
import { requireFitting, whyMissing } from "./role-seating.ts";

/** What the desk works with. */
export interface DeviceDeskParts extends ConfiguredMicroscopeParts {
  /** The serial ports, for probing. */
  readonly host: SerialHost;
  /** Undefined where nothing is kept for a next start: the command line. */
  readonly store?: ConfigurationStore;
  /** What serves when nothing is set up. */
  readonly fallback: DeviceConfiguration;
  /** Why nothing can be changed now, in one sentence. */
  readonly lockedBy: () => string | undefined;
}

/** Finding devices, setting them up, and living with them: what the screens and the command line ask of them, one change after the other. */
export class DeviceDesk {
  readonly #parts: DeviceDeskParts;
  readonly #own: ConfiguredMicroscope;
  readonly #prober: DeviceProber;
  readonly #lights: LightTeller;
  readonly #changes = createEmitter<DeviceSetup>();
  /** Every change of what `setup` says. */
  readonly onDidChange = this.#changes.on;
  #problem: string | undefined;
  #wasBack = new Set<DeviceKind>();
  #tail: Promise<unknown> = Promise.resolve();

  constructor(parts: DeviceDeskParts) {
    this.#parts = parts;
    this.#own = new ConfiguredMicroscope(parts);
    this.#own.onDidChange(() => this.#tell());
    this.#prober = new DeviceProber(parts, () => this.list());
    this.#lights = new LightTeller(parts.clock, (text) => { parts.say("notice", text); });
  }

  get registry(): DeviceRegistry {
    return this.#parts.registry;
  }

  /** The rack's device of that key. @throws OcularError UnsupportedValue */
  racked(key: string): RackedDevice {
    const racked = this.#own.rack.get(key);
    if (racked === undefined) throw new OcularError({ tag: "UnsupportedValue", what: "Device", value: key, allowed: this.list().map(({ device }) => device.key) });
    return racked;
  }

  /** Everything found, and what of it is configured. Opens nothing. */
  async discover(): Promise<Discovery> {
    return this.#parts.registry.discover(this.configuration().devices);
  }

  /** Every device of the configuration. */
  list(): readonly RackedDevice[] {
    return this.#own.rack.list();
  }

  configuration(): DeviceConfiguration {
    return this.#own.configuration();
  }

  setup(): DeviceSetup {
    const { registry, microscope, lockedBy } = this.#parts;
    return describeSetup(this.#own.seating(), microscope.seats, registry, { source: this.#own.source(), problem: this.#problem, locked: lockedBy() });
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
      const part = this.configuration().roles[role];
      return part === undefined ? [] : [whyMissing(role, part, this.list())];
    });
    for (const why of new Set(reasons)) if (why !== undefined) this.#parts.say("warning", why);
  }

  /**
   * Takes a whole configuration into use and keeps it.
   * @param options.isEdit it is the one in use, changed by hand: a new pixel size holds for the pictures that the camera makes now
   * @throws OcularError InvalidInput, WrongState, DiskUnwritable
   */
  async apply(configuration: unknown, { isEdit = false }: { readonly isEdit?: boolean | undefined } = {}): Promise<DeviceSetup> {
    const parsed = DeviceConfiguration.safeParse(configuration);
    if (!parsed.success) throw new OcularError({ tag: "InvalidInput", what: "The device configuration", reason: wordsOfIssues(parsed.error) });
    return this.#inTurn(() => this.#keep(isEdit ? withViews(this.configuration(), parsed.data, this.#parts.microscope.camera.view?.()) : parsed.data));
  }

  /** Adds one device; see the contract's `devices.add`. */
  async add(device: ConfiguredDevice, roles: readonly DeviceKind[] | undefined): Promise<DeviceSetup> {
    return this.#inTurn(async () => {
      const named = this.#namedConfiguration();
      requireFreeKey(named, device);
      // Which parts there are only the drivers know; what is wrong with the options is said here.
      const opened = await this.#parts.registry.open(device);
      const firstOfKinds = new Map(opened.parts.map((part) => [part.device.identity.kind, part.part] as const).toReversed());
      await opened.dispose();
      return this.#keep(withDevice(named, device, firstOfKinds, roles));
    });
  }

  async remove(key: string): Promise<DeviceSetup> {
    return this.#inTurn(async () => {
      this.racked(key);
      return this.#keep(withoutDevice(this.#namedConfiguration(), key));
    });
  }

  async assign(role: DeviceKind, to: DevicePart | undefined): Promise<DeviceSetup> {
    return this.#inTurn(async () => {
      if (to !== undefined) requireFitting(role, { kind: "part", part: to, title: "" }, this.#own.seating());
      return this.#keep(withRole(this.#namedConfiguration(), role, to));
    });
  }

  /** Somebody else sits in a role until the app ends or `configured` takes it back. */
  async replace(role: DeviceKind, by: Replacement): Promise<DeviceSetup> {
    return this.#inTurn(async () => {
      await this.#own.replace(role, by);
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
    await this.#own.rack.takeUp(key);
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

  /** Who sits on a serial port, or at an IPv4 address; see DeviceProber. */
  async probe(port: string, onProgress: (progress: ProbeProgress) => void): Promise<ProbeResult | undefined> {
    return this.#prober.probe(port, this.configuration().devices, onProgress);
  }

  cancelProbe(): void {
    this.#prober.cancel();
  }

  /** Opens a device that is not configured, says what it is, and closes it. @throws OcularError of opening and connecting */
  async test(device: ConfiguredDevice): Promise<PartView[]> {
    return this.#prober.test(device);
  }

  async dispose(): Promise<void> {
    this.#prober.cancel();
    this.#lights.dispose();
    await this.#tail.catch(() => "told to whoever asked for the change");
    await this.#own.dispose();
    this.#changes.clear();
  }

  /** What is set up, under a name of its own once it is no longer the fallback. */
  #namedConfiguration(): DeviceConfiguration {
    return this.#own.source().kind === "default" ? { ...this.configuration(), name: "My microscope" } : this.configuration();
  }

  async #keep(configuration: DeviceConfiguration): Promise<DeviceSetup> {
    const { store } = this.#parts;
    await this.#use(configuration, store === undefined ? this.#own.source() : { kind: "stored", path: store.path });
    await store?.write(configuration);
    return this.setup();
  }

  async #use(configuration: DeviceConfiguration, source: DeviceSetup["source"]): Promise<void> {
    await this.#own.use(configuration, source);
    if (this.#problem === undefined) return;
    // What could not be read is no matter any more: another configuration serves.
    this.#problem = undefined;
    this.#tell();
  }

  /** One change after the other. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work, work);
    this.#tail = result.catch(() => "told to whoever asked for the change");
    return result;
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
