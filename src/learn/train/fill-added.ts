import { listCompleteModels } from '../adaptive/added/complete-models.js';
import { chooseMargin, estimateAdded } from '../adaptive/added/estimate-added.js';
import type { OutcomeTable } from '../../measure/outcomes/outcome-table.js';
import { at, intAt } from '../../util/numeric-arrays.js';

/** What scorers learn from where models were added to a swept run. */
export interface FilledOutcomes {
  /** As the table's, with what an added model is expected to reach where it was not asked. */
  readonly quality: Float32Array;
  /** By how much the quality of each model on each task is estimated lower; tasks x models. */
  readonly margins: Float64Array;
}

/**
 * Fills the outcomes of models that an adaptive sweep added to completely swept ones, from the other
 * models' grades on the same prompts. Held-out prompts are neither filled nor learned from.
 *
 * @returns undefined for other tables
 */
export function fillAdded(
  table: Pick<OutcomeTable, 'models' | 'prompts' | 'quality' | 'design'>,
  taskOf: Int32Array,
  taskCount: number,
): FilledOutcomes | undefined {
  const { models, prompts, quality, design } = table;
  if (design !== 'adaptive') return undefined;
  const rows = Int32Array.from(prompts.keys()).filter(
    (row) => prompts[row]?.heldOut !== true && intAt(taskOf, row) >= 0,
  );
  const width = models.length;
  const columns = [...models.keys()];
  const complete = listCompleteModels(table, rows);
  const added = columns.filter((model) => !complete.includes(model));
  if (complete.length < 2 || added.length === 0) return undefined;
  const filled = quality.slice();
  const margins = new Float64Array(taskCount * width);
  const graded = {
    taskOf: rows.map((row) => intAt(taskOf, row)),
    taskCount,
    known: Float32Array.from(
      [...rows].flatMap((row) => complete.map((model) => at(quality, row * width + model))),
    ),
    modelCount: complete.length,
  };
  for (const model of added) {
    const grades = Float32Array.from(rows, (row) => at(quality, row * width + model));
    const estimate = estimateAdded({ ...graded, added: grades });
    const asked = grades.filter((grade) => !Number.isNaN(grade)).length;
    const margin = chooseMargin(asked / rows.length);
    rows.forEach((row, index) => {
      const cell = row * width + model;
      if (Number.isNaN(filled[cell])) filled[cell] = at(estimate.expected, index);
    });
    estimate.deviations.forEach((deviation, task) => {
      margins[task * width + model] = margin * deviation;
    });
  }
  return { quality: filled, margins };
}
