import { describe, expect, it } from 'vitest';
import { replaySchema, type FiledReplay } from '../../../../src/learn/report/replay-schema.js';
import { renderReplay } from '../../../../src/learn/report/sections/replay-section.js';
import { buildReport } from '../../../support/report.js';
import { buildPlantedOutcomes } from '../../../support/planted-outcomes.js';

const measure = {
  happened: { requests: 0, mean: null, estimate: null },
  estimated: { requests: 400, logged: null, replayed: null, difference: null },
};

const replay: FiledReplay = {
  policyDigest: 'sha256:ab',
  objective: null,
  simulated: false,
  requests: 400,
  weightedRequests: 400,
  conversations: 400,
  changedShare: 0.4,
  changed: null,
  costUsd: measure,
  latencyMs: measure,
  quality: measure,
  models: [],
  tasks: [],
  unreplayable: {},
  log: { overflow: 0, lost: 0, damagedLines: 0 },
  outcomes: null,
};

const estimated = {
  kind: 'estimated',
  value: { mean: 0.8, low: 0.7, high: 0.9 },
  difference: null,
  drift: false,
} as const;

type Outcomes = Omit<NonNullable<FiledReplay['outcomes']>, 'requests' | 'leftOut'> & {
  readonly requests?: number;
};

/** The text of the page about these outcomes, as they are read from a file. */
function textOf(outcomes: Outcomes, changes: Partial<FiledReplay> = {}): string {
  const filed = replaySchema.parse({
    ...replay,
    ...changes,
    outcomes: { requests: 400, ...outcomes },
  });
  const report = buildReport(buildPlantedOutcomes(60, { seed: 1 }), {}, { ...filed, file: 'x' });
  const rendered = renderReplay(report) as { readonly text: string };
  return rendered.text.replaceAll(/<[^>]*>|\s+/g, ' ').replaceAll('&#39;', "'");
}

describe('the losses on the page', () => {
  it('are counted in the singular and in the plural', () => {
    const textWith = (lost: number): string =>
      textOf({ target: estimated }, { log: { overflow: 0, lost, damagedLines: 0 } });
    expect(textWith(1)).toContain('1 record of the log is missing or damaged.');
    expect(textWith(2)).toContain('2 records of the log are missing or damaged.');
  });
});

describe('the conditions of a replay on the page', () => {
  const textWith = (changes: Partial<FiledReplay>): string =>
    textOf({ target: estimated }, changes);

  it('are said where they are not those of the policy file', () => {
    const prices = {
      small: { inputPerMillionUsd: 0.1, outputPerMillionUsd: 40, cachedInputPerMillionUsd: 0.05 },
    };
    const text = textWith({ prices, unavailable: ['large'] });
    expect(text).toContain('This replay differs from the policy file:');
    expect(text).toMatch(
      /The price of\s+small\s+is \$0\.10 input, \$40\.00 output, \$0\.05 cached input, per million tokens\./,
    );
    expect(text).toMatch(/large\s+may not be chosen\./);
    expect(text).toMatch(/cost, which happened at the prices of its time/);
  });

  it('are not mentioned where they are, and unknown in a file of an earlier version', () => {
    const plain = textWith({ prices: {}, unavailable: [] });
    expect(plain).toMatch(
      /are off too, except for\s+latency:\s+what happened is a mean of the calls that answered, without failed calls before\s+them/,
    );
    expect(plain).not.toContain('differs from the policy file');
    expect(plain).not.toContain('earlier version');
    expect(textWith({})).toContain('did not record whether it had other prices');
  });
});

describe('the shares of models on the page', () => {
  const shares = [
    { model: 'small', logged: 1, served: 1, replayed: 0.98 },
    { model: null, logged: 0, served: null, replayed: 0.02 },
  ];
  const textWith = (changes: Partial<FiledReplay>): string =>
    textOf({ target: estimated }, { models: shares, ...changes });

  it('are of the answered requests, and the others are counted', () => {
    expect(textWith({ notAnswered: 0.03 })).toContain('No model answered 3.0 % of those');
    expect(textWith({ notAnswered: 0 })).not.toContain('No model answered');
  });

  it('do not call unanswered requests of an earlier version infeasible', () => {
    expect(textWith({})).not.toContain('or not answered');
    const earlier = shares.map((one) => ({ ...one, served: one.model === null ? 0.03 : 0.97 }));
    expect(textWith({ models: earlier })).toContain('no feasible model, or not answered');
  });
});

