import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../../../core/clock.ts";
import type { ConfiguredDevice } from "../../../shared/domain/device-configuration.ts";
import { describeError, errorDataOf, OcularError } from "../../../shared/errors.ts";
import { createEmitter } from "../../runtime/emitter.ts";
import { isAtWork, type Unsubscribe } from "../api/device.ts";
import type { Illumination } from "../api/illumination.ts";
import { DeviceConsole } from "./device-console.ts";
import type { OpenedDevice, OpenedPart } from "./device-provider.ts";
import type { DeviceRegistry } from "./registry.ts";

/** A missing device is looked for this often, and whenever the system tells of a plug, ms. */
const LOOK_MS = 1000;
/** One that is plugged in and refuses is tried less and less often, up to this, ms. */
const LONGEST_PAUSE_MS = 10_000;

/** A device of the configuration, with its drivers where they could be made. */
export interface RackedDevice {
  readonly device: ConfiguredDevice;
  readonly opened: OpenedDevice | undefined;
  /** Why no drivers could be made: one sentence. */
  readonly problem: string | undefined;
  readonly console: DeviceConsole;
  /** Where it was plugged in when it was last looked for. */
  address(): string | undefined;
}

interface Own extends RackedDevice {
  device: ConfiguredDevice;
  readonly unlisten: readonly Unsubscribe[];
  place: string | undefined;
  failures: number;
  nextTryMs: number;
  takingUp: Promise<void> | undefined;
}

/** What is about to change: nothing is connected, disconnected or closed before `commit`. */
export interface RackChange {
  readonly devices: readonly RackedDevice[];
  /** The new devices are the rack's from now on; those that went are left safe and closed. */
  commit(): Promise<void>;
  /** The new drivers are put away; everything is as it was. */
  giveUp(): Promise<void>;
}

/**
 * Holds the drivers of every configured device, connects them, and takes them up again when they come back: within a second of
 * being plugged in where the system tells, within two where it must be looked for.
 */
export class DeviceRack {
  readonly #registry: DeviceRegistry;
  readonly #clock: Clock;
  readonly #changes = createEmitter<undefined>();
  /** A state, an address, a light's level, or who is there at all. */
  readonly onDidChange = this.#changes.on;
  #devices: readonly Own[] = [];
  #life = new AbortController();
  #keeping = false;
  #unlisten = (): void => undefined;

  constructor(registry: DeviceRegistry, clock: Clock) {
    this.#registry = registry;
    this.#clock = clock;
  }

  list(): readonly RackedDevice[] {
    return this.#devices;
  }

  get(key: string): RackedDevice | undefined {
    return this.#devices.find(({ device }) => device.key === key);
  }

  /** Takes drivers in that were made elsewhere: those of the app's fast start. */
  adopt(device: ConfiguredDevice, opened: OpenedDevice): void {
    this.#devices = [...this.#devices, this.#own(device, opened, undefined)];
  }

