import { stat } from "node:fs/promises";

/** Size and time of each of these files, in their order: another stamp is another content. Undefined where none of them can be looked at. */
export async function stampOf(paths: readonly string[]): Promise<string | undefined> {
  const stamps = await Promise.all(paths.map(async (path) => {
    try {
      const { size, mtimeMs } = await stat(path);
      return `${size} ${mtimeMs}`;
    } catch (error) {
      // Reading it will say what is wrong; most are not there at all.
      if (!(error instanceof Error && "code" in error)) throw error;
      return "-";
    }
  }));
  return stamps.every((stamp) => stamp === "-") ? undefined : stamps.join(", ");
}
