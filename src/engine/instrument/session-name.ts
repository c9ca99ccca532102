/**
 * Folder name of a new session: local wall time and specimen, `2026-11-22 14-05-09 smear 7.ocular`. Only letters, digits,
 * space, dot, dash and underscore, so that it is a name on every file system.
 */
export function sessionName(wallTime: string, specimenId: string): string {
  const stamp = wallTime.slice(0, 19).replace("T", " ").replaceAll(":", "-");
  const specimen = specimenId.normalize("NFKD").replace(/[^A-Za-z0-9._-]+/gu, " ").trim().slice(0, 60);
  return `${stamp}${specimen === "" ? "" : ` ${specimen}`}.ocular`;
}
