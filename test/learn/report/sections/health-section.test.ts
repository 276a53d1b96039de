import { describe, expect, it } from 'vitest';
import type { ModelHealth } from '../../../../src/measure/outcomes/run-health.js';
import type { Report } from '../../../../src/learn/report/report.js';
import { renderHealth } from '../../../../src/learn/report/sections/health-section.js';

const none = { ungraded: 0, refused: 0, truncated: 0, malformed: 0, context_overflow: 0 };

function renderWith(changes: Partial<ModelHealth>, judgeUsd = 0): string {
  const model: ModelHealth = {
    model: 'small',
    cells: 10,
    outcomes: { ...none, answered: 10, infrastructure: 0 },
    ambiguous: 0,
    undecided: 0,
    failedAttempts: 0,
    spentUsd: 1,
    unpriced: 0,
    possiblyCharged: 0,
    possibleUsd: 0,
    unboundedCalls: 0,
    guessed: 0,
    chargedByProvider: 0,
    served: [],
    noise: null,
    ...changes,
  };
  const judge = { spentUsd: judgeUsd, possibleUsd: 0, unboundedCalls: 0 };
  const health = { firstCall: null, lastCall: null, models: [model], judge };
  const report = { warnings: [], leftOut: [], coverage: [], prompts: 10, simulated: false, health };
  const { text } = renderHealth(report as unknown as Report);
  return text.replace(/<[^>]*>/g, '').replace(/\s+/g, ' ');
}

describe('the health of a run, in a report', () => {
  it('says how many costs are unknown, and how many partly estimated', () => {
    expect(renderWith({ unpriced: 2, guessed: 3 })).toContain(
      'The costs of 2 answers are unknown. The costs of 3 answers are partly estimated.',
    );
    expect(renderWith({})).not.toMatch(/are unknown|estimated/);
  });

  it('says what judging cost, which is in no model’s costs', () => {
    expect(renderWith({}, 0.4)).toContain('$1.00 spent. Judging cost $0.40 more.');
    expect(renderWith({})).not.toContain('Judging');
  });

  it('does not show spending that is unknown as none', () => {
    const unpriced = renderWith({ spentUsd: 0, unpriced: 10 });
    expect(unpriced).toContain('Unknown spending. The costs of 10 answers are unknown.');
    expect(unpriced).not.toMatch(/\$|price table/);
    const partly = renderWith({ spentUsd: 1, unpriced: 2 });
    expect(partly).toContain('At least $1.00 spent. Costs are computed from the price table.');
    expect(partly).toContain('≥$1.00');
    expect(renderWith({ spentUsd: 0 })).toContain('$0 spent.');
  });

  it('does not show calls that may have been charged as free', () => {
    const timeouts = renderWith({ spentUsd: 0, possiblyCharged: 5, possibleUsd: 2 });
    expect(timeouts).toContain(
      'Unknown spending. Calls without a known charge may have cost up to $2.00 more.',
    );
    expect(timeouts).not.toMatch(/\$0|price table/);
    const retried = renderWith({ spentUsd: 0.05, possiblyCharged: 5, possibleUsd: 1.5 });
    expect(retried).toContain('At least $0.05 spent.');
    expect(retried).toContain('≥$0.05');
    expect(renderWith({ possiblyCharged: 1, unboundedCalls: 1 })).toContain(
      '1 call without a known charge may have cost any amount and are in no total.',
    );
    expect(renderWith({})).not.toContain('without a known charge');
  });
});
