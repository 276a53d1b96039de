import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/util/json.js';
import { importFiles, listCells } from './import-files.js';

const passed = { pass: true, score: 1, reason: 'Assertion passed' };
const failed = { pass: false, score: 0, reason: 'Expected output to contain "4"' };
const contains = { type: 'contains', value: '4' };

function resultOf(members: JsonObject = {}): JsonObject {
  return {
    provider: { id: 'openai:tiny', label: '' },
    prompt: { raw: 'Two plus two?', label: '{{question}}' },
    promptIdx: 0,
    vars: {},
    success: true,
    score: 1,
    failureReason: 0,
    gradingResult: { ...passed, componentResults: [{ ...passed, assertion: contains }] },
    response: {
      output: '4',
      cached: false,
      tokenUsage: { total: 17, prompt: 12, completion: 5 },
    },
    cost: 0.002,
    latencyMs: 700,
    testCase: { assert: [contains] },
    ...members,
  };
}

const fileOf = (...results: readonly JsonObject[]): string =>
  JSON.stringify({ evalId: 'eval-1', results: { version: 3, results }, config: {} });

/** Imports a good result, and another one with the given members. */
async function importResult(members: JsonObject, map: readonly string[] = []) {
  const other = resultOf({ prompt: { raw: 'Three plus three?' }, ...members });
  const imported = await importFiles({ 'results.json': fileOf(resultOf(), other) }, { map });
  return { notes: imported.report.notes.join('\n'), cells: listCells(imported) };
}

describe('a result of promptfoo', () => {
  it('has what it records', async () => {
    const imported = await importFiles({ 'results.json': fileOf(resultOf()) });
    expect(listCells(imported)).toMatchObject([
      {
        prompt: 'Two plus two?',
        model: 'openai:tiny',
        quality: 1,
        latencyMs: 700,
        inputTokens: 12,
        outputTokens: 5,
      },
    ]);
    expect(listCells(imported)[0]?.costUsd).toBeCloseTo(0.002);
  });

  it.each([
    ['beside', 5, 42, 30],
    ['within', 40, 52, 40],
  ])('counts tokens of reasoning %s those of the answer', async (_, completion, total, all) => {
    const tokenUsage = { total, prompt: 12, completion, completionDetails: { reasoning: 25 } };
    const { cells } = await importResult({ response: { output: '6', tokenUsage } });
    expect(cells[1]).toMatchObject({ outputTokens: all });
  });

  it('with a failed assertion is a quality, though promptfoo calls it an error', async () => {
    const { cells } = await importResult({
      success: false,
      score: 0,
      failureReason: 1,
      error: failed.reason,
      gradingResult: { ...failed, componentResults: [{ ...failed, assertion: contains }] },
    });
    expect(cells[1]).toMatchObject({ quality: 0 });
  });

  const rubric = { type: 'llm-rubric', value: 'is right' };
  const rubricFailed = (reason: string, metadata: JsonObject = {}): JsonObject => ({
    score: 0,
    success: false,
    failureReason: 1,
    error: reason,
    gradingResult: {
      pass: false,
      score: 0,
      reason,
      componentResults: [{ pass: false, score: 0, reason, assertion: rubric, metadata }],
    },
  });

  it.each<[string, string, JsonObject]>([
    [
      'an error of the provider',
      'an error in place of an answer',
      { failureReason: 2, error: 'API error: 429', gradingResult: null, response: {} },
    ],
    [
      'an error that an HTTP provider took for an answer',
      'an error in place of an answer',
      { response: { output: { detail: 'no' }, metadata: { http: { status: 422 } } } },
    ],
    ['an empty answer', 'the answer is empty', { score: 0, response: { output: '' } }],
    [
      'no assertion',
      'no assertion graded the answer',
      { gradingResult: { pass: true, score: 1, reason: 'No assertions', tokensUsed: {} } },
    ],
    [
      'an error of the grading model',
      'the model that grades failed',
      rubricFailed('Request failed', { graderError: true }),
    ],
    [
      'an error of the grading model, as older versions wrote it',
      'the model that grades failed',
      rubricFailed('Could not extract JSON from llm-rubric response'),
    ],
    [
      'a comparison for which the grading model gave no verdict',
      'the model that grades failed',
      {
        score: 0,
        gradingResult: {
          ...failed,
          reason: 'Invalid select-best verdict: NaN',
          componentResults: [
            { ...passed, assertion: contains },
            {
              ...failed,
              reason: 'Invalid select-best verdict: NaN',
              assertion: { type: 'select-best' },
            },
          ],
        },
      },
    ],
    [
      'an error of the scoring function',
      'the scoring function failed',
      {
        score: 0,
        gradingResult: {
          pass: false,
          score: 0,
          reason: 'Scoring function error: x is not a function',
          componentResults: [{ ...passed, assertion: contains }],
        },
      },
    ],
    [
      'assertions that have no weight',
      'no assertion graded the answer',
      {
        score: 0,
        gradingResult: {
          pass: true,
          score: 0,
          componentResults: [{ ...passed, assertion: { ...contains, weight: 0 } }],
        },
      },
    ],
    [
      'assertions that only give a metric',
      'no assertion graded the answer',
      {
        score: 0,
        gradingResult: {
          pass: true,
          score: 0,
          componentResults: [{ ...passed, assertion: { ...contains, metricOnly: true } }],
        },
      },
    ],
  ])('with %s is no outcome', async (_, reason, members) => {
    const { cells, notes } = await importResult(members);
    expect(cells).toHaveLength(1);
    expect(notes).toContain(`1 record is not an outcome and counts as missing`);
    expect(notes).toContain(reason);
  });

  it('has the 0 that a scoring function gave, also where no assertion has a weight', async () => {
    const assertion = { ...contains, weight: 0 };
    const { cells } = await importResult({
      score: 0,
      gradingResult: { score: 0, reason: 'poor', componentResults: [{ ...passed, assertion }] },
      testCase: { assert: [assertion], assertScoringFunction: 'file://score.js' },
    });
    expect(cells[1]).toMatchObject({ quality: 0 });
  });

  it('with an assertion whose code threw an error is a grade, which a note counts', async () => {
    const reason = 'Custom function threw error: Unexpected token in JSON';
    const component = { pass: false, score: 0, reason, assertion: { type: 'javascript' } };
    const { cells, notes } = await importResult({
      score: 0,
      gradingResult: { pass: false, score: 0, reason, componentResults: [component] },
    });
    expect(cells[1]).toMatchObject({ quality: 0 });
    expect(notes).toContain('1 result with an assertion whose code threw an error');
  });

  it('of a cache has its cost, and its latency if the provider kept it', async () => {
    const response = { output: '4', cached: true, tokenUsage: { cached: 17, total: 17 } };
    const { cells } = await importResult({ response, latencyMs: 3 });
    expect(cells[1]).toMatchObject({ latencyMs: undefined, inputTokens: undefined });
    expect(cells[1]?.costUsd).toBeCloseTo(0.002);
    const kept = await importResult({ response: { ...response, latencyMs: 650 }, latencyMs: 3 });
    expect(kept.cells[1]).toMatchObject({ latencyMs: 650 });
  });
});

