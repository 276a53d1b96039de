import { afterEach, describe, expect, it, vi } from 'vitest';
import { printObjectives } from '../../../src/cli/print/print-policy.js';
import type { PromiseState } from '../../../src/policy/file/policy.js';
import { buildObjective } from '../../support/routing-policy.js';

afterEach(() => {
  vi.restoreAllMocks();
});

function readPrinted(promise: PromiseState | undefined): string {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  const cost = buildObjective({
    name: 'cost',
    constantModel: 'large',
    ...(promise !== undefined && { promise }),
  });
  printObjectives({ objectives: [cost], defaultObjective: 'cost', delivery: null });
  return written.join('').replaceAll(/\s+/g, ' ');
}

describe('the objectives of a policy', () => {
  it('say what a promise is shown against, so that one model may keep its own quality unmarked', () => {
    const printed = readPrinted('shown');
    expect(printed).toContain('shown at 95 % confidence');
    expect(printed).toContain('for a share of the quality against every model (or --baseline)');
    expect(printed).toContain('The model that looks best is unmarked where that is not shown.');
  });

  it.each([['not_shown'], [undefined]] as const)('do not where none is shown: %s', (promise) => {
    expect(readPrinted(promise)).not.toContain('against every model');
  });
});
