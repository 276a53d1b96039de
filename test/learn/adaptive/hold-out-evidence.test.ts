import { describe, expect, it } from 'vitest';
import {
  weighGroups,
  weighHoldOut,
  type HoldOutEvidence,
  type OpenedPrompt,
} from '../../../src/learn/adaptive/hold-out-evidence.js';

/** Two models: the choice is model 1, the baseline model 0. */
interface World {
  readonly quality: readonly (readonly [baseline: number, choice: number])[];
  readonly groups?: readonly number[];
  readonly weights?: readonly number[];
  readonly opened?: Partial<OpenedPrompt>;
  readonly costUsd?: readonly [number, number];
  /** Costs by prompt. @default `costUsd` */
  readonly costs?: readonly (readonly [baseline: number, choice: number])[];
}

function weigh({
  quality,
  groups,
  weights,
  opened = {},
  costUsd = [2, 1],
  costs = quality.map(() => costUsd),
}: World): HoldOutEvidence {
  const problem = {
    modelCount: 2,
    groups: Int32Array.from(groups ?? quality.keys()),
    ...(weights && { weights: Float64Array.from(weights) }),
  };
  const prompts = Int32Array.from(quality.keys());
  const list = Array.from(prompts, (prompt): OpenedPrompt => ({
    prompt,
    choice: 1,
    baseline: 0,
    costWeightPerUsd: 0,
    costUsd: Float64Array.from(costUsd),
    maxCostUsd: 2,
    ...opened,
  }));
  const known = {
    quality: Float32Array.from(quality.flat()),
    costUsd: Float32Array.from(costs.flat()),
  };
  const groupWeights = weighGroups(problem, prompts);
  return weighHoldOut(problem, list, known, { inPlay: [0], worth: 0.02, groupWeights });
}

type Pair = readonly [baseline: number, choice: number];

const repeat = (count: number, pair: Pair): Pair[] => Array.from({ length: count }, () => pair);

const better = [0, 1] as const;
const worse = [1, 0] as const;

