import type { OutcomeTable } from '../../../measure/outcomes/outcome-table.js';

/** Share of the prompts that a completely swept model has answered, at least. */
const completeShare = 0.95;

/** Whether outcomes for so many of some prompts are missing no more than calls that failed. */
export function isNearlyComplete(known: number, all: number): boolean {
  return known >= completeShare * all;
}

/** The columns of a table whose models have outcomes in nearly all of some rows. */
export function listCompleteModels(
  { models, quality }: Pick<OutcomeTable, 'models' | 'quality'>,
  rows: Int32Array,
): number[] {
  const isComplete = (column: number): boolean => {
    const known = rows.filter((row) => !Number.isNaN(quality[row * models.length + column]));
    return isNearlyComplete(known.length, rows.length);
  };
  return [...models.keys()].filter(isComplete);
}

/** The rows of a table that any of its models has answered. */
export function listMeasuredRows({
  models,
  prompts,
  quality,
}: Pick<OutcomeTable, 'models' | 'prompts' | 'quality'>): Int32Array {
  const isKnown = (row: number): boolean =>
    models.some((_, column) => !Number.isNaN(quality[row * models.length + column]));
  return Int32Array.from(prompts.keys()).filter(isKnown);
}
