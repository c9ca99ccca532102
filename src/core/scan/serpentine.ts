import { um, type StagePointUm } from "../../shared/units.ts";

/** What a scan visits. */
export interface ScanPlan {
  readonly centreUm: StagePointUm;
  readonly fields: number;
  readonly columns: number;
  /** The way on the stage to the next field of a row, and to the next row. */
  readonly acrossUm: StagePointUm;
  readonly downUm: StagePointUm;
}

/**
 * Field centres of a rectangular scan round `centre`, row by row, every second row backwards so that the stage never
 * runs empty. With a step of one counting frame the fields tile the slide: every cell centre lies in exactly one.
 * The last row may be shorter when `fields` is no multiple of `columns`.
 */
export function serpentine({ centreUm, fields, columns, acrossUm, downUm }: ScanPlan): StagePointUm[] {
  const rows = Math.ceil(fields / columns);
  const points: StagePointUm[] = [];
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < columns && points.length < fields; i++) {
      const column = row % 2 === 0 ? i : columns - 1 - i;
      const across = column - (columns - 1) / 2;
      const down = row - (rows - 1) / 2;
      points.push({ x: um(centreUm.x + across * acrossUm.x + down * downUm.x), y: um(centreUm.y + across * acrossUm.y + down * downUm.y) });
    }
  }
  return points;
}