describe('a comparison of outputs', () => {
  const best = { type: 'select-best', value: 'most helpful' };
  const winner = { pass: true, score: 1, reason: 'Output selected as the best', assertion: best };
  const loser = { pass: false, score: 0, reason: 'Output not selected', assertion: best };
  const compare = async (score: number, components: readonly JsonObject[]) => {
    const { cells, notes } = await importResult({
      success: score > 0,
      score,
      gradingResult: { score, reason: 'All assertions passed', componentResults: components },
      testCase: { assert: [best, contains] },
    });
    return { quality: cells[1]?.quality, notes };
  };

  it.each(['select-best', 'max-score'])('is the grade where nothing else is: %s', async (type) => {
    const won = { ...winner, assertion: { type } };
    expect(await compare(0, [won])).toMatchObject({ quality: 1 });
    expect(await compare(0, [{ ...loser, assertion: { type } }])).toMatchObject({ quality: 0 });
    const metricOnly = { ...failed, assertion: { ...contains, metricOnly: true } };
    expect(await compare(0, [metricOnly, won])).toMatchObject({ quality: 1 });
  });

  it('leaves the score of other assertions to the winner, and makes 0 of that of others', async () => {
    const half = { ...passed, score: 0.5, assertion: contains };
    expect(await compare(0.5, [half, winner])).toMatchObject({ quality: 0.5 });
    expect(await compare(0, [half, loser])).toMatchObject({ quality: 0 });
  });

  it('is no part of the mean from which assertions about cost and latency are removed', async () => {
    const slow = { ...failed, reason: 'slow', assertion: { type: 'latency', threshold: 5 } };
    const half = { ...passed, score: 0.5, assertion: contains };
    const won = await compare(0.25, [half, slow, winner]);
    expect(won.quality).toBe(0.5);
    expect(won.notes).toContain('1 score without their assertions about cost and latency');
    const lost = await compare(0, [half, slow, loser]);
    expect(lost.quality).toBe(0);
    expect(lost.notes).not.toContain('score of a function');
  });
});

