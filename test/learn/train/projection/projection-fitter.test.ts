import { afterEach, describe, expect, it } from 'vitest';
import {
  fitProjection,
  selectProjectionProblem,
} from '../../../../src/learn/train/projection/fit-projection.js';
import {
  chooseThreadCount,
  createProjectionFitter,
  type ProjectionFitter,
} from '../../../../src/learn/train/projection/projection-fitter.js';
import { computeTrainingData } from '../../../../src/learn/train/training-data.js';
import { RoutesmithError } from '../../../../src/util/errors.js';
import { listRows } from '../../../support/outcome-table.js';
import { buildPlantedOutcomes } from '../../../support/planted-outcomes.js';

const problem = selectProjectionProblem(
  computeTrainingData(buildPlantedOutcomes(200, { seed: 1 })),
);
const rows = listRows(200);
const requests = [1, 2, 3, 4].map((seed) => ({
  trainingRows: rows.filter((row) => row % 5 !== seed),
  predictedRows: rows.filter((row) => row % 5 === seed),
  options: { seed },
}));

describe.each([0, 1, 3])('a fitter of projections with %d threads', (threads) => {
  let fitter: ProjectionFitter;
  afterEach(() => fitter.close());

  it('gives bit for bit what the caller would fit itself', async () => {
    fitter = createProjectionFitter(problem, threads);
    const fitted = await Promise.all(requests.map((request) => fitter.fit(request)));
    requests.forEach(({ options, ...split }, index) =>
      expect(fitted[index]).toEqual(fitProjection(problem, split, options)),
    );
  });

  it('says what went wrong with one request, and does the next', async () => {
    fitter = createProjectionFitter(problem, threads);
    const broken = { ...requests[0], trainingRows: undefined } as never;
    await expect(fitter.fit(broken)).rejects.toThrow();
    const [first] = requests as [(typeof requests)[0]];
    await expect(fitter.fit(first)).resolves.toHaveProperty('projection');
  });
});

describe('closing a fitter', () => {
  it('gives up what is not finished', async () => {
    const fitter = createProjectionFitter(problem, 2);
    const results = Promise.allSettled(requests.map((request) => fitter.fit(request)));
    await fitter.close();
    for (const result of await results) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'interrupted' } });
      expect(RoutesmithError.isInstance((result as PromiseRejectedResult).reason)).toBe(true);
    }
  });
});

describe('the number of threads', () => {
  it('is none for few prompts, and at most eight', () => {
    expect(chooseThreadCount(999)).toBe(0);
    expect(chooseThreadCount(1e6)).toBeLessThanOrEqual(8);
  });
});
