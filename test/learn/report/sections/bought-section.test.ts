import { describe, expect, it } from 'vitest';
import type { AddedModel } from '../../../../src/learn/adaptive/added/added-record.js';
import type { AdaptiveRecord } from '../../../../src/learn/adaptive/adaptive-record.js';
import type { Report } from '../../../../src/learn/report/report.js';
import { renderBought } from '../../../../src/learn/report/sections/bought-section.js';

const added: AddedModel = {
  model: 'new <one>',
  share: 0.1,
  ending: 'useful',
  cells: { all: 200, learning: 20, heldOut: 30 },
  spentUsd: 0.25,
  expectedGain: 0.012,
  tasks: [
    {
      task: 'math',
      prompts: 200,
      outcomes: 20,
      best: 'old',
      bestQuality: 0.5,
      quality: 0.6,
      deviation: 0.05,
      isBetter: true,
    },
  ],
};

const adaptive: AdaptiveRecord = {
  version: 1,
  objective: 'save',
  worth: 0.02,
  seed: 0,
  ending: 'routing_pays',
  cells: { all: 100, learning: 40, heldOut: 10, kept: 0 },
  heldOutPrompts: 15,
  neverHeldOutPrompts: 12,
  stoppedModels: [],
  evidence: {
    prompts: 10,
    routedAway: 0,
    gainEvidence: 30,
    futilityEvidence: 0.1,
    gain: null,
    chosenUsd: null,
    baselineUsd: null,
  },
  remaining: 0.01,
  nextRoundCells: 25,
  leftUsd: 8,
};

/** The section as text on one line, without tags. */
function read(parts: Pick<Report, 'adaptive' | 'added'>): string {
  const section = renderBought({ ...parts, simulated: false } as Report);
  return section.text.replaceAll(/<[^>]*>/gu, ' ').replaceAll(/\s+/gu, ' ');
}

describe('what the report says about purchases', () => {
  it('is nothing for a sweep of all cells', () => {
    expect(read({ adaptive: null, added: [] }).trim()).toBe('');
  });

  it('has what was bought of added models, what it cost and what is expected', () => {
    const text = read({ adaptive: null, added: [added] });
    expect(text).toContain('1 model had been added');
    expect(text).toMatch(/new &lt;one&gt; 20 30 25 % \$0\.25 \+1\.2 may be of use/u);
    expect(text).not.toContain('The sweep was adaptive');
  });

  it('does not show what may have been charged as free', () => {
    const textWith = (changes: Partial<AddedModel>): string =>
      read({ adaptive: null, added: [{ ...added, ...changes }] });
    expect(textWith({ unpriced: 1 })).toContain('≥$0.25');
    expect(textWith({ spentUsd: 0, unpriced: 1 })).toMatch(/25 % – \+1\.2/u);
  });

  it('claims no gain of a model of which nothing is known', () => {
    const text = read({
      adaptive: null,
      added: [{ ...added, ending: 'no_outcomes', expectedGain: 0, tasks: [] }],
    });
    expect(text).toMatch(/\$0\.25 – no answer could be graded/u);
  });

  it('says what the verdict of an adaptive sweep is about', () => {
    const text = read({ adaptive, added: [] });
    expect(text).toContain('12 prompts could not be held out');
    expect(text).toContain('less than 2.0 points, with what it saves counted as quality');
    expect(text).toContain('over each model in play');
  });
});
