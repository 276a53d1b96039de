import type { OutcomeTable } from '../../measure/outcomes/outcome-table.js';
import { checkMembers, type MemberTypes } from '../../util/check-members.js';
import type { Overkill } from '../evaluate/diagnose/overkill.js';
import { findOverkillIn, type OverkillOptions } from '../report/measure-overkill.js';
import { describeLeftOut } from '../train/comparable-models.js';
import { computeTrainingData } from '../train/training-data.js';
import { checkKnown } from './train-table.js';

/** The overkill of a table of outcomes. */
export interface TableOverkill extends Overkill {
  /** A message for each model that has too few outcomes to be compared, and for ungraded prompts. */
  readonly leftOut: readonly string[];
}

const optionTypes: MemberTypes<keyof OverkillOptions> = {
  baseline: 'string',
  margin: 'number',
  error: 'number',
  models: 'list',
};

/**
 * Finds, task by task, the model that saves most of those shown not to be worse than the one in use.
 * Nothing is trained.
 *
 * @throws RoutesmithError `insufficient_data` with fewer than two comparable models or ten prompts;
 * `usage` for an unknown option, baseline or model, and for a margin or an error that is no share
 */
export function computeOverkill(table: OutcomeTable, options: OverkillOptions = {}): TableOverkill {
  checkMembers(options, optionTypes, 'options');
  checkKnown(options.models ?? [], table);
  const data = computeTrainingData(table);
  return {
    ...findOverkillIn(data, options),
    leftOut: describeLeftOut(data),
  };
}
