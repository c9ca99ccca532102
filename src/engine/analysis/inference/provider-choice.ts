import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import * as z from "zod";
import { OcularError } from "../../../shared/errors.ts";
import { saveFile } from "../../runtime/save-file.ts";

/** The file that remembers what a person chose to compute on. */
const Choice = z.object({ format: z.literal("ocular-inference"), version: z.literal(1), provider: z.string() });

/**
 * What was chosen to compute on; "cpu" where nothing was.
 *
 * @throws OcularError InvalidInput when the file is there and cannot be understood.
 */
export async function readProviderChoice(file: string): Promise<string> {
  if (!existsSync(file)) return "cpu";
  const text = await readFile(file, "utf8");
  try {
    return Choice.parse(JSON.parse(text)).provider;
  } catch (error) {
    throw new OcularError({ tag: "InvalidInput", what: file, reason: "it does not say what to compute on" }, { cause: error });
  }
}

/** Remember it; the file is whole at any time. @throws OcularError DiskFull, DiskUnwritable */
export async function writeProviderChoice(file: string, provider: string): Promise<void> {
  await saveFile(file, `${JSON.stringify({ format: "ocular-inference", version: 1, provider })}\n`);
}
