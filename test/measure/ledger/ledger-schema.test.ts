import { describe, expect, it } from 'vitest';
import type { JudgeRecord } from '../../../src/measure/graders/judge/judge-model.js';
import type { LedgerEntry } from '../../../src/measure/ledger/ledger-entry.js';
import { parseLedgerEntry } from '../../../src/measure/ledger/ledger-schema.js';

const attempt = { startedAt: '2025-06-30T12:00:00.000Z', durationMs: 3, status: 500, error: 'x' };
const judge: Required<JudgeRecord> = {
  model: 'judge',
  promptVersion: 1,
  costUsd: 0.1,
  calls: 2,
  guessed: 1,
  unpriced: 1,
  possibleCostUsd: 0.5,
  id: 'a',
};
const ungraded = {
  kind: 'ungraded',
  reason: 'why',
  retryable: true,
  lacks: 'judge',
  ambiguous: ['4', '5'],
  judge,
} as const;

/** A line with every member that one can have. */
const entry: Required<LedgerEntry> = {
  version: 1,
  cellKey: 'a',
  taskId: 'task-1',
  promptHash: 'prompt-1',
  model: 'small',
  repeat: 0,
  outcome: 'answered',
  answer: 'Four.',
  gradeKey: 'grade-1',
  grade: { kind: 'graded', quality: 1, detail: 'exactly', ambiguous: ['4', '5'], judge },
  usage: {
    inputTokens: 10,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 5,
    reasoningTokens: 0,
  },
  rawUsage: { prompt_tokens: 10, completion_tokens: 5 },
  costUsd: 0.001,
  paidUsd: 0.0005,
  costIsGuess: false,
  costSource: 'price_table',
  ttftMs: 3,
  firstContentMs: 3,
  latencyMs: 9,
  queueMs: 0,
  startedAt: '2025-06-30T12:00:00.000Z',
  failedAttempts: [attempt],
  finishReason: 'stop',
  servedModel: 'small-1',
  servedProvider: 'somebody',
  fingerprint: null,
  inFlight: 3,
  possibleCostUsd: 0.25,
  unboundedCalls: 1,
  endsCutOff: true,
  purchase: { reason: 'round', round: 3, probability: 0.25 },
  regraded: true,
  error: null,
  simulated: false,
};
/** The path of each member, also of those within. */
function listPaths(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [
    [name],
    ...listPaths(member).map((path) => [name, ...path]),
  ]);
}

function replaceAt(
  value: object,
  [name = '', ...rest]: readonly string[],
  member: unknown,
): object {
  const own = (value as Record<string, object>)[name] as object;
  const replaced = rest.length === 0 ? member : replaceAt(own, rest, member);
  if (!Array.isArray(value)) return { ...value, [name]: replaced };
  return value.map((item: unknown, index) => (String(index) === name ? replaced : item));
}

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

  it('keeps what a newer version adds to it', () => {
    const newer = { ...entry, added: 1 };
    expect(parseLedgerEntry(newer)).toEqual({ ok: true, value: newer });
    const lacking = { ...entry, grade: { ...ungraded, lacks: 'browser' } };
    expect(parseLedgerEntry(lacking)).toEqual({ ok: true, value: lacking });
  });

  const ofAnything = new Set(['rawUsage', 'rawUsage.prompt_tokens', 'rawUsage.completion_tokens']);
  const paths = [entry, { ...entry, grade: ungraded }].flatMap((line) =>
    listPaths(line).map((path) => ({ line, path, name: path.join('.') })),
  );
  const checked = paths.filter(({ name }) => !ofAnything.has(name));

  it.each(checked)('is no entry where $name is of another type', ({ line, path, name }) => {
    for (const odd of [{ odd: true }, [[]]]) {
      const wrong = parseLedgerEntry(replaceAt(line, path, odd));
      expect([odd, wrong]).toEqual([odd, expect.objectContaining({ ok: false })]);
      // What has parts of another kind is named with the first one that is wrong.
      expect(wrong).toHaveProperty('problem', expect.stringMatching(`^${name}[:.]`));
    }
  });

  it.each([
    ['repeat', 0.5],
    ['costUsd', -1],
    ['usage.inputTokens', -1],
    ['grade.judge.guessed', -1],
    ['version', 2],
    ['outcome', 'other'],
    ['costSource', 'other'],
    ['cellKey', ''],
    ['model', ''],
    ['grade.quality', 2],
    ['grade.kind', 'other'],
    ['grade.ambiguous', 'x'],
    ['grade.ambiguous.0', 1],
    ['failedAttempts.0.status', 'x'],
    ['purchase.reason', 'other'],
    ['purchase.round', 0.5],
    ['purchase.probability', 0],
    ['purchase.probability', 2],
  ])('is no entry where %s is %j', (name, value) => {
    expect(parseLedgerEntry(replaceAt(entry, name.split('.'), value))).toEqual({
      ok: false,
      problem: `${name}: not as a ledger has it`,
    });
  });

  it.each([null, 1, 'x', [], {}])('is no entry where it is %j', (value) => {
    expect(parseLedgerEntry(value)).toHaveProperty('problem');
  });
});
