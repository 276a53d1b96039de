import { describe, expect, it } from 'vitest';
import type { Perturbation } from '../../../../src/learn/evaluate/diagnose/perturbations.js';
import { computeRobustness } from '../../../../src/learn/evaluate/diagnose/robustness.js';
import type { Policy } from '../../../../src/policy/file/policy.js';
import type { Decision } from '../../../../src/policy/decide/decision.js';
import { loadPolicy, type LoadedPolicy } from '../../../../src/policy/decide/load-policy.js';
import { promptText, type Prompt } from '../../../../src/llm/chat.js';
import { createRandom } from '../../../../src/util/random.js';
import { plantedTasks, writePlantedPrompt } from '../../../support/planted-outcomes.js';
import {
  buildConstantPolicy,
  buildMixturePolicy,
  buildObjective,
  writePolicyFile,
} from '../../../support/routing-policy.js';

async function load(policy: Policy): Promise<LoadedPolicy> {
  return loadPolicy((await writePolicyFile(policy)).text);
}

const random = createRandom(3);
const prompts = Array.from({ length: 40 }, (_, row) =>
  writePlantedPrompt(plantedTasks[row % plantedTasks.length] as string, random),
);

const shout: Perturbation = {
  name: 'shout',
  apply: (prompt) => (promptText(prompt).startsWith('a') ? 'LOUD' : prompt),
};

/** Chooses by a rule of the test, and is asked for nothing else. */
async function loadWith(choose: (text: string) => Partial<Decision>): Promise<LoadedPolicy> {
  const loaded = await load(buildConstantPolicy());
  return {
    ...loaded,
    decide: (prompt, options) =>
      ({ ...loaded.decide(prompt, options), ...choose(promptText(prompt as Prompt)) }) as Decision,
  };
}

describe('computeRobustness', () => {
  it('counts the decisions that stay the same, of the prompts that are changed', async () => {
    const loaded = await loadWith((text) => ({
      model: text === 'LOUD' || text === 'a1' ? 'large' : 'small',
      reason: 'best_utility',
    }));
    const asked = ['a1', 'a2', 'a3', 'a4', 'b1', 'b2'];
    const { objectives, share } = computeRobustness(loaded, asked, {
      seed: 1,
      perturbations: [shout],
    });
    expect(objectives[0]?.perturbations).toEqual([
      { name: 'shout', prompts: 4, survived: 1, lostToNovelty: 0, share: 0.25 },
    ]);
    expect(share).toBe(0.25);
  });

  it('says how many are lost because a prompt looks novel', async () => {
    const loaded = await loadWith((text) =>
      text === 'LOUD'
        ? { model: 'large', reason: 'novel_prompt' }
        : { model: text === 'a1' ? 'large' : 'small', reason: 'best_utility' },
    );
    const [objective] = computeRobustness(loaded, ['a1', 'a2', 'a3'], {
      seed: 1,
      perturbations: [shout],
    }).objectives;
    expect(objective?.perturbations[0]).toMatchObject({ survived: 1, lostToNovelty: 2 });
  });

  it('has no share for what changes nothing, and leaves it out of the mean', async () => {
    const loaded = await loadWith((text) => ({ model: text === 'LOUD' ? 'large' : 'small' }));
    const idle: Perturbation = { name: 'idle', apply: (prompt) => prompt };
    const [objective] = computeRobustness(loaded, ['a1'], {
      seed: 1,
      perturbations: [idle, shout],
    }).objectives;
    expect(objective?.perturbations[0]).toMatchObject({ name: 'idle', prompts: 0, share: null });
    expect(objective?.share).toBe(0);
  });

  it('leaves constant objectives out of the whole, unless there are no others', async () => {
    const constant = buildObjective({ name: 'cost', constantModel: 'small' });
    const mixed = await load(buildMixturePolicy({ objectives: [buildObjective(), constant] }));
    const { objectives, share } = computeRobustness(mixed, prompts, { seed: 1 });
    expect(objectives[1]).toMatchObject({ objective: 'cost', constantModel: 'small', share: 1 });
    expect(objectives[0]?.constantModel).toBeNull();
    expect(share).toBe(objectives[0]?.share);
    const onlyConstant = buildConstantPolicy({
      objectives: [constant],
      defaultObjective: 'cost',
    });
    expect(computeRobustness(await load(onlyConstant), prompts, { seed: 1 }).share).toBe(1);
  });

  it('finds that a policy of random weights is swayed, but not by all', async () => {
    const loaded = await load(buildMixturePolicy({ noveltyLimit: 1 }));
    const { objectives, share } = computeRobustness(loaded, prompts, { seed: 1 });
    expect(share).toBeGreaterThan(0.3);
    expect(share).toBeLessThan(1);
    const shares = objectives[0]?.perturbations.map((item) => item.share) ?? [];
    expect(shares).toHaveLength(13);
    expect(new Set(shares).size).toBeGreaterThan(2);
  });

  it('gives the same for the same seed, in whatever order the prompts come', async () => {
    const loaded = await load(buildMixturePolicy());
    const odd: Prompt[] = [...prompts, '\ud800 lone', ''];
    const result = computeRobustness(loaded, odd, { seed: 4 });
    expect(computeRobustness(loaded, odd.toReversed(), { seed: 4 })).toEqual(result);
  });
});