describe('one provider at several settings', () => {
  const at = (promptIdx: number, members: JsonObject = {}) => resultOf({ promptIdx, ...members });
  const importNotes = async (...results: readonly JsonObject[]) =>
    (await importFiles({ 'results.json': fileOf(...results) })).report.notes.join('\n');

  it.each([
    ['which the file shows by the index', [at(0), at(1)]],
    [
      'which the results hold',
      ['low', 'high'].map((effort) =>
        at(0, { provider: { id: 'openai:tiny', config: { reasoning_effort: effort } } }),
      ),
    ],
    [
      'which their prompts hold',
      [0.1, 0.9].map((temperature) =>
        at(0, { prompt: { raw: 'Two plus two?', label: 'a', config: { temperature } } }),
      ),
    ],
  ])('is averaged with advice to label each: %s', async (_, results) => {
    expect(await importNotes(...results)).toContain(
      '1 cell with outcomes of one provider at several settings, which are averaged: "openai:tiny". ' +
        'Give each its own "label"',
    );
  });

  it.each([
    ['repetitions', [at(0), at(0)]],
    ['providers with labels', [at(0), at(1, { provider: { id: 'openai:tiny', label: 'high' } })]],
    ['prompts of one text', [at(0), at(1, { prompt: { raw: 'Two plus two?', label: 'short' } })]],
    ['other prompts', [at(0), at(1, { prompt: { raw: 'Three plus three?' } })]],
  ])('is not seen in %s', async (_, results) => {
    expect(await importNotes(...results)).not.toContain('several settings');
  });

  it('is not seen in another file, whose indexes are its own', async () => {
    const files = { 'a.json': fileOf(at(0)), 'b.json': fileOf(at(1)) };
    const { report } = await importFiles(files);
    expect(report.notes.join('\n')).not.toContain('several settings');
  });
});

describe('assertions about cost and latency', () => {
  const slow = {
    ...failed,
    reason: 'Latency 900ms is greater than threshold 500ms',
    assertion: { type: 'latency', threshold: 500 },
  };
  const right = { ...passed, assertion: { ...contains, weight: 2 } };
  const wrong = { ...failed, assertion: rubricOf('polite') };

  function rubricOf(value: string): JsonObject {
    return { type: 'llm-rubric', value };
  }

  it('are not part of the quality', async () => {
    const { cells, notes } = await importResult({
      score: 0.5,
      gradingResult: { pass: false, score: 0.5, componentResults: [right, wrong, slow] },
      testCase: { assert: [right.assertion, wrong.assertion, slow.assertion] },
    });
    expect(cells[1]?.quality).toBeCloseTo(2 / 3);
    expect(notes).toContain('1 score without their assertions about cost and latency');
  });

  it('are not part of it in a set either, also where the list repeats the set', async () => {
    const parts = [right, slow].map((part) => ({ ...part, assertion: { ...part.assertion } }));
    const set = { pass: false, score: 2 / 3, reason: 'x', componentResults: parts };
    const { cells } = await importResult({
      score: (2 / 3) * 0.75,
      gradingResult: { componentResults: [set, ...parts, wrong] },
      testCase: {
        assert: [
          { type: 'assert-set', weight: 3, assert: [right.assertion, slow.assertion] },
          wrong.assertion,
        ],
      },
    });
    expect(cells[1]?.quality).toBeCloseTo(0.75);
  });

  it('stay in a score that a function made, with a note', async () => {
    const { cells, notes } = await importResult({
      score: 0.9,
      gradingResult: { componentResults: [right, slow] },
      testCase: { assert: [right.assertion, slow.assertion] },
    });
    expect(cells[1]?.quality).toBeCloseTo(0.9);
    expect(notes).toContain('1 score of a function, with assertions about cost');
  });

  it('are not part of it beside assertions that only give a metric', async () => {
    const metric = { ...failed, reason: 'rude', assertion: { ...contains, metricOnly: true } };
    const { cells, notes } = await importResult({
      score: 0.5,
      gradingResult: { componentResults: [metric, { ...passed, assertion: contains }, slow] },
      testCase: { assert: [metric.assertion, contains, slow.assertion] },
    });
    expect(cells[1]?.quality).toBe(1);
    expect(notes).toContain('1 score without their assertions about cost and latency');
  });

  it('alone are no grade', async () => {
    const { cells } = await importResult({
      score: 0,
      gradingResult: { score: 0, componentResults: [slow] },
      testCase: { assert: [slow.assertion] },
    });
    expect(cells).toHaveLength(1);
  });
});