  /** Makes drivers for what is new or set differently. What cannot be made has a `problem`. */
  async prepare(devices: readonly ConfiguredDevice[]): Promise<RackChange> {
    const kept = new Map<Own, ConfiguredDevice>();
    const next: Own[] = [];
    for (const device of devices) {
      const same = this.#devices.find((own) => own.opened !== undefined && isDeepStrictEqual({ ...own.device, name: "" }, { ...device, name: "" }));
      if (same !== undefined) kept.set(same, device);
      next.push(same ?? (await this.#make(device)));
    }
    return {
      devices: next,
      commit: async () => {
        const gone = this.#devices.filter((own) => !kept.has(own));
        this.#devices = next;
        // Another name is no other device.
        for (const [own, device] of kept) own.device = device;
        await Promise.all(gone.map((own) => this.#putAway(own)));
        this.#keep();
        this.#changes.emit(undefined);
      },
      giveUp: async () => { await Promise.all(next.filter((own) => !kept.has(own)).map((own) => this.#putAway(own))); },
    };
  }

  /** Connects what is absent and plugged in. Resolves when each of them has been tried; how it went is in their states. */
  async takeUpAll(): Promise<void> {
    await Promise.all(this.#devices.map((own) => this.#look(own, true)));
  }

  /** The same for one, at once. */
  async takeUp(key: string): Promise<void> {
    const own = this.#devices.find(({ device }) => device.key === key);
    if (own !== undefined) await this.#look(own, true);
  }

  async dispose(): Promise<void> {
    this.#life.abort();
    this.#unlisten();
    const all = this.#devices;
    this.#devices = [];
    this.#changes.clear();
    await Promise.all(all.map((own) => this.#putAway(own)));
  }

  async #make(device: ConfiguredDevice): Promise<Own> {
    try {
      return this.#own(device, await this.#registry.open(device), undefined);
    } catch (error) {
      return this.#own(device, undefined, describeError(errorDataOf(error, device.name)));
    }
  }

  #own(device: ConfiguredDevice, opened: OpenedDevice | undefined, problem: string | undefined): Own {
    const lines = new DeviceConsole(this.#clock);
    if (problem !== undefined) lines.note("#", problem);
    const unlisten = (opened?.parts ?? []).map((part) => part.device.onDidChangeStatus(({ state, reason }) => {
      lines.note("#", `${part.part} is ${state}${reason === undefined ? "" : ` (${reason})`}`);
      this.#changes.emit(undefined);
    }));
    // Also of lights without a role, which no one else listens to.
    for (const { device: light } of opened?.parts ?? []) if (light.identity.kind === "illumination") unlisten.push((light as Illumination).onDidChangeLevel(() => this.#changes.emit(undefined)));
    if (opened?.transcript !== undefined) unlisten.push(lines.follow(opened.transcript));
    const own: Own = { device, opened, problem, console: lines, unlisten, place: undefined, failures: 0, nextTryMs: 0, takingUp: undefined, address: () => own.place };
    return own;
  }

  async #putAway(own: Own): Promise<void> {
    for (const unlisten of own.unlisten) unlisten();
    await own.opened?.dispose();
  }

  #keep(): void {
    if (this.#keeping || this.#life.signal.aborted) return;
    this.#keeping = true;
    let wake = new AbortController();
    this.#unlisten = this.#registry.onDidChange(() => wake.abort());
    const keep = async (): Promise<void> => {
      while (!this.#life.signal.aborted) {
        wake = new AbortController();
        // Ended early by a plug, or for good: both are seen below.
        await this.#clock.delay(LOOK_MS, AbortSignal.any([wake.signal, this.#life.signal])).catch(() => undefined);
        if (this.#life.signal.aborted) return;
        for (const own of this.#devices) void this.#look(own, false);
      }
    };
    void keep();
  }

  /** Sees where it is, and connects it when it is absent and its turn has come. Never rejects. */
  async #look(own: Own, isWanted: boolean): Promise<void> {
    const { opened } = own;
    if (opened === undefined) return;
    if (own.takingUp !== undefined) return own.takingUp;
    own.takingUp = this.#takeUpOne(own, opened, isWanted).finally(() => { own.takingUp = undefined; });
    await own.takingUp;
  }

  async #takeUpOne(own: Own, opened: OpenedDevice, isWanted: boolean): Promise<void> {
    const isDoingWell = opened.parts.every(({ device }) => isAtWork(device));
    // Looking costs the bus or the network a question.
    if (!isWanted && own.place !== undefined && isDoingWell) return;
    const place = await opened.whereIs().catch((error: unknown) => {
      if (own.failures === 0) own.console.note("#", `cannot be looked for: ${error instanceof Error ? error.message : String(error)}`);
      own.failures += 1;
      return undefined;
    });
    const isNews = place !== own.place;
    own.place = place;
    if (isNews) this.#changes.emit(undefined);
    if (place === undefined) return;
    if (isNews || isWanted) own.failures = 0;
    if (!isNews && !isWanted && this.#clock.nowMs() < own.nextTryMs) return;
    const absent = opened.parts.filter(({ device }) => device.status().state === "absent");
    if (absent.length === 0) return;
    const tried = await Promise.allSettled(absent.map(({ device }) => device.connect()));
    const failed = tried.flatMap((each) => (each.status === "rejected" ? [each.reason as unknown] : []));
    for (const error of failed) if (!(error instanceof OcularError)) own.console.note("#", describeError(errorDataOf(error, own.device.name)));
    own.failures = failed.length === 0 ? 0 : own.failures + 1;
    own.nextTryMs = this.#clock.nowMs() + Math.min(LONGEST_PAUSE_MS, LOOK_MS * 2 ** Math.max(0, own.failures - 2));
  }
}

/** The part of that kind that a configuration means: the one named, or the first that fits. */
export function partOf(racked: RackedDevice | undefined, kind: OpenedPart["device"]["identity"]["kind"], name: string | undefined): OpenedPart | undefined {
  return racked?.opened?.parts.find((part) => part.device.identity.kind === kind && (name === undefined || part.part === name));
}
