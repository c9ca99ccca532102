import { um, type StagePointUm } from "../../shared/units.ts";

/**
 * Field centres of a rectangular scan round `centre`, row by row, every second row backwards so that the stage never
 * runs empty. With a step of one counting frame the fields tile the slide: every cell centre lies in exactly one.
 * The last row may be shorter when `fields` is no multiple of `columns`.
 */
export function serpentine(plan: { centreUm: StagePointUm; fields: number; columns: number; stepXUm: number; stepYUm: number }): StagePointUm[] {
  const rows = Math.ceil(plan.fields / plan.columns);
  const points: StagePointUm[] = [];
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < plan.columns && points.length < plan.fields; i++) {
      const column = row % 2 === 0 ? i : plan.columns - 1 - i;
      points.push({
        x: um(plan.centreUm.x + (column - (plan.columns - 1) / 2) * plan.stepXUm),
        y: um(plan.centreUm.y + (row - (rows - 1) / 2) * plan.stepYUm),
      });
    }
  }
  return points;
}
