import { describe, expect, it } from 'vitest';
import { createEProcess, decisiveEvidence } from '../../../src/learn/adaptive/e-process.js';
import { createRandom } from '../../../src/util/random.js';
import { isLongRun } from '../../support/test-run.js';

/** Draws differences of -1, 0 and 1 with a mean, until the evidence is decisive. */
function findDecision(mean: number, seed: number, limit: number): number | undefined {
  const random = createRandom(seed);
  const process = createEProcess();
  for (let step = 1; step <= limit; step++) {
    const drawn = random();
    process.add(drawn < 0.15 + mean / 2 ? 1 : drawn < 0.3 ? -1 : 0);
    if (process.value > decisiveEvidence) return step;
  }
  return undefined;
}

describe('createEProcess', () => {
  it('starts without evidence', () => {
    expect(createEProcess().value).toBeCloseTo(1, 12);
  });

  it('is rarely decisive where there is no difference, although it is watched all the time', () => {
    const trials = isLongRun ? 2000 : 200;
    let alarms = 0;
    for (let seed = 0; seed < trials; seed++) {
      if (findDecision(0, seed, 2000) !== undefined) alarms += 1;
    }
    expect(alarms / trials).toBeLessThanOrEqual(0.05);
  });

  it('finds a difference of five points within a few thousand prompts', () => {
    const found = Array.from({ length: 20 }, (_, seed) => findDecision(0.05, seed, 5000));
    expect(found.filter((step) => step === undefined).length).toBeLessThanOrEqual(1);
  });

  it('bets more where most differences are smaller than the bound, and never all', () => {
    const [usual, scaled] = [createEProcess(), createEProcess(1.5)];
    usual.add(0.6);
    scaled.add(0.4);
    expect(scaled.value).toBeCloseTo(usual.value, 12);
    const large = createEProcess(1000);
    large.add(-1);
    expect(large.value).toBeCloseTo(0.1, 12);
  });

  it('is the mean of its bets: what is known exactly for two differences', () => {
    const process = createEProcess();
    process.add(1);
    process.add(-1);
    const bets = [0.05, 0.1, 0.2, 0.3, 0.5];
    const expected = bets.reduce((sum, bet) => sum + (1 + bet) * (1 - bet), 0) / bets.length;
    expect(process.value).toBeCloseTo(expected, 12);
  });
});
