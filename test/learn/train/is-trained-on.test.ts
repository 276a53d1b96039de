import { describe, expect, it } from 'vitest';
import { isTrainedOn } from '../../../src/learn/train/is-trained-on.js';
import { computeOutcomesDigest } from '../../../src/learn/train/outcomes-digest.js';
import { balanceTasks } from '../../../src/measure/outcomes/balance-tasks.js';
import type { OutcomeTable } from '../../../src/measure/outcomes/outcome-table.js';
import { selectModels } from '../../../src/measure/outcomes/select-models.js';
import type { Policy } from '../../../src/policy/file/policy.js';
import { buildOutcomeTable } from '../../support/outcome-table.js';
import { buildConstantPolicy, buildPolicyModel } from '../../support/routing-policy.js';

const whole = buildOutcomeTable(
  ['large', 'small', 'local'],
  Array.from({ length: 30 }, (_, row) => ({
    task: row < 20 ? 'sums' : 'mails',
    quality: [1, row % 2, row % 3 === 0 ? 1 : 0],
  })),
);
const two = selectModels(whole, ['large', 'small']);

/** A policy whose file says that it was trained on a table. */
function trainOn(table: OutcomeTable): Policy {
  const { provenance } = buildConstantPolicy();
  return buildConstantPolicy({
    models: table.models.map((id) => buildPolicyModel(id)),
    provenance: { ...provenance, outcomesDigest: computeOutcomesDigest(table) },
  });
}

describe('isTrainedOn', () => {
  it.each([
    ['the whole table', whole],
    ['the table with every task counted equally', balanceTasks(whole)],
    ['a choice of its models', two],
    ['a choice of its models with every task counted equally', balanceTasks(two)],
  ])('finds a policy trained on %s', (_, trained) => {
    expect(isTrainedOn(trainOn(trained), { table: whole })).toBe(true);
  });

  it.each([
    ['a choice of models', two],
    ['equal weights of tasks', balanceTasks(whole)],
  ])('finds a policy trained on all that was recorded where the table has %s', (_, table) => {
    expect(isTrainedOn(trainOn(whole), { table })).toBe(false);
    expect(isTrainedOn(trainOn(whole), { table, recorded: whole })).toBe(true);
  });

  it('finds a policy whose training left a model out for few outcomes', () => {
    const rare = buildOutcomeTable(
      ['large', 'small', 'rare', 'local'],
      Array.from({ length: 30 }, (_, row) => ({
        quality: [1, row % 2, row < 3 ? 1 : null, row % 3 === 0 ? 1 : 0],
      })),
    );
    const chosen = trainOn(selectModels(rare, ['large', 'small', 'rare']));
    const models = ['large', 'small'].map((id) => buildPolicyModel(id));
    expect(isTrainedOn({ ...chosen, models }, { table: rare })).toBe(true);
  });

  it.each([
    { leftOut: 'of three, two', swept: ['large', 'small', 'a', 'b', 'c'], chosen: ['a', 'c'] },
    { leftOut: 'of six, all', swept: ['large', 'small', ...'abcdef'], chosen: [...'abcdef'] },
  ])('finds a policy that does not have all models of its training: $leftOut', (given) => {
    const rare = buildOutcomeTable(
      given.swept,
      Array.from({ length: 30 }, (_, row) => ({
        quality: given.swept.map((model) => (model.length > 1 ? row % 2 : row < 3 ? 1 : null)),
      })),
    );
    const chosen = trainOn(selectModels(rare, ['large', 'small', ...given.chosen]));
    const models = ['large', 'small'].map((id) => buildPolicyModel(id));
    expect(isTrainedOn({ ...chosen, models }, { table: rare })).toBe(true);
  });

  it('finds no policy trained on other outcomes', () => {
    const quality = whole.quality.map((value) => 1 - value);
    expect(isTrainedOn(trainOn({ ...whole, quality }), { table: whole })).toBe(false);
  });
});
