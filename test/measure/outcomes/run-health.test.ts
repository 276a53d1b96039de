import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../../src/measure/ledger/ledger-entry.js';
import { computeRunHealth, readCellCounts } from '../../../src/measure/outcomes/run-health.js';
import { mergeRuns } from '../../../src/measure/outcomes/merge-runs.js';
import { selectModels } from '../../../src/measure/outcomes/select-models.js';
import type { Run } from '../../../src/measure/outcomes/run.js';
import { buildOutcomeTable } from '../../support/outcome-table.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
let cell = 0;

function buildEntry(changes: Partial<LedgerEntry> = {}): LedgerEntry {
  cell += 1;
  return {
    version: 1,
    cellKey: `cell ${cell}`,
    taskId: `task ${cell}`,
    promptHash: 'hash',
    model: 'small',
    repeat: 0,
    outcome: 'answered',
    answer: 'yes',
    gradeKey: 'key',
    grade: { kind: 'graded', quality: 1 },
    usage: null,
    rawUsage: null,
    costUsd: 0.01,
    costSource: 'price_table',
    ttftMs: 1,
    firstContentMs: 1,
    latencyMs: 2,
    queueMs: 0,
    startedAt: '2026-01-01T00:00:00.000Z',
    failedAttempts: [],
    finishReason: 'stop',
    servedModel: 'small-1',
    error: null,
    simulated: false,
    ...changes,
  };
}

