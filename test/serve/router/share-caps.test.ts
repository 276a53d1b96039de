import { array, assert, boolean, double, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createShareCaps } from '../../../src/serve/router/share-caps.js';

const known = ['large', 'small'];

/** Decides on `large` whenever it is wanted and has room, and gives each decision. */
function decideInTurn(share: number, wanted: readonly boolean[]): boolean[] {
  const caps = createShareCaps({ large: share }, known);
  return wanted.map((isWanted) => {
    const isLarge = isWanted && caps.findExcess('large') === undefined;
    caps.count(isLarge ? 'large' : 'small');
    return isLarge;
  });
}

const countIn = (decisions: readonly boolean[]): number => decisions.filter(Boolean).length;

describe('a cap on the share of a model', () => {
  it('holds over any 1,000 decisions in a row, whatever is asked for', () => {
    const share = double({ min: 0.01, max: 0.99, noNaN: true });
    const wanted = array(boolean(), { minLength: 900, maxLength: 2500 });
    assert(
      property(share, wanted, (cap, asked) => {
        const decisions = decideInTurn(cap, asked);
        for (let end = 1; end <= decisions.length; end += 97) {
          const window = decisions.slice(Math.max(0, end - 1000), end);
          const most = Math.ceil(cap * Math.max(20, window.length));
          expect(countIn(window)).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('gives a model all of its share where everything asks for it', () => {
    const decisions = decideInTurn(
      0.4,
      Array.from({ length: 3000 }, () => true),
    );
    expect(countIn(decisions.slice(-1000))).toBe(400);
    expect(countIn(decisions.slice(0, 20))).toBe(8);
  });

  it('leaves a model alone that is asked for less often', () => {
    const wanted = Array.from({ length: 2000 }, (_, index) => index % 4 === 0);
    expect(decideInTurn(0.4, wanted)).toEqual(wanted);
  });

  it('says why a model is left out, and caps no other', () => {
    const caps = createShareCaps({ large: 0.4 }, known);
    for (let index = 0; index < 100; index++) caps.count('large');
    expect(caps.findExcess('large')).toBe('it had its share of 40 % of the latest decisions');
    expect(caps.findExcess('small')).toBeUndefined();
  });

  it.each([
    [0.07, '7 %'],
    [0.125, '12.5 %'],
    [0.0004, '0.04 %'],
    [0.999, '99.9 %'],
  ])('names a share of %d as it was set, and does not round it', (share, text) => {
    const caps = createShareCaps({ large: share }, known);
    for (let index = 0; index < 1000; index++) caps.count('large');
    expect(caps.findExcess('large')).toBe(`it had its share of ${text} of the latest decisions`);
  });

  it.each([
    [{ huge: 0.4 }, 'huge'],
    [{ large: 0 }, 'above 0'],
    [{ large: 1 }, 'below 1'],
    [{ large: Number.NaN }, 'above 0'],
  ])('is refused where it is %j', (caps, problem) => {
    expect(() => createShareCaps(caps, known)).toThrow(problem);
  });
});
