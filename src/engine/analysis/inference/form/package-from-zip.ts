import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { parseDocument } from "yaml";
import * as z from "zod";
import type { OnnxForm } from "../../../../shared/domain/model-package.ts";
import { OcularError } from "../../../../shared/errors.ts";
import { dtypeOf } from "../link/wire-tensor.ts";
import type { WireTensor } from "../link/wire-tensor.ts";
import { DESCRIPTION_NAMES } from "../package/model-package.ts";
import type { ModelPackage } from "../package/model-package.ts";
import { parseNpy } from "../package/npy.ts";
import { unpackModelZip } from "../package/unpack-zip.ts";
import { headFromForm } from "./form-head.ts";
import { installPackage } from "./install-package.ts";
import type { InstallPlace } from "./install-package.ts";

export interface PackageFromZip extends InstallPlace {
  /** The zip, as the model zoo hands it out. */
  readonly file: string;
  /** Name of the package here; by default that of the file. */
  readonly id?: string;
  /**
   * How its outputs become objects, where the package does not say it and it is not safe to guess. Written into its
   * description; order of colours and range are what that says already.
   */
  readonly form?: OnnxForm;
}

/**
 * Install a model package from a zip.
 *
 * @returns the package, whose test tensors were reproduced here.
 * @throws OcularError InvalidInput (what is wrong with the zip or the form), ModelInvalid, ModelHashMismatch,
 * ModelNotReproduced, InferenceDied, InferenceTimeout; then nothing is installed.
 */
export async function packageFromZip({ file, id = idFromFile(file), form, ...place }: PackageFromZip): Promise<ModelPackage> {
  if (!existsSync(file)) throw new OcularError({ tag: "FileMissing", path: file });
  return installPackage(id, place, async (folder) => {
    await unpackModelZip(file, folder);
    if (form !== undefined) await writeHead(folder, form);
  });
}

/** A folder's name from a file's. */
export function idFromFile(file: string): string {
  return basename(file).replace(/\.(onnx|zip)$/i, "").toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "");
}

const DescribedOutputs = z.object({ outputs: z.array(z.object({ id: z.string(), test_tensor: z.object({ source: z.string() }) })) });

/** The head as a form says it, by the shapes and values of the package's own test outputs. Everything else of the description stays as it is. */
async function writeHead(folder: string, form: OnnxForm): Promise<void> {
  const path = DESCRIPTION_NAMES.map((name) => join(folder, name)).find((one) => existsSync(one)) ?? "";
  const description = parseDocument(await readFile(path, "utf8"));
  const described = DescribedOutputs.safeParse(description.toJS());
  if (!described.success) throw new OcularError({ tag: "ModelInvalid", modelId: form.id, reason: "its description names no outputs with test tensors" });
  const outputs: WireTensor[] = [];
  for (const { id, test_tensor: { source } } of described.data.outputs) {
    // The name alone: a package's files lie in its folder, and what does not is refused when it is loaded.
    const { shape, data } = parseNpy(await readFile(join(folder, basename(source))), source);
    outputs.push({ name: id, dtype: dtypeOf(data), shape: [...shape], data });
  }
  description.setIn(["config", "ocular"], headFromForm(form, outputs));
  await writeFile(path, description.toString());
}
