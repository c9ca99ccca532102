/** One line of a CSV file (RFC 4180), its end included. Numbers are rounded to `decimals`; undefined is empty. */
export function csvLine(cells: ReadonlyArray<string | number | undefined>, decimals = 3): string {
  return `${cells.map((cell) => format(cell, decimals)).join(",")}\r\n`;
}

function format(cell: string | number | undefined, decimals: number): string {
  if (cell === undefined) return "";
  if (typeof cell === "number") return String(rounded(cell, decimals));
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

export function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
