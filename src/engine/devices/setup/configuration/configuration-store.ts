import { rm } from "node:fs/promises";
import type { DeviceConfiguration } from "../../../../shared/domain/device-configuration.ts";
import { isOcularError } from "../../../../shared/errors.ts";
import { renameIntoPlace } from "../../../runtime/rename-into-place.ts";
import { readConfigurationFile, writeConfigurationFile } from "./configuration-file.ts";

/** Where the app keeps its configuration for the next start. */
export interface ConfigurationStore {
  readonly path: string;
  /** Undefined where nothing was ever set up. @throws OcularError InvalidInput for a file that cannot be used: it is left as it is */
  read(): Promise<DeviceConfiguration | undefined>;
  /** A file that could not be used is kept beside, as `.unreadable`. @throws OcularError DiskFull, DiskUnwritable */
  write(configuration: DeviceConfiguration): Promise<void>;
  remove(): Promise<void>;
}

export function createConfigurationStore(path: string): ConfigurationStore {
  let isUnreadable = false;
  return {
    path,
    async read() {
      try {
        return await readConfigurationFile(path);
      } catch (error) {
        if (isOcularError(error, "FileMissing")) return undefined;
        isUnreadable = true;
        throw error;
      }
    },
    async write(configuration) {
      if (isUnreadable) await renameIntoPlace(path, `${path}.unreadable`);
      isUnreadable = false;
      await writeConfigurationFile(path, configuration);
    },
    async remove() {
      if (isUnreadable) await renameIntoPlace(path, `${path}.unreadable`);
      isUnreadable = false;
      await rm(path, { force: true });
    },
  };
}