function buildSweep(name: string, models: readonly string[], entries: readonly LedgerEntry[]): Run {
  const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`);
  folder.write(`${name}/ledger.jsonl`, lines.join(''));
  const table = buildOutcomeTable(models, [{ quality: models.map(() => 1) }]);
  const info = {
    version: 1 as const,
    kind: 'sweep' as const,
    name,
    createdAt: '2026-01-01T00:00:00.000Z',
    simulated: false,
    models: models.map((id) => ({ id })),
    costBasis: table.costBasis,
    sources: [],
  };
  return { directory: folder.file(name), info, table, leftOut: new Map() };
}

describe('the cells of a run that are not certain', () => {
  const guess = { costSource: 'provider', costIsGuess: true } as const;
  const first = buildSweep(
    'first',
    ['small', 'large'],
    [buildEntry(guess), buildEntry(), buildEntry({ model: 'large', ...guess })],
  );
  const added = buildSweep('added', ['small'], [buildEntry(guess), buildEntry(guess)]);

  it('are counted in the ledgers of all runs that it was merged from', async () => {
    expect(await readCellCounts(mergeRuns(first, [added]))).toEqual([
      { model: 'small', cells: 4, undecided: 0, guessed: 3 },
      { model: 'large', cells: 1, undecided: 0, guessed: 1 },
    ]);
  });

  it('are those of the models in its table', async () => {
    const narrowed = { ...first, table: selectModels(first.table, ['small']) };
    expect(await readCellCounts(narrowed)).toEqual([
      { model: 'small', cells: 2, undecided: 0, guessed: 1 },
    ]);
  });
});

describe('the health of a run', () => {
  it('knows what a refused request cost, unless it may have been charged', () => {
    const refused = { outcome: 'refused', costUsd: null, error: 'content_filtered: no' } as const;
    const unpriced = (changes: Partial<LedgerEntry>) =>
      computeRunHealth([buildEntry({ ...refused, ...changes })], ['small']).models[0]?.unpriced;
    expect(unpriced({})).toBe(0);
    expect(unpriced({ possibleCostUsd: 0.5 })).toBe(1);
    expect(unpriced({ unboundedCalls: 1 })).toBe(1);
    expect(unpriced({ error: null, answer: 'I cannot help.' })).toBe(1);
  });

  it('counts cells whose calls may have been charged, whatever became of them', () => {
    const failed = { outcome: 'infrastructure', costUsd: null, error: 'timeout' } as const;
    const later = buildEntry({ cellKey: 'called again', taskId: 'again' });
    const { models } = computeRunHealth(
      [
        buildEntry({ ...failed, possibleCostUsd: 0.4 }),
        buildEntry({ ...failed, unboundedCalls: 2 }),
        buildEntry(failed),
        // Answered at a second attempt.
        buildEntry({ possibleCostUsd: 0.3 }),
        // Without usage: the cost of the answer itself is not known.
        buildEntry({ costUsd: null, possibleCostUsd: 0.2 }),
        // Answered by a later sweep, and then graded again.
        { ...later, ...failed, possibleCostUsd: 0.1 },
        later,
        { ...later, regraded: true },
        buildEntry({ model: 'large' }),
      ],
      ['small', 'large'],
    );
    expect(models).toMatchObject([
      { unpriced: 1, possiblyCharged: 4, possibleUsd: expect.closeTo(1), unboundedCalls: 2 },
      { unpriced: 0, possiblyCharged: 0, possibleUsd: 0, unboundedCalls: 0 },
    ]);
    expect(models[0]?.spentUsd).toBeCloseTo(0.02);
  });

  it('knows the charge of a call that was cut off once its answer says it', () => {
    const cutOff = {
      outcome: 'infrastructure',
      costUsd: null,
      error: 'cut_off: this call was in flight; it may have been charged',
      possibleCostUsd: 0.5,
    } as const;
    const health = (...lines: Partial<LedgerEntry>[]) =>
      computeRunHealth(
        lines.map((line) => buildEntry({ cellKey: 'cell', ...line })),
        ['small'],
      ).models[0];
    const none = { possiblyCharged: 0, possibleUsd: 0, unboundedCalls: 0 };
    const worst = { possiblyCharged: 1, possibleUsd: 0.5 };
    expect(health(cutOff, { endsCutOff: true })).toMatchObject({ ...none, spentUsd: 0.01 });
    const { possibleCostUsd: _, ...unlimited } = cutOff;
    expect(health({ ...unlimited, unboundedCalls: 1 }, { endsCutOff: true })).toMatchObject(none);
    // The answer of a second call.
    expect(health(cutOff, {})).toMatchObject(worst);
    // Only the last of two calls was answered.
    expect(health(cutOff, cutOff, { endsCutOff: true })).toMatchObject(worst);
    // Earlier attempts of the call may have been charged.
    expect(health(cutOff, { endsCutOff: true, possibleCostUsd: 0 })).toMatchObject(worst);
    expect(health(cutOff, { endsCutOff: true }, { regraded: true })).toMatchObject(none);
  });

  it('adds up what the judge cost, once for each of its grades', () => {
    const judge = { model: 'judge', promptVersion: 1, calls: 2, costUsd: 0.02, id: 'aa' };
    const grade = { kind: 'graded', quality: 1, judge } as const;
    const cutOff = { ...judge, id: 'bb', costUsd: null, unpriced: 1, possibleCostUsd: 0.3 };
    const { judge: costs } = computeRunHealth(
      [
        buildEntry({ cellKey: 'a', grade }),
        buildEntry({ cellKey: 'a', grade, regraded: true }),
        buildEntry({ cellKey: 'b', grade: { ...grade, judge: cutOff } }),
      ],
      ['small'],
    );
    expect(costs).toEqual({ spentUsd: 0.02, possibleUsd: 0.3, unboundedCalls: 0 });
  });

  it('counts cells by what became of them, and what they cost', () => {
    const attempt = { startedAt: '', durationMs: 1, status: 500, error: 'x' };
    const { models } = computeRunHealth(
      [
        buildEntry(),
        buildEntry({ grade: { kind: 'ungraded', reason: 'no reference' }, costUsd: null }),
        buildEntry({ outcome: 'truncated', costSource: 'provider' }),
        buildEntry({
          outcome: 'infrastructure',
          costUsd: null,
          failedAttempts: [attempt, attempt],
        }),
        buildEntry({ model: 'large', costUsd: 1 }),
      ],
      ['small', 'large', 'never called'],
    );
    expect(models[0]).toMatchObject({
      cells: 4,
      outcomes: { answered: 1, ungraded: 1, truncated: 1, infrastructure: 1, refused: 0 },
      failedAttempts: 2,
      unpriced: 1,
      chargedByProvider: 1,
      noise: null,
    });
    expect(models[0]?.spentUsd).toBeCloseTo(0.02);
    expect(models.map(({ cells }) => cells)).toEqual([4, 1, 0]);
  });

  it('counts costs that are partly an estimate at the prices of the run', () => {
    const usage = {
      inputTokens: 10,
      cachedInputTokens: 5,
      cacheWriteTokens: 0,
      outputTokens: 5,
      reasoningTokens: 0,
    };
    const entries = [
      buildEntry({ costIsGuess: true }),
      buildEntry({ usage }),
      buildEntry({ usage, costSource: 'provider' }),
      buildEntry({ outcome: 'infrastructure', costIsGuess: true }),
      buildEntry({ costUsd: null }),
    ];
    const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 1, date: '2026-01-01' };
    const countWith = (more: object): number | undefined =>
      computeRunHealth(entries, ['small'], new Map([['small', { ...price, ...more }]])).models[0]
        ?.guessed;
    expect(countWith({})).toBe(2);
    expect(countWith({ cachedInputPerMillionUsd: 0.1 })).toBe(1);
    expect(computeRunHealth(entries, ['small']).models[0]?.guessed).toBe(1);
  });

  it('counts estimates among the tokens that the provider counted, and not those that were read', () => {
    const usage = {
      inputTokens: 2000,
      cachedInputTokens: 0,
      cacheWriteTokens: 0,
      outputTokens: 10,
      reasoningTokens: 0,
    };
    const rawUsage = {
      prompt_tokens: 2000,
      completion_tokens: 10,
      cache_creation_input_tokens: 1900,
    };
    const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 1, date: '2026-01-01' };
    const { models } = computeRunHealth(
      [buildEntry({ usage, rawUsage })],
      ['small'],
      new Map([['small', price]]),
    );
    expect(models[0]?.guessed).toBe(1);
  });

  it('counts a cut off answer that nothing graded as ungraded, not as a label', () => {
    const grade = { kind: 'ungraded', reason: 'no sandbox', retryable: true } as const;
    const [model] = computeRunHealth(
      [buildEntry({ outcome: 'truncated', grade }), buildEntry({ outcome: 'refused' })],
      ['small'],
    ).models;
    expect(model?.outcomes).toMatchObject({ ungraded: 1, truncated: 0, refused: 1 });
  });

  it('counts a regraded cell once', () => {
    const entry = buildEntry();
    const again = { ...entry, grade: { kind: 'graded', quality: 0 } } as const;
    const [model] = computeRunHealth([entry, again], ['small']).models;
    expect(model).toMatchObject({ cells: 1, spentUsd: 0.01 });
  });

  it('shows that a provider changed what it serves, and when', () => {
    const { models, firstCall, lastCall } = computeRunHealth(
      ['2026-01-03', '2026-01-01', '2026-01-02'].map((startedAt) =>
        buildEntry({ startedAt, servedModel: startedAt < '2026-01-03' ? 'old' : 'new' }),
      ),
      ['small'],
    );
    expect(models[0]?.served).toEqual([
      { name: 'old', cells: 2, first: '2026-01-01', last: '2026-01-02' },
      { name: 'new', cells: 1, first: '2026-01-03', last: '2026-01-03' },
    ]);
    expect([firstCall, lastCall]).toEqual(['2026-01-01', '2026-01-03']);
  });

  it('measures how differently repeats are graded', () => {
    const repeat = (taskId: string, quality: number, number: number): LedgerEntry =>
      buildEntry({ taskId, repeat: number, grade: { kind: 'graded', quality } });
    const entries = [repeat('a', 1, 0), repeat('a', 0, 1), repeat('b', 1, 0), repeat('b', 1, 1)];
    const [model] = computeRunHealth(entries, ['small']).models;
    expect(model?.noise).toMatchObject({ prompts: 2, differing: 0.5 });
    // The variances are 0.5 and 0: one grade varies by the root of their mean.
    expect(model?.noise?.deviation).toBeCloseTo(0.5, 12);
  });
});
