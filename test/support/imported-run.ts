import type { OutcomeTable } from '../../src/measure/outcomes/outcome-table.js';
import type { ModelInfo, Run } from '../../src/measure/outcomes/run.js';

/**
 * A run of imported outcomes that is in no folder.
 *
 * @param model what is known of each of its models
 */
export function buildImportedRun(table: OutcomeTable, model: Omit<ModelInfo, 'id'> = {}): Run {
  return {
    directory: 'planted',
    info: {
      version: 1,
      kind: 'import',
      name: 'planted',
      createdAt: '2026-01-01T00:00:00.000Z',
      simulated: table.simulated,
      models: table.models.map((id) => ({ id, ...model })),
      costBasis: table.costBasis,
      sources: [],
    },
    table,
    leftOut: new Map(),
  };
}
