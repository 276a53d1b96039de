import type { OutcomeTable } from '../../../../src/measure/outcomes/outcome-table.js';
import type { RunInfo } from '../../../../src/measure/outcomes/run.js';
import { buildPlantedOutcomes } from '../../../../test/support/planted-outcomes.js';
import { findRoutingDataSets } from '../../../bench/routing/data-sets.js';
import { createSyntheticOutcomes } from '../../../bench/scale/create-synthetic-outcomes.js';

/** A set of outcomes that is much larger than what a policy is trained on. */
export interface DeliverySet {
  readonly name: string;
  readonly read: () => Promise<OutcomeTable>;
}

const recordedNames = new Set(['llmrouter', 'routellm-mmlu']);

/** Two recorded sets, if the folder has them, and two synthetic ones. */
export function findDeliverySets(folder: string): DeliverySet[] {
  const recorded = findRoutingDataSets(folder).filter(({ name }) => recordedNames.has(name));
  return [
    ...recorded.map(({ name, read }) => ({ name, read: async () => (await read()).table })),
    {
      name: 'synthetic',
      read: async () => createSyntheticOutcomes(6000, 5, 11),
    },
    {
      name: 'planted',
      read: async () => buildPlantedOutcomes(4000, { seed: 77 }),
    },
  ];
}

/** A description of an imported run of these outcomes. */
export function describeTable(name: string, table: OutcomeTable): RunInfo {
  return {
    version: 1,
    kind: 'import',
    name,
    createdAt: '2026-01-01T00:00:00.000Z',
    simulated: table.simulated,
    models: table.models.map((id) => ({ id })),
    costBasis: table.costBasis,
    sources: [],
  };
}
