/** One line of a CSV file (RFC 4180), its end included; undefined is an empty cell. */
export function csvLine(cells: ReadonlyArray<string | number | undefined>): string {
  return `${cells.map(format).join(",")}\r\n`;
}

function format(cell: string | number | undefined): string {
  if (cell === undefined) return "";
  if (typeof cell === "number") return String(cell);
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

export function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
