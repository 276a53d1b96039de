import { expect, it } from 'vitest';
import { describeRouting } from '../../../src/adapters/calls/routing-metadata.js';
import { loadMixture } from '../../support/decision-log.js';

const decision = (await loadMixture()).decide('hello');
const routing = { model: 'small', decision, attempts: [], logId: undefined };

it('the metadata of an answer say what of its figures is a guess, and nothing where they are known', () => {
  const figures = { costUsd: 0.5, latencyMs: 300 };
  const known = describeRouting(routing, figures);
  expect(known).toMatchObject({ costUsd: 0.5 });
  expect(known).not.toHaveProperty('costIsGuess');
  expect(known).not.toHaveProperty('latencyIsGuess');
  const guesses = { costIsGuess: true, latencyIsGuess: true } as const;
  expect(describeRouting(routing, { ...figures, ...guesses })).toMatchObject(guesses);
});
