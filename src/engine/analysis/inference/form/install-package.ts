import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Clock } from "../../../../core/clock.ts";
import { OcularError } from "../../../../shared/errors.ts";
import { makeFolders } from "../../../runtime/make-folders.ts";
import { renameIntoPlace } from "../../../runtime/rename-into-place.ts";
import { diskError } from "../../../session/disk-errors.ts";
import { diskFiles, errorCode } from "../../../session/session-files.ts";
import { checkModel } from "../check-model.ts";
import type { InferenceHost } from "../inference-host.ts";
import { loadModelPackage } from "../package/model-package.ts";
import type { ModelPackage } from "../package/model-package.ts";
import { defaultChecksFolder } from "../reproduced-models.ts";

export interface InstallPlace {
  /** Folder of the packages: the new one becomes a folder in it. */
  readonly modelsFolder: string;
  readonly host: InferenceHost;
  readonly clock: Clock;
  readonly threads: number;
}

/** @throws OcularError InvalidInput when there is a package of that id. */
export function refuseTaken(id: string, modelsFolder: string): void {
  if (existsSync(join(modelsFolder, id))) throw new OcularError({ tag: "InvalidInput", what: "The form for this model", reason: `there is a model ${id} already: choose another id` });
}

/**
 * Make a package aside, run its test tensors, and only then give it its place among the others: what fails leaves nothing.
 *
 * @param write puts the package's files into an empty folder.
 * @throws OcularError DiskFull, DiskUnwritable, those of write and of {@link checkModel}; tensors that differ are kept where the sentence says.
 */
export async function installPackage(id: string, { modelsFolder, ...run }: InstallPlace, write: (folder: string) => Promise<void>): Promise<ModelPackage> {
  refuseTaken(id, modelsFolder);
  const aside = join(resolve(modelsFolder), `.${id}.unfinished`);
  // Below it, as sentences name a package by its folder.
  const unfinished = join(aside, id);
  await onDisk(modelsFolder, () => rm(aside, { recursive: true, force: true }));
  try {
    await onDisk(modelsFolder, () => makeFolders(unfinished));
    await onDisk(modelsFolder, () => write(unfinished));
    await checkModel(unfinished, { ...run, keepIn: join(defaultChecksFolder(), "differ", id) });
    await onDisk(modelsFolder, () => renameIntoPlace(unfinished, join(modelsFolder, id)));
  } finally {
    await Promise.allSettled([rm(aside, { recursive: true, force: true })]);
  }
  return loadModelPackage(join(modelsFolder, id));
}

/** What the system refused, in words; what else goes wrong is told by whoever wrote. */
async function onDisk(folder: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw errorCode(error) === undefined ? error : await diskError(error, folder, 0, diskFiles);
  }
}
