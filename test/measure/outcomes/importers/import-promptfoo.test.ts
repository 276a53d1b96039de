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
  ])('with %s is no outcome', async (_, reason, members) => {
    const { cells, notes } = await importResult(members);
    expect(cells).toHaveLength(1);
    expect(notes).toContain(`1 records are not outcomes and count as missing`);
    expect(notes).toContain(reason);
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

  it('alone are no grade', async () => {
    const { cells } = await importResult({
      score: 0,
      gradingResult: { score: 0, componentResults: [slow] },
      testCase: { assert: [slow.assertion] },
    });
    expect(cells).toHaveLength(1);
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
    expect(notes).toContain('1 records are not outcomes');
  });

  it('in JSON Lines names a damaged line', async () => {
    const text = `${JSON.stringify(resultOf())}\n{"provider":`;
    await expect(importFiles({ 'results.jsonl': text })).rejects.toThrow(/results\.jsonl:2: /);
  });
});
