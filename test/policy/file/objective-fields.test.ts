import { describe, expect, it } from 'vitest';
import { decodePolicy } from '../../../src/policy/file/decode-policy.js';
import type { Policy } from '../../../src/policy/file/policy.js';
import {
  buildConstantPolicy,
  buildObjective,
  writePolicyFile,
} from '../../support/routing-policy.js';

const base = buildConstantPolicy();
const objectives = [
  buildObjective(),
  buildObjective({ name: 'keep-98', promise: 'shown' }),
  buildObjective({ name: 'keep-99', promise: 'not_shown', constantModel: 'large' }),
];
const { verdict } = buildConstantPolicy({ objectives });

/** With everything that files may leave out. */
const full: Policy = {
  ...base,
  objectives,
  verdict: {
    ...verdict,
    bestConstant: 'large',
    promptsNeeded: 4000,
    evidence: verdict.evidence.map((evidence) => ({
      ...evidence,
      latencyMs: 200,
      constantLatencyMs: 2000,
      promptsNeeded: 4000,
    })),
  },
};

async function reread(policy: Policy, change: (text: string) => string = (text) => text) {
  const { text } = await writePolicyFile(policy);
  return decodePolicy(JSON.parse(change(text))).policy;
}

describe('what a policy file says of promises and of the evidence that is missing', () => {
  it('is read as it was written', async () => {
    const read = await reread(full);
    expect(read.objectives).toEqual(full.objectives);
    expect(read.verdict).toEqual(full.verdict);
  });

  it('may be left out', async () => {
    const read = await reread(base);
    expect(read.verdict).toEqual(base.verdict);
    expect(read.objectives[0]).not.toHaveProperty('promise');
  });

  it.each([
    ['objectives[1].promise', '"promise": "shown"', '"promise": "hoped"'],
    [
      'verdict.bestConstant',
      '"bestConstant": "large",\n  "promptsNeeded"',
      '"bestConstant": 3,\n  "promptsNeeded"',
    ],
    ['verdict.evidence[0].promptsNeeded', '"promptsNeeded": 4000', '"promptsNeeded": -1'],
    ['verdict.evidence[0].latencyMs', '"latencyMs": 200', '"latencyMs": "200"'],
  ])('is refused where %s is of another kind', async (path, right, wrong) => {
    const change = (text: string): string => {
      expect(text).toContain(right);
      return text.replace(right, wrong);
    };
    await expect(reread(full, change)).rejects.toMatchObject({ where: `policy file, ${path}` });
  });
});
