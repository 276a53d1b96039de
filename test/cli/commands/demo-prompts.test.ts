import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { demoPrompts } from '../../../src/cli/commands/demo-prompts.js';
import { loadPolicy } from '../../../src/policy/decide/load-policy.js';

it('sends each prompt of the demo to another model, each with a known task', async () => {
  // Learned from the same task set and the same practice models.
  const file = new URL('../../../policies/practice-everyday.policy.json', import.meta.url);
  const { decide } = await loadPolicy(readFileSync(file, 'utf8'));
  const decisions = demoPrompts.map((prompt) => decide(prompt));
  expect(new Set(decisions.map(({ model }) => model)).size).toBe(demoPrompts.length);
  for (const { reason, task } of decisions) {
    expect(['best_utility', 'baseline_holds']).toContain(reason);
    expect(task[0]?.probability).toBeGreaterThan(0.9);
  }
});
