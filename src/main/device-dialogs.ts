import { dialog, type BrowserWindow, type OpenDialogOptions, type SaveDialogOptions } from "electron";
import type { Clock } from "../core/clock.ts";
import { writeConfigurationFile } from "../engine/devices/setup/configuration/configuration-file.ts";
import { importConfigurationFile } from "../engine/devices/setup/configuration/import-configuration.ts";
import type { DeviceDesk } from "../engine/devices/setup/device-desk.ts";
import { writeSupportBundle } from "../engine/devices/setup/support-bundle.ts";
import type { Instrument } from "../engine/instrument/instrument.ts";
import type { DeviceConfiguration } from "../shared/domain/device-configuration.ts";
import type { ImportedConfiguration } from "../shared/domain/device-setup.ts";

/** Asks where, and writes; nothing when the person closed the dialog. @throws OcularError DiskUnwritable */
export async function exportConfiguration(configuration: DeviceConfiguration, window: BrowserWindow | undefined): Promise<{ path?: string }> {
  const name = configuration.name.replaceAll(/[^\p{L}\p{N} ._-]/gu, "").trim();
  const path = await askWhere({ title: "Export the device configuration", defaultPath: `${name === "" ? "microscope" : name}.yaml`, filters: [{ name: "Device configuration", extensions: ["yaml", "yml", "json"] }] }, window);
  if (path === undefined) return {};
  await writeConfigurationFile(path, configuration);
  return { path };
}

/** Asks for a file and reads it; nothing is taken into use. @throws OcularError FileMissing, InvalidInput */
export async function importConfiguration(window: BrowserWindow | undefined): Promise<{ imported?: ImportedConfiguration }> {
  const options: OpenDialogOptions = { title: "Import a device configuration", properties: ["openFile"], filters: [{ name: "Ocular or Micro-Manager", extensions: ["yaml", "yml", "json", "cfg"] }] };
  const { canceled, filePaths } = await (window === undefined ? dialog.showOpenDialog(options) : dialog.showOpenDialog(window, options));
  const [path] = filePaths;
  return canceled || path === undefined ? {} : { imported: await importConfigurationFile(path) };
}

/** Asks where, and writes what helps to find a fault. @throws OcularError DiskUnwritable */
export async function saveSupportBundle(parts: { desk: DeviceDesk; instrument: Instrument; version: string; clock: Clock }, window: BrowserWindow | undefined): Promise<{ path?: string }> {
  const day = parts.clock.wallTime().slice(0, 16).replaceAll(/[:T]/gu, "-");
  const path = await askWhere({ title: "Save a support bundle", defaultPath: `ocular-support-${day}.zip`, filters: [{ name: "Zip", extensions: ["zip"] }] }, window);
  if (path === undefined) return {};
  const { desk, instrument, version, clock } = parts;
  await writeSupportBundle(path, { desk, log: instrument.recentLog(), snapshot: instrument.snapshot(), version, clock });
  return { path };
}

async function askWhere(options: SaveDialogOptions, window: BrowserWindow | undefined): Promise<string | undefined> {
  const { canceled, filePath } = await (window === undefined ? dialog.showSaveDialog(options) : dialog.showSaveDialog(window, options));
  return canceled || filePath === "" ? undefined : filePath;
}
