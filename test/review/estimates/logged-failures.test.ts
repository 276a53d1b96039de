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

async function readBack(
  name: string,
  attempts: readonly LoggedAttempt[],
  choice = 'small',
): Promise<LoggedRequest> {
  const directory = folder.file(name);
  const log = await createDecisionLog({ directory });
  const entry = log.open(policy);
  entry.decide('hello', { model: choice });
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

/** With another chance in the log. */
function withPropensity(request: LoggedRequest, propensity: number | null): LoggedRequest {
  const { served } = request;
  if (served === undefined) throw new Error('nothing served');
  return { ...request, served: { ...served, propensity } };
}

describe('the models that are known not to have answered', () => {
  it('are those that failed or were skipped, and did not answer in the end', async () => {
    const request = await readBack('order', [
      attempt('small', 'failed'),
      attempt('local', 'skipped'),
      attempt('large', 'failed'),
      attempt('large', 'answered'),
    ]);
    expect([...findFailed(request)]).toEqual(['small', 'local']);
  });

  it('include a choice that did not serve, where no attempt was recorded', async () => {
    expect([...findFailed(await readBack('by-hand', []))]).toEqual(['small']);
  });
});

const held = (model: string, why: string | null): LoggedAttempt => ({
  ...attempt(model, 'skipped'),
  why,
});

describe('the chance that a model serves a request', () => {
  it.each([
    ['a call failed', [attempt('small', 'failed')]],
    [
      'a call failed after another model was held back',
      [held('small', 'open'), attempt('local', 'failed')],
    ],
    ['the choice failed and was not recorded', []],
    ['the choice was skipped for this request only', [held('small', 'not_permitted')]],
    ['who wrote the log skipped the choice', [held('small', null)]],
  ])('is none where it took over and %s', async (name, attempts) => {
    const request = await readBack(name.replaceAll(' ', '-'), attempts);
    expect(findServedPropensity(request, chances)).toBe(0);
  });

  it('is the recorded one where the choice was held back, whatever was chosen', async () => {
    const request = await readBack('held-back', [held('small', 'open'), held('local', 'probing')]);
    expect(findServedPropensity(withPropensity(request, 0.6), chances)).toBe(0.6);
    expect(findServedPropensity(withPropensity(request, null), chances)).toBeUndefined();
  });

  it('is that of the draw where the choice answered after others had failed', async () => {
    const attempts = [
      held('large', 'open'),
      attempt('small', 'failed'),
      attempt('large', 'answered'),
    ];
    const request = await readBack('early', attempts, 'large');
    expect(findServedPropensity(withPropensity(request, 0.9), chances)).toBe(0.2);
    const direct = await readBack('direct', [attempt('large', 'answered')], 'large');
    expect(findServedPropensity(withPropensity(direct, 0.3), chances)).toBe(0.3);
  });
});