describe('weighHoldOut', () => {
  it('finds a gain on prompts where the choice is better', () => {
    const { gainEvidence, gain, prompts } = weigh({ quality: repeat(20, better) });
    expect(gainEvidence).toBeGreaterThan(20);
    expect(gain?.mean).toBe(1);
    expect(prompts).toBe(20);
  });

  it('leaves room for another gain where all were equal, and none beyond 100 points', () => {
    const all = weigh({ quality: repeat(20, better) }).gain;
    expect(all).toMatchObject({ mean: 1, high: 1 });
    expect(all?.low).toBeLessThan(0.9);
    const none = weigh({ quality: repeat(20, [1, 1]) }).gain;
    expect(none?.low).toBeLessThan(-0.05);
    expect(none?.high).toBeGreaterThan(0.05);
    const most = weigh({ quality: [...repeat(3, better), [1, 1]] }).gain;
    expect(most).toMatchObject({ mean: 0.75, high: 1 });
  });

  it('knows that policies that never left their baselines gained nothing', () => {
    const opened = { choice: 0, baseline: 0 };
    const { gain, routedAway } = weigh({ quality: repeat(20, better), opened });
    expect({ gain, routedAway }).toEqual({ gain: { mean: 0, low: 0, high: 0 }, routedAway: 0 });
  });

  it('counts a group by its prompts, so that it never contradicts the mean gain', () => {
    const quality = [...repeat(20, better), ...repeat(40, worse)];
    const groups = quality.map((_, prompt) => (prompt < 20 ? prompt : 20 + Math.floor(prompt / 5)));
    const { gainEvidence, gain } = weigh({ quality, groups });
    expect(gain?.mean).toBeCloseTo(-1 / 3);
    expect(gainEvidence).toBeLessThan(2);
  });

  it('counts a prompt by its weight', () => {
    const quality = [...repeat(20, better), ...repeat(8, worse)];
    const weights = quality.map((_, prompt) => (prompt < 20 ? 1 : 5));
    const { gainEvidence, gain } = weigh({ quality, weights });
    expect(gain?.mean).toBeCloseTo(-1 / 3);
    expect(gainEvidence).toBeLessThan(2);
  });

  it('shows no gain where one prompt has most of the weight', () => {
    const quality = [...repeat(20, better), worse];
    const weights = quality.map((_, prompt) => (prompt < 20 ? 1 : 40));
    const { gainEvidence, gain } = weigh({ quality, weights });
    expect(gain).toBeNull();
    expect(gainEvidence).toBeLessThan(2);
  });

  it('does not depend on the unit of the weights', () => {
    const quality = repeat(20, better);
    const weights = quality.map(() => 0.01);
    expect(weigh({ quality, weights }).gainEvidence).toBeCloseTo(weigh({ quality }).gainEvidence);
  });

  it('loses little evidence where few groups are large', () => {
    const quality = repeat(21, better);
    const groups = quality.map((_, prompt) => Math.max(0, prompt - 1));
    const { gainEvidence } = weigh({ quality, groups });
    expect(gainEvidence).toBeGreaterThan(0.5 * weigh({ quality: repeat(20, better) }).gainEvidence);
  });

  it('shows quality and measured cost apart where a dollar is worth quality', () => {
    const evidence = weigh({
      quality: repeat(20, [1, 0.9]),
      opened: { costWeightPerUsd: 0.5, costUsd: Float64Array.of(2, 1.5) },
    });
    expect(evidence.gain?.mean).toBeCloseTo(-0.1);
    expect(evidence).toMatchObject({ chosenUsd: 1, baselineUsd: 2 });
    // Worth 0.5 x $0.50 - 0.1 by what was expected.
    expect(evidence.gainEvidence).toBeGreaterThan(1);
  });

  it('does not weigh earlier prompts again by what later ones cost', () => {
    const first = { costWeightPerUsd: 0.1, costUsd: Float64Array.of(1, 1), maxCostUsd: 1 };
    const evidence = weigh({ quality: repeat(3, better), opened: first });
    const dearer = weigh({ quality: repeat(3, better), opened: { ...first, maxCostUsd: 90 } });
    expect(dearer.gainEvidence).toBeLessThan(evidence.gainEvidence);
    expect(evidence.gainEvidence).toBeCloseTo(
      [0.05, 0.1, 0.2, 0.3, 0.5].reduce((sum, bet) => sum + (1 + bet / 1.1) ** 3, 0) / 5,
      5,
    );
  });

  it('counts the prompts whose choice was not the baseline, also where both did as well', () => {
    const quality = repeat(20, [1, 1]);
    expect(weigh({ quality })).toMatchObject({ prompts: 20, routedAway: 20 });
    expect(weigh({ quality, opened: { choice: 0 } })).toMatchObject({ routedAway: 0 });
    const unknown = repeat(20, [1, Number.NaN]);
    expect(weigh({ quality: unknown })).toMatchObject({ prompts: 0, routedAway: 0 });
  });

  it('has no costs where none is known', () => {
    const evidence = weigh({ quality: [better, better], costUsd: [Number.NaN, 1] });
    expect(evidence).toMatchObject({ chosenUsd: null, baselineUsd: null });
  });

  it('has no costs where only those of a few prompts are known', () => {
    const quality = repeat(60, better);
    const few = quality.map((_, prompt): Pair => [prompt < 50 ? 2 : Number.NaN, 1]);
    expect(weigh({ quality, costs: few })).toMatchObject({ chosenUsd: null, baselineUsd: null });
    const most = quality.map((_, prompt): Pair => [prompt < 54 ? 2 : Number.NaN, 1]);
    expect(weigh({ quality, costs: most })).toMatchObject({ chosenUsd: 1, baselineUsd: 2 });
  });

  it('does not take the cost of refused requests for that of a model', () => {
    const quality = repeat(60, better);
    const unknown = (refused: number) =>
      quality.map((_, prompt): Pair => [prompt < refused ? 0 : Number.NaN, 1]);
    for (const refused of [3, 55]) {
      const evidence = weigh({ quality, costs: unknown(refused) });
      expect(evidence).toMatchObject({ chosenUsd: null, baselineUsd: null });
    }
    const known = quality.map((_, prompt): Pair => [prompt < 15 ? 0 : 2, 1]);
    expect(weigh({ quality, costs: known })).toMatchObject({ chosenUsd: 1, baselineUsd: 1.5 });
  });
});
