import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLedgerEntry } from '../../../src/measure/ledger/ledger-schema.js';

const entry = {
  version: 1,
  cellKey: 'a',
  taskId: 'task-1',
  promptHash: 'prompt-1',
  model: 'small',
  repeat: 0,
  outcome: 'answered',
  answer: 'Four.',
  gradeKey: 'grade-1',
  grade: { kind: 'graded', quality: 1, detail: 'exactly' },
  usage: {
    inputTokens: 10,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 5,
    reasoningTokens: 0,
  },
  rawUsage: { prompt_tokens: 10, completion_tokens: 5 },
  costUsd: 0.001,
  costSource: 'price_table',
  ttftMs: 3,
  firstContentMs: 3,
  latencyMs: 9,
  queueMs: 0,
  startedAt: '2025-06-30T12:00:00.000Z',
  failedAttempts: [],
  finishReason: 'stop',
  servedModel: 'small-1',
  servedProvider: 'somebody',
  fingerprint: null,
  inFlight: 3,
  possibleCostUsd: 0.25,
  purchase: { reason: 'round', round: 3, probability: 0.25 },
  regraded: true,
  error: null,
  simulated: false,
};
const attempt = { startedAt: '2025-06-30T12:00:00.000Z', durationMs: 3, status: 500, error: 'x' };

/** A line with an earlier attempt is left to the schema; any other is checked by hand first. */
function parseBothWays(value: Record<string, unknown>) {
  const quick = parseLedgerEntry(value);
  const slow = parseLedgerEntry({ ...value, failedAttempts: [attempt] });
  return { isQuickly: quick.ok, isSlowly: slow.ok };
}

const odd = fc.oneof(
  fc.constantFrom<unknown>(null, '', 'x', 0, 1, -1, 0.5, 2, 1e300, true, [], {}),
  fc.constantFrom<unknown>('provider', 'infrastructure', { kind: 'ungraded', reason: 'why' }),
  fc.constantFrom<unknown>({ kind: 'graded', quality: 2 }, { kind: 'graded' }, { kind: 'x' }),
  fc.constantFrom<unknown>(
    { reason: 'start', round: 0, probability: 1 },
    { reason: 'start', round: 0, probability: 0 },
    { reason: 'hold_out', round: 0.5, probability: 1 },
    { reason: 'other', round: 0, probability: 1 },
  ),
  fc.record({ inputTokens: fc.constantFrom(1, -1, 'x'), cachedInputTokens: fc.constant(0) }),
);

describe('a line of a ledger with numbers that no call has, as earlier versions wrote it', () => {
  const usage = { ...entry.usage, outputTokens: Number.MAX_SAFE_INTEGER };

  it.each([{ failedAttempts: [] }, { failedAttempts: [attempt] }])(
    'has an unknown cost: %j',
    (attempts) => {
      const charged = parseLedgerEntry({ ...entry, ...attempts, costUsd: 1e39 });
      expect(charged).toMatchObject({
        value: { costUsd: null, costSource: null, usage: entry.usage, grade: entry.grade },
      });
      const counted = parseLedgerEntry({ ...entry, ...attempts, usage, costUsd: 0.5 });
      expect(counted).toMatchObject({ value: { costUsd: null, costSource: null, usage: null } });
    },
  );
});

describe('a line of a ledger', () => {
  it('is an entry as it was written', () => {
    expect(parseLedgerEntry(entry)).toEqual({ ok: true, value: entry });
    expect(
      parseLedgerEntry({ ...entry, usage: null, grade: { kind: 'ungraded', reason: '' } }),
    ).toMatchObject({ ok: true });
  });

  it('may say what its judge cost, and how many of these costs are an estimate', () => {
    const known = { model: 'judge', promptVersion: 1, costUsd: 0.1, calls: 2, id: 'a' };
    for (const judge of [known, { ...known, guessed: 1 }, { ...known, guessed: -1 }]) {
      const value = { ...entry, grade: { ...entry.grade, judge } };
      const isEntry = !('guessed' in judge) || judge.guessed === 1;
      expect(parseBothWays(value)).toEqual({ isQuickly: isEntry, isSlowly: isEntry });
      if (isEntry) expect(parseLedgerEntry(value)).toEqual({ ok: true, value });
    }
  });

  it('is the same to the quick check and to the schema, whatever a member is', () => {
    const keys = Object.keys(entry).filter((key) => key !== 'failedAttempts');
    for (const key of keys) {
      fc.assert(
        fc.property(odd, (value) => {
          const { isQuickly, isSlowly } = parseBothWays({ ...entry, [key]: value });
          expect({ key, value, isEntry: isQuickly }).toEqual({ key, value, isEntry: isSlowly });
        }),
        { numRuns: 40 },
      );
      const without = Object.fromEntries(Object.entries(entry).filter(([name]) => name !== key));
      const { isQuickly, isSlowly } = parseBothWays(without);
      expect({ key, isEntry: isQuickly }).toEqual({ key, isEntry: isSlowly });
    }
  });

  it.each([null, 1, 'x', [], {}])('is no entry where it is %j', (value) => {
    expect(parseLedgerEntry(value)).toHaveProperty('problem');
  });
});
