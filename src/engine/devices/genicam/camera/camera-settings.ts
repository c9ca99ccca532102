import { isDeepStrictEqual } from "node:util";
import type { CameraSettings } from "../../../../shared/domain/devices.ts";
import type { PortOptions } from "../register-port.ts";
import type { CameraLink } from "./camera-link.ts";
import { type CameraState, readCameraState, UNKNOWN_STATE, writeSettings } from "./camera-state.ts";
import { checkPatch } from "./check-patch.ts";

/** A camera's settings as last read, and what was asked for so far: that is given again to a camera that comes back. */
export class SettingsKeeper {
  #state: CameraState = UNKNOWN_STATE;
  #wanted: Partial<CameraSettings> = {};

  state(): CameraState {
    return this.#state;
  }

  /** @throws what the map throws */
  async read({ map, features }: CameraLink, options: PortOptions): Promise<void> {
    this.#state = await readCameraState(map, features, options);
  }

  /** Reads, sets a format we take, and sets again what was set before; `report` tells what could not be. */
  async takeUp(link: CameraLink, options: PortOptions, isOfTheTransport: (error: unknown) => boolean, report: (message: string) => void): Promise<void> {
    await this.read(link, options);
    // A format we do not take would bring no frame: the first one we do take is set instead.
    await this.#write(link, { pixelFormat: this.#state.settings.pixelFormat }, options);
    if (Object.keys(this.#wanted).length === 0) return;
    try {
      checkPatch(this.#wanted, this.#state);
      await this.#write(link, this.#wanted, options);
    } catch (error) {
      // A camera that does not take its settings any more is better than none; a broken line is not.
      if (options.signal?.aborted === true || isOfTheTransport(error)) throw error;
      report(`The settings from before could not all be set again: ${error instanceof Error ? error.message : String(error)}`);
      await this.read(link, options);
    }
  }

  /** @throws OcularError `OutOfRange`, `UnsupportedValue` before anything is written; what the map throws */
  async apply(link: CameraLink, patch: Partial<CameraSettings>, options: PortOptions): Promise<void> {
    await this.#write(link, patch, options);
    this.#wanted = { ...this.#wanted, ...patch };
  }

  /** Reads what features were written to meanwhile: what is different now is wanted like a setting. */
  async adopt(link: CameraLink, options: PortOptions): Promise<void> {
    const before = this.#state.settings;
    await this.read(link, options);
    const { settings } = this.#state;
    const changed = Object.entries(settings).filter(([key, value]) => !isDeepStrictEqual(before[key as keyof CameraSettings], value));
    this.#wanted = { ...this.#wanted, ...Object.fromEntries(changed) };
  }

  /** Writes, then reads what the camera made of it; what a half-written patch has changed is put back. */
  async #write(link: CameraLink, patch: Partial<CameraSettings>, options: PortOptions): Promise<void> {
    const { map, features } = link;
    const before = this.#state;
    try {
      await writeSettings(map, features, before, patch, options);
    } catch (error) {
      if (options.signal?.aborted !== true) {
        const old = Object.fromEntries(Object.keys(patch).map((key) => [key, before.settings[key as keyof CameraSettings]]));
        // The first error is the one to tell; the state read at the next change shows what came of this.
        await writeSettings(map, features, before, old, options).catch(() => undefined);
      }
      throw error;
    }
    await this.read(link, options);
  }
}
