import { expect, it } from 'vitest';
import { trainRun } from '../../../src/learn/train/train-run.js';
import { buildImportedRun } from '../../support/imported-run.js';
import { buildPlantedOutcomes } from '../../support/planted-outcomes.js';

it('a run is trained on without any option', async () => {
  const { policy, backend } = await trainRun(
    buildImportedRun(buildPlantedOutcomes(60, { seed: 4 })),
  );
  expect(policy.createdBy).toMatch(/^routesmith \d/);
  expect(['native', 'wasm', 'cpu']).toContain(backend);
});
