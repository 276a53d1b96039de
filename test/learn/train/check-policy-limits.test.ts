import { describe, expect, it } from 'vitest';
import { checkPolicyLimits } from '../../../src/learn/train/check-policy-limits.js';

function check(taskCount: number, modelCount: number): () => void {
  const list = (count: number): string[] => Array.from({ length: count }, (_, at) => `n${at}`);
  return () => checkPolicyLimits({ tasks: list(taskCount), table: { models: list(modelCount) } });
}

describe('what no policy file can hold', () => {
  it.each([
    [1001, 2, '1,001 task labels are too many: a policy file has at most 1,000'],
    [2, 501, '501 models are too many: a policy file has at most 500'],
    [200, 251, '200 task labels times 251 models are too many'],
  ])('is refused before training: %i tasks and %i models', (tasks, models, message) => {
    expect(check(tasks, models)).toThrow(message);
  });

  it.each([
    [1000, 50],
    [100, 500],
  ])('is not %i tasks and %i models', (tasks, models) => {
    expect(check(tasks, models)).not.toThrow();
  });
});