describe('the changes on the page', () => {
  const task = { requests: 5, changedShare: 1, costUsd: null, quality: null, latencyMs: null };
  const meanChange = { costUsd: 0.00087, quality: -0.012 };

  it('stand without an interval where that is not known', () => {
    const estimated = { requests: 400, logged: 0.001, replayed: 0.003, difference: null };
    const text = textOf(
      { target: { kind: 'undecidable', reason: 'few_hits' } },
      {
        costUsd: { ...measure, estimated },
        tasks: ['sums', 'maps'].map((name) => ({ ...task, task: name, meanChange })),
      },
    );
    expect(text).toMatch(/cost per 1,000 +– +– +\$1\.00 +\$3\.00 +\+\$2\.00 /);
    expect(text).toMatch(/sums +5 +100\s% +\+\$0\.87 +−1\.2 /);
  });

  it('are unknown in a file of an earlier version, which left them out', () => {
    const text = textOf(
      { target: { kind: 'undecidable', reason: 'few_hits' } },
      { tasks: ['sums', 'maps'].map((name) => ({ ...task, task: name })) },
    );
    expect(text).toMatch(/sums +5 +100\s% +– +– /);
  });
});

describe('what the page says of outcomes', () => {
  it('shows no quality beyond its bounds', () => {
    const value = { mean: 1.05, low: 0.9, high: 1 };
    const difference = { mean: 0.3, low: 0.1, high: 0.25 };
    const text = textOf({ target: { ...estimated, value, difference } });
    expect(text).toMatch(/quality\s+100\.0\s%\s+90\.0 to 100\.0\s%/);
    expect(text).not.toContain('105');
    expect(text).toContain('+25');
    expect(text).not.toContain('+30');
  });

  it('tells whose choices had no chance to be tried', () => {
    const undecidable = { kind: 'undecidable', reason: 'no_support' } as const;
    const textWith = (overlap: Outcomes['target']['overlap']): string =>
      textOf({ target: { ...undecidable, overlap } });
    expect(textWith({ unsupported: 160, disagreements: 160, unknownModels: 0 })).toContain(
      "for 160 of 160 requests routed differently, the log's policy had no chance to try the other model",
    );
    const own = textWith({ unsupported: 0, disagreements: 160 });
    expect(own).toContain("exploration left the usual choice of the log's policy no chance");
    expect(own).not.toContain('to try the other model');
    expect(textWith(undefined)).toContain('leaves some of the choices no chance');
  });

  it('counts failures, and answers in place of failed calls, of both policies', () => {
    const text = textOf({
      target: { ...estimated, overlap: { unanswered: 0, takeovers: 5 } },
      production: { drift: false, overlap: { unanswered: 6, takeovers: 1 } },
    });
    expect(text).toContain("not to have answered 0 requests; that of the log's policy, 6.");
    expect(text).toContain(
      "do not count: 5 by the model that the policy chooses, 1 by that of the log's policy.",
    );
    expect(text).toContain('Qualities are of the requests that the chosen model could answer.');
    expect(text).not.toContain('Warning');
  });

  it('says nothing of the policy of the log where an earlier version left it out', () => {
    const text = textOf({ target: { ...estimated, overlap: { unanswered: 7 } } });
    expect(text).toContain('is known not to have answered 7 requests. Qualities are');
    expect(textOf({ target: estimated })).not.toContain('is known not to have answered');
  });

  it('says of no model that it did not answer where only answers in place of others are known', () => {
    const text = textOf({ target: { ...estimated, overlap: { takeovers: 2 } } });
    expect(text).toContain('do not count: 2 by the model that the policy chooses.');
    expect(text).not.toContain('not to have answered');
  });

  it('counts the requests that nobody answered beside the outcomes', () => {
    expect(textOf({ requests: 30, unanswered: 4, target: estimated })).toContain(
      "4 requests that no model of the log's policy answered count, too, as failed: 34 requests in all.",
    );
    expect(textOf({ target: estimated })).not.toContain('requests in all');
  });

  it('warns where the outcomes contradict the policy of the log', () => {
    const text = textOf({ target: estimated, production: { drift: true } });
    expect(text).toContain("Warning: the production policy's quality differs from its estimates");
  });
});
