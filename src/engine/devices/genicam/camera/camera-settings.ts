import { isDeepStrictEqual } from "node:util";
import type { CameraSettings } from "../../../../shared/domain/devices.ts";
import type { PortOptions } from "../register-port.ts";
import type { CameraLink } from "./camera-link.ts";
import { isLeftToCamera, MODES } from "./camera-modes.ts";
import { type CameraState, readCameraState, UNKNOWN_STATE, writeRegion, writeSettings } from "./camera-state.ts";
import { FEATURES } from "./feature-names.ts";
import { isQuantity, QUANTITY_ROLES } from "./quantities.ts";
import { FeatureMemory, type WrittenFeature } from "./feature-memory.ts";

/** Two numbers closer than this share of them are one setting in the camera's own steps. */
const SAME_SHARE = 0.01;

/** A camera's settings as last read; they, the automatic modes and the features written so far are given again to a camera that comes back. */
export class SettingsKeeper {
  #state: CameraState = UNKNOWN_STATE;
  /** As a camera that comes back shall be; undefined before it was ever taken up. */
  #wanted: CameraState | undefined;
  readonly #features = new FeatureMemory();

  state(): CameraState {
    return this.#state;
  }

  /** Reads, sets a format we take, and makes the camera what it was before; `report` tells what could not be. */
  async takeUp(link: CameraLink, options: PortOptions, isOfTheTransport: (error: unknown) => boolean, report: (message: string) => void): Promise<void> {
    await this.#read(link, options);
    // A format we do not take would bring no frame: the first one we do take is set instead.
    if (!this.#state.isFormatOurs) await this.#write(link, { pixelFormat: this.#state.settings.pixelFormat }, options);
    const wanted = this.#wanted;
    const misses = wanted === undefined ? [] : await this.#restore(link, wanted, options, isOfTheTransport);
    if (misses.length > 0) report(`The settings from before could not all be set again: ${misses.join("; ")}`);
    this.#wanted = this.#state;
  }

  /** @throws OcularError `OutOfRange`, `UnsupportedValue` before anything is written; what the map throws */
  async apply(link: CameraLink, patch: Partial<CameraSettings>, options: PortOptions): Promise<void> {
    await this.#write(link, patch, options);
    this.#wanted = this.#state;
  }

  /** Reads what came of a feature that was written meanwhile: what the camera is set to now is what it gets again. */
  async adopt(link: CameraLink, written: WrittenFeature | undefined, options: PortOptions): Promise<void> {
    if (written !== undefined && !(await isKeptAsSetting(link, written.name, options))) await this.#features.remember(link.map, written, options);
    await this.#read(link, options);
    this.#wanted = this.#state;
  }

  async #read({ map, features }: CameraLink, options: PortOptions): Promise<void> {
    this.#state = await readCameraState(map, features, options);
  }

  /** Writes, then reads what the camera made of it; what a half-written patch has changed is put back. */
  async #write(link: CameraLink, patch: Partial<CameraSettings>, options: PortOptions): Promise<void> {
    const { map, features } = link;
    const before = this.#state;
    try {
      await writeSettings(map, features, before, patch, options);
    } catch (error) {
      if (options.signal?.aborted !== true) {
        const { roi, binning, ...rest } = Object.fromEntries(Object.keys(patch).map((key) => [key, before.settings[key as keyof CameraSettings]])) as Partial<CameraSettings>;
        const putBack = async (): Promise<void> => {
          if (roi !== undefined || binning !== undefined) await writeRegion(map, features, before.settings.roi, before.factors, options);
          await writeSettings(map, features, before, rest, options);
        };
        await putBack().catch(() => "the first error is the one to tell; the next reading shows what came of this");
      }
      throw error;
    }
    await this.#read(link, options);
  }

  /**
   * Features first, for a stored set among them sets everything; then the settings, which switch automatic modes off; then the modes.
   * A camera that does not take all of it any more is better than none; a broken line is not.
   * @returns what could not be set, in clauses
   * @throws what the transport throws, and the signal's reason
   */
  async #restore(link: CameraLink, wanted: CameraState, options: PortOptions, isOfTheTransport: (error: unknown) => boolean): Promise<readonly string[]> {
    const { map, features } = link;
    const misses: string[] = [];
    const attempt = async (what: string, work: () => Promise<unknown>): Promise<void> => {
      try {
        await work();
      } catch (error) {
        if (options.signal?.aborted === true || isOfTheTransport(error)) throw error;
        misses.push(`${what} (${error instanceof Error ? error.message : String(error)})`);
      }
    };
    await this.#features.giveAgain(map, options, attempt);
    await this.#read(link, options);
    const { roi, exposureMs, frameRate, gainDb, blackLevelDn } = wanted.settings;
    const now = this.#state;
    if (wanted.formatName !== now.formatName) await attempt("pixel format", () => map.writeEnumeration("PixelFormat", wanted.formatName, options));
    const isRegionSame = isDeepStrictEqual([roi, wanted.factors], [now.settings.roi, now.factors]);
    if (!isRegionSame) await attempt("region", () => writeRegion(map, features, roi, wanted.factors, options));
    const groups: readonly (readonly [string, Partial<CameraSettings>])[] = [["exposure and frame rate", { exposureMs, frameRate }], ["gain", { gainDb }], ["black level", { blackLevelDn }]];
    for (const [what, patch] of groups) {
      if (differences(patch, now.settings).length > 0) await attempt(what, () => writeSettings(map, features, now, patch, options));
    }
    for (const { role } of MODES) {
      const mode = wanted.modes[role];
      if (mode !== undefined && mode !== (await features.readMode(role, options))) await attempt(role, () => features.writeMode(role, mode, options));
    }
    await this.#read(link, options);
    // What an automatic mode sees to is its own.
    const isOurs = (setting: keyof CameraSettings): boolean => !isLeftToCamera(setting, wanted.modes);
    const clamped = misses.length > 0 ? [] : differences(wanted.settings, this.#state.settings).filter(isOurs);
    return [...misses, ...clamped.map((key) => `${key} is ${JSON.stringify(this.#state.settings[key])} instead of ${JSON.stringify(wanted.settings[key])}`)];
  }
}

/** What settings and modes remember already. */
async function isKeptAsSetting({ features }: CameraLink, name: string, options: PortOptions): Promise<boolean> {
  const isOfQuantity = QUANTITY_ROLES.some((role) => (FEATURES[role] as readonly string[]).includes(name));
  return isOfQuantity ? isQuantity(features, name, options) : Object.values(FEATURES).some((names) => (names as readonly string[]).includes(name));
}

/** The settings of the first that the second does not have. */
function differences(wanted: Partial<CameraSettings>, now: CameraSettings): readonly (keyof CameraSettings)[] {
  const isSame = (a: unknown, b: unknown): boolean => (typeof a === "number" && typeof b === "number" ? Math.abs(a - b) <= SAME_SHARE * Math.abs(a) : isDeepStrictEqual(a, b));
  return (Object.keys(wanted) as (keyof CameraSettings)[]).filter((key) => !isSame(wanted[key], now[key]));
}