describe('a metric of promptfoo', () => {
  const accuracy = { ...contains, metric: 'Accuracy' };
  const right = { ...passed, assertion: accuracy };
  const wrong = { ...failed, assertion: accuracy };
  const map = ['quality=Accuracy'];

  /** The second of two results, of which the first has no assertion of the metric. */
  async function readMetric(
    recorded: number,
    componentResults: readonly JsonObject[],
    members: JsonObject = {},
    grading: JsonObject = {},
  ) {
    const gradingResult = { ...passed, ...grading, componentResults };
    const other = { namedScores: { Accuracy: recorded }, gradingResult, ...members };
    const good = resultOf({ namedScores: { Accuracy: 1 } });
    const file = fileOf(good, resultOf({ prompt: { raw: 'Three plus three?' }, ...other }));
    const imported = await importFiles({ 'results.json': file }, { map });
    return { quality: listCells(imported)[1]?.quality, notes: imported.report.notes.join('\n') };
  }

  it.each([
    ['one of two passed', 1, [right, wrong], 0.5],
    ['both passed', 2, [right, right], 1],
    ['another metric is beside it', 1, [right, { ...failed, assertion: contains }], 1],
    ['the version divided it itself', 0.5, [right, wrong], 0.5],
  ])('is the mean of its assertions where %s', async (_, recorded, components, expected) => {
    expect(await readMetric(recorded, components)).toMatchObject({ quality: expected });
  });

  it('is the mean of its assertions in a set, which the list repeats', async () => {
    const parts = [right, wrong];
    const set = { ...failed, score: 0.5, namedScores: { Accuracy: 1 }, componentResults: parts };
    const testCase = { assert: [{ type: 'assert-set', assert: [accuracy, accuracy] }, accuracy] };
    const { quality } = await readMetric(2, [set, ...parts, right], { testCase });
    expect(quality).toBeCloseTo(2 / 3);
  });

  it('is of the assertions that the results name, whatever the order of the test', async () => {
    const json = { ...failed, assertion: { type: 'is-json' } };
    const testCase = { assert: [{ type: 'select-best' }, accuracy, { type: 'is-json' }] };
    expect(await readMetric(1, [right, json], { testCase })).toMatchObject({ quality: 1 });
  });

  it('is found by position where the results name no assertion, without comparisons', async () => {
    const testCase = { assert: [{ type: 'select-best' }, { type: 'is-json' }, accuracy, accuracy] };
    const parts = [failed, passed, failed];
    expect(await readMetric(1, parts, { testCase })).toMatchObject({ quality: 0.5 });
  });

  it('is found where its name holds a variable', async () => {
    const named = [right, wrong].map((one) => ({
      ...one,
      assertion: { ...contains, metric: '{{ kind }}' },
    }));
    const { quality } = await readMetric(1, named, { vars: { kind: 'Accuracy' } });
    expect(quality).toBe(0.5);
  });

  it('is as promptfoo recorded it where the weights are known', async () => {
    const weights = { namedScoreWeights: { Accuracy: 4 } };
    expect(await readMetric(0.75, [right, wrong], {}, weights)).toMatchObject({ quality: 0.75 });
  });

  it('without a weight is no grade', async () => {
    const weights = { namedScoreWeights: { Accuracy: 0 } };
    const { quality, notes } = await readMetric(0, [right], {}, weights);
    expect(quality).toBeUndefined();
    expect(notes).toContain('no assertion graded the answer');
  });

  it.each<[string, readonly JsonObject[], JsonObject]>([
    ['whose name cannot be told', [{ ...passed, assertion: { metric: '{{ a | b }}' } }], {}],
    ['of two assertions without results', [], { testCase: { assert: [accuracy, accuracy] } }],
    ['that is not the sum of its assertions', [right, right, wrong], {}],
  ])('%s is no outcome', async (_, components, members) => {
    const { quality, notes } = await readMetric(1, components, members);
    expect(quality).toBeUndefined();
    expect(notes).toContain('the metric is a sum');
  });
});

describe('a file of promptfoo', () => {
  it('of an early version is recognized', async () => {
    const text = JSON.stringify({
      results: { version: 2, results: [resultOf({ failureReason: undefined as never })] },
      config: {},
      shareableUrl: null,
    });
    const imported = await importFiles({ 'results.json': text });
    expect(imported.format).toBe('promptfoo');
    expect(listCells(imported)).toHaveLength(1);
  });

  it('can be read by one of its metrics', async () => {
    const { cells, notes } = await importResult({ namedScores: { Tone: 0.25 } }, ['quality=Tone']);
    expect(cells).toMatchObject([{ prompt: 'Three plus three?', quality: 0.25 }]);
    expect(notes).toContain('1 record is not an outcome');
  });

  it('in JSON Lines names a damaged line', async () => {
    const text = `${JSON.stringify(resultOf())}\n{"provider":`;
    await expect(importFiles({ 'results.jsonl': text })).rejects.toThrow(/results\.jsonl:2: /);
  });
});
