import { valueAt } from '../../util/numeric-arrays.js';
import {
  countAnswerable,
  weighAnswer,
  type LoggedChoices,
  type PolicyChoices,
} from './logged-choices.js';

/** One value per request of what a policy chooses, whose mean is an estimate. */
export interface ChoiceColumns {
  /** Doubly robust. */
  readonly value: Float64Array;
  /** By inverse propensities alone. */
  readonly ips: Float64Array;
  /** What the outcomes add to the trained estimates. */
  readonly correction: Float64Array;
  /** See `weighAnswer`. */
  readonly inverse: Float64Array;
}

/** All means are over the requests that the policy's models could answer. */
export function computeChoiceColumns(log: LoggedChoices, choices: PolicyChoices): ChoiceColumns {
  const { served, quality, servedEstimate } = log;
  const inverse = Float64Array.from(served, (_, row) => weighAnswer(log, choices, row));
  const correction = inverse.map(
    (weight, row) => weight * (valueAt(quality, row) - valueAt(servedEstimate, row)),
  );
  const center = createCentering(log, choices);
  return {
    value: center((row) => valueAt(choices.estimate, row), correction),
    ips: center(
      () => 0,
      inverse.map((weight, row) => weight * valueAt(quality, row)),
    ),
    correction: center(() => 0, correction),
    inverse,
  };
}

/** Number of requests that the policy's models could answer, estimated; each record by its weight. */
export function sumAnswerable(log: LoggedChoices, choices: PolicyChoices): number {
  const { groups } = log;
  let sum = 0;
  for (let row = 0; row < groups.groupOf.length; row++) {
    sum += valueAt(groups.weights, row) * countAnswerable(log, choices, row);
  }
  return sum;
}

/**
 * Prepares to make the column of a ratio: the sum of what is estimated and observed over the requests
 * that could be answered, by their number. Its mean is that ratio, and its spread that of the ratio by
 * linearization. Where nothing failed it is `expected + observed`.
 */
function createCentering(
  log: LoggedChoices,
  choices: PolicyChoices,
): (expected: (row: number) => number, observed: Float64Array) => Float64Array {
  const { weights } = log.groups;
  const all = Float64Array.from(weights).reduce((sum, weight) => sum + weight, 0);
  const answerable = sumAnswerable(log, choices);
  return (expected, observed) => {
    if (choicesNeverFailed(choices)) return observed.map((value, row) => expected(row) + value);
    const totals = observed.map(
      (value, row) => countAnswerable(log, choices, row) * expected(row) + value,
    );
    const sum = totals.reduce((total, value, row) => total + valueAt(weights, row) * value, 0);
    const mean = sum / answerable;
    return totals.map(
      (value, row) =>
        mean + (all / answerable) * (value - countAnswerable(log, choices, row) * mean),
    );
  };
}

function choicesNeverFailed({ failed }: PolicyChoices): boolean {
  return Array.prototype.every.call(failed, (value) => value === 0);
}
