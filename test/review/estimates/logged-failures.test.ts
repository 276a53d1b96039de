import { describe, expect, it } from 'vitest';
import { findFailed, findServedPropensity } from '../../../src/review/estimates/logged-failures.js';
import { createDecisionLog } from '../../../src/serve/log/decision-log.js';
import type { LoggedRequest } from '../../../src/serve/log/join-lines.js';
import type { LoggedAttempt } from '../../../src/serve/log/record.js';
import { loadMixture, readAll } from '../../support/decision-log.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
const policy = await loadMixture();

/** "small" is chosen with 0.7, "large" with 0.2 and "local" with 0.1. */
const chances = [0.7, 0.2, 0.1];

async function readBack(name: string, attempts: readonly LoggedAttempt[]): Promise<LoggedRequest> {
  const directory = folder.file(name);
  const log = await createDecisionLog({ directory });
  const entry = log.open(policy);
  entry.decide('hello', { model: 'small' });
  entry.served({ model: 'large', attempts });
  await log.close();
  const { requests } = await readAll(directory);
  if (requests[0] === undefined) throw new Error('nothing was logged');
  return requests[0];
}

const attempt = (model: string, outcome: LoggedAttempt['outcome']): LoggedAttempt => ({
  model,
  outcome,
  why: null,
  latencyMs: null,
});

/** As earlier versions wrote it: without the chance of the choice, which did not answer. */
function withPropensity(request: LoggedRequest, propensity: number | null): LoggedRequest {
  const { served } = request;
  if (served === undefined) throw new Error('nothing served');
  return { ...request, served: { ...served, propensity } };
}

describe('the models that are known not to have answered', () => {
  it('are those that failed or were skipped, with the chance that they were called', async () => {
    const request = await readBack('order', [
      attempt('small', 'failed'),
      attempt('local', 'skipped'),
      attempt('large', 'failed'),
      attempt('large', 'answered'),
    ]);
    const failed = findFailed(request, chances);
    expect([...failed.keys()]).toEqual(['small', 'local']);
    expect(failed.get('small')).toBeCloseTo(0.7, 12);
    expect(failed.get('local')).toBeCloseTo(0.8, 12);
  });

  it('include a choice that did not serve, where no attempt was recorded', async () => {
    const failed = findFailed(await readBack('by-hand', []), chances);
    expect([...failed]).toEqual([['small', 0.7]]);
  });
});

describe('the chance that a model serves a request', () => {
  it('includes that of a choice whose failure was not recorded', async () => {
    const request = await readBack('chance', []);
    for (const written of [0.2, null]) {
      expect(findServedPropensity(withPropensity(request, written), chances)).toBeCloseTo(0.9, 12);
    }
    expect(findServedPropensity(withPropensity(request, 0.95), chances)).toBe(0.95);
  });

  it('is the recorded one where the attempts say what became of the choice', async () => {
    const request = await readBack('recorded', [attempt('small', 'failed')]);
    expect(findServedPropensity(withPropensity(request, 0.6), chances)).toBe(0.6);
  });
});
