import { promptRequest } from '../../llm/chat.js';
import { defaultFeatureSpec, type FeatureSpec } from '../../policy/features/feature-spec.js';
import { selectUniformRows } from '../../measure/outcomes/chosen-cells.js';
import { listRowWeights, type OutcomeTable } from '../../measure/outcomes/outcome-table.js';
import { listGradedRows } from '../../measure/outcomes/select-models.js';
import { minHeldOutPrompts } from '../../measure/outcomes/sweep-design.js';
import { scaleWeights } from '../../measure/outcomes/scale-weights.js';
import { findNeeds, type RequestNeeds } from '../../policy/decide/request-needs.js';
import { splitPromptFields } from '../../policy/features/prompt-fields.js';
import { formatCount, formatWhole } from '../../util/format-number.js';
import { joinNames } from '../../util/join-names.js';
import { RoutesmithError } from '../../util/errors.js';
import { listRows } from '../../util/numeric-arrays.js';
import {
  leaveOutModels,
  leaveOutUngraded,
  listUngradedTasks,
  type LeftOut,
  type LeftOutModel,
} from './comparable-models.js';
import { frameFields } from './features/frames.js';
import { fillAdded, type FilledOutcomes } from './fill-added.js';
import { computeCountMatrix, type CountMatrix } from './features/count-matrix.js';
import { findTasks, groupPrompts, readAsks, type LabeledTasks } from './label-prompts.js';

/** An outcome table, and what training needs of its prompts. */
export interface TrainingData extends LabeledTasks, LeftOut {
  /** The graded prompts, with the outcomes of the models that can be compared, and weights of mean 1. */
  readonly table: OutcomeTable;
  /** What scorers learn from where a model was added to a swept run. @default the table's outcomes */
  readonly filled?: FilledOutcomes;
  readonly counts: CountMatrix;
  /** What projections are fitted to: the same prompts, most of them framed; see `frameFields`. */
  readonly trainingCounts: CountMatrix;
  /** What each prompt takes of a model, as the runtime reads it. */
  readonly needs: readonly RequestNeeds[];
  /** Prompts with the same number are never split between training and held-out data. */
  readonly groups: Int32Array;
  /** How much each row counts; the mean is 1. */
  readonly weights: Float64Array;
}

/**
 * Prepares an outcome table for training, without the models that cannot be compared and the prompts
 * without an outcome of the others, and with the weights of the prompts scaled to a mean of 1.
 *
 * @throws RoutesmithError `insufficient_data` with fewer than two comparable models or ten prompts
 */
export function computeTrainingData(
  given: OutcomeTable,
  spec: FeatureSpec = defaultFeatureSpec,
): TrainingData {
  checkHeldOut(given);
  const { table: comparable, leftOut } = leaveOutModels(given);
  const table = scaleWeights(leaveOutUngraded(comparable));
  const ungradedPrompts = given.prompts.length - table.prompts.length;
  checkSize(table, leftOut, ungradedPrompts);
  const labels = table.prompts.map(({ task }) => task);
  const fields = table.prompts.map(({ prompt }) => splitPromptFields(prompt));
  const asks = readAsks(fields, spec);
  const counts = computeCountMatrix(asks, spec);
  const trainingCounts = computeCountMatrix(asks.map(frameFields), spec);
  const labeled = findTasks(labels, () => counts);
  const filled = fillAdded(table, labeled.taskOf, labeled.tasks.length);
  return {
    table,
    leftOutModels: leftOut,
    ungradedPrompts,
    ungradedTasks: listUngradedTasks(given, table),
    ...(filled && { filled }),
    counts,
    trainingCounts,
    needs: table.prompts.map(({ prompt }) => findNeeds(promptRequest(prompt))),
    ...labeled,
    groups: groupPrompts(table.prompts, fields, asks),
    weights: listRowWeights(table, listRows(table.prompts.length)),
  };
}

function checkHeldOut(table: OutcomeTable): void {
  if (table.design !== 'adaptive') return;
  const heldOut = listGradedRows(selectUniformRows(table)).length;
  if (heldOut >= minHeldOutPrompts) return;
  throw new RoutesmithError(
    'insufficient_data',
    `the adaptive sweep has outcomes for only ${heldOut} of the prompts that it held out`,
    {
      fix: 'Run the same sweep again: it goes on where it stopped. If it had ended by itself, add --keep-going.',
    },
  );
}

/** An adaptive sweep that asked one model alone the held-out prompts has nothing to route between. */
function describeOneForAll(only: string, leftOut: readonly LeftOutModel[]): RoutesmithError {
  const others = joinNames(leftOut.map(({ model }) => model));
  return new RoutesmithError(
    'insufficient_data',
    `one model for all: ${only}. The adaptive sweep ended with held-out answers of it alone, and not of ${others}`,
    {
      fix:
        `If it was stopped or calls failed, run it again. Otherwise use ${only} for every prompt, or look further: ` +
        'an early end can miss a gain. Sweep with --keep-going, a lower --worth, or without --adaptive.',
    },
  );
}

/** With fewer prompts, folds would be too small to compare. */
const minPrompts = 10;

function checkSize(
  { models, prompts }: OutcomeTable,
  leftOut: readonly LeftOutModel[],
  ungradedPrompts: number,
): void {
  const needed = 'Routing is a choice between models, learned from many prompts.';
  if (models.length < 2) {
    const [only] = models;
    const isRuledOut = leftOut.length > 0 && leftOut.every(({ isRuledOut }) => isRuledOut === true);
    if (only !== undefined && isRuledOut) throw describeOneForAll(only, leftOut);
    const kept = only === undefined ? 'no models to compare' : `only one model: ${only}`;
    const reasons = [...new Set(leftOut.map(({ reason }) => `; ${reason}`))].join('');
    throw new RoutesmithError('insufficient_data', `${kept}${reasons}`, {
      fix: `${needed} Sweep ${models.length === 0 ? 'more of the same prompts with at least two models' : 'at least one more model'}.`,
    });
  }
  if (prompts.length < minPrompts) {
    const count = formatCount(prompts.length, 'prompt');
    throw new RoutesmithError(
      'insufficient_data',
      ungradedPrompts === 0
        ? `only ${count}`
        : `only ${count} with an outcome; ${formatWhole(ungradedPrompts)} without one`,
      {
        fix: `${needed} Splitting takes at least ${minPrompts} prompts, and a verdict takes a few hundred.`,
      },
    );
  }
}

/**
 * Checks that the model to use without routing is there, and can be compared with the others.
 *
 * @throws RoutesmithError `usage` where it is unknown, `insufficient_data` where it was left out
 */
export function checkComparable(
  { table: { models }, leftOutModels }: Pick<TrainingData, 'table' | 'leftOutModels'>,
  baseline: string | undefined,
): void {
  if (baseline === undefined || models.includes(baseline)) return;
  const found = leftOutModels.find(({ model }) => model === baseline);
  if (found === undefined) {
    throw new RoutesmithError('usage', `unknown baseline model "${baseline.slice(0, 80)}"`, {
      fix: `Name one of: ${models.join(', ')}.`,
    });
  }
  throw new RoutesmithError('insufficient_data', `${found.reason}, so it cannot be the baseline`, {
    fix: 'Sweep the missing prompts, or name another baseline.',
  });
}
