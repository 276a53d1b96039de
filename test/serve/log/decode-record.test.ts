import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createDecisionLog } from '../../../src/serve/log/decision-log.js';
import { decodeLogLine } from '../../../src/serve/log/decode-record.js';
import { loadMixture, readAll, readTexts } from '../../support/decision-log.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
const file = resolve(import.meta.dirname, '../../../docs/decision-log.schema.json');
const schema = JSON.parse(readFileSync(file, 'utf8')) as { readonly $defs: object };
const ajv = new Ajv2020({ allowUnionTypes: true, strict: false });
addFormats.default(ajv);
const isValid = ajv.compile(schema);

const usage = {
  inputTokens: 1,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 2,
  reasoningTokens: 0,
};
const charge = { usage, costUsd: 0.06, costIsGuess: false };

/** Lines of logs of every level, with every kind of line but `lost`. */
const lines: Record<string, unknown>[] = [
  { kind: 'lost', at: '2026-01-01T00:00:00.000Z', records: 3 },
];

beforeAll(async () => {
  const policy = await loadMixture();
  for (const level of ['scores', 'features', 'prompts'] as const) {
    const directory = folder.file(level);
    const log = await createDecisionLog({ directory, level, maxQueueBytes: 12_000 });
    for (let index = 0; index < 12; index++) {
      const entry = log.open(policy, index % 2 === 0 ? { conversation: 'chat' } : {});
      entry.decide(
        index % 3 === 0 ? 'hello\nworld' : { messages: [{ role: 'user', content: 'x' }] },
        {
          constraints: index % 2 === 0 ? { maxCostUsd: 0.001, deny: ['local'] } : {},
          explore: { share: 0.5, seed: index },
          ...(index % 4 === 0 ? { current: { model: 'small', cachedTokens: 10 } } : {}),
        },
      );
      entry.served({
        model: 'small',
        attempts: [
          { model: 'large', outcome: 'failed', why: 'network', latencyMs: 3 },
          { model: 'large', outcome: 'failed', why: 'empty_answer', latencyMs: 3, charge },
        ],
        usage,
      });
    }
    await log.flush();
    await log.feedback({ id: 'a', quality: 0.5, source: 'other', by: 'unit-tests' });
    await log.close();
    const texts = readTexts(directory)
      .split('\n')
      .filter((line) => line.startsWith('{'));
    lines.push(...texts.map((text) => JSON.parse(text) as Record<string, unknown>));
    expect((await readAll(directory)).totals.damagedLines).toBe(0);
  }
});

describe('docs/decision-log.schema.json', () => {
  it('takes every line that is written, of every kind', () => {
    const refused = lines.filter((line) => !isValid(line));
    expect(refused).toEqual([]);
    const kinds = new Set(lines.map(({ kind }) => kind));
    expect(kinds).toEqual(new Set(Object.keys(schema.$defs)));
  });

  it('and the reader refuse a line that lacks any of its members', () => {
    const optional = new Set(['features', 'request', 'answer', 'decision']);
    for (const line of lines) {
      for (const member of Object.keys(line).filter((name) => !optional.has(name))) {
        const { [member]: _, ...rest } = line;
        expect([member, isValid(rest)]).toEqual([member, false]);
        expect(decodeLogLine(JSON.stringify(rest)).ok).toBe(false);
      }
    }
  });

  it('and the reader agree on members of other types', () => {
    const odd = fc.constantFrom(null, -1, 2, 0.5, '', 'x', true, [], {}, [null], 'sk-x', 1e308);
    fc.assert(
      fc.property(fc.nat(), fc.nat(), odd, (which, where, value) => {
        const line = lines[which % lines.length] ?? {};
        const names = Object.keys(line);
        const changed = { ...line, [names[where % names.length] ?? '']: value };
        expect(decodeLogLine(JSON.stringify(changed)).ok).toBe(isValid(changed));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the charge of an attempt', () => {
  it.each([
    ['whole', charge, true],
    ['of unknown tokens and cost', { ...charge, usage: null, costUsd: null }, true],
    ['without its cost', { usage, costIsGuess: false }, false],
    ['without a word on its guess', { usage, costUsd: 1 }, false],
    ['of a negative cost', { ...charge, costUsd: -1 }, false],
    ['of a cost beyond any', { ...charge, costUsd: 1e6 }, false],
    ['of half a usage', { ...charge, usage: { inputTokens: 1 } }, false],
    ['null', null, false],
  ])('is the same to the schema and the reader: %s', (_, given, isTaken) => {
    const served = lines.find(({ kind }) => kind === 'served');
    const attempt = { model: 'large', outcome: 'failed', why: null, latencyMs: 3, charge: given };
    const line = { ...served, attempts: [attempt] };
    expect([isValid(line), decodeLogLine(JSON.stringify(line)).ok]).toEqual([isTaken, isTaken]);
  });
});

describe('the reader of lines', () => {
  it('gives back what was written', () => {
    for (const line of lines) {
      expect(decodeLogLine(JSON.stringify(line))).toEqual({ ok: true, value: line });
    }
  });

  it('never throws, whatever stands in a file', () => {
    const damaged = fc
      .tuple(fc.nat(), fc.nat(), fc.string({ maxLength: 4 }))
      .map(([which, at, text]) => {
        const line = JSON.stringify(lines[which % lines.length]);
        const place = at % line.length;
        return line.slice(0, place) + text + line.slice(place + text.length);
      });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.string(), fc.json()), (text) => {
        const decoded = decodeLogLine(text);
        if (!decoded.ok) expect(decoded.problem).toMatch(/^.{1,120}$/);
      }),
      { numRuns: 2000 },
    );
    expect(decodeLogLine(`${'['.repeat(500)}${']'.repeat(500)}`).ok).toBe(false);
    expect(decodeLogLine('{"kind":"__proto__"}').ok).toBe(false);
  });
});
