import { describe, expect, it } from 'vitest';
import { importFiles } from './import-files.js';

/** 99 rows with a grade of 1, and a single other one. */
const long = (grade: string): string =>
  `prompt,model,quality\n${'Why?,good,1\n'.repeat(98)}Why?,bad,1\nHow?,bad,${grade}\n`;

describe('a grade that cannot be read', () => {
  it.each([
    ['-1', '-1 (1)'],
    ['5', '5 (1)'],
    ['4/5', '"4/5" (1)'],
    ['fail (wrong amount)', '"fail (wrong amount)" (1)'],
    ['bad?', '"bad?" (1)'],
    ['"1,234"', '"1,234" (1)'],
  ])('is refused however few there are, and named: %s', async (grade, named) => {
    const importing = importFiles({ 'x.csv': long(grade) });
    await expect(importing).rejects.toThrow(
      `the grades of 1 of 100 rows cannot be read, ${named}:\n`,
    );
    await expect(importing).rejects.toThrow(/x\.csv:101: /);
    await expect(importing).rejects.toThrow(/leave it empty where nothing was graded/);
    await expect(importing).rejects.not.toThrow(/max-bad-share/);
  });

  it.each([
    ['wide', 'x.csv', `prompt,a_score,a_cost\n${'Why?,1,1\n'.repeat(50)}How?,-1,1\n`],
    ['outcomes', 'x.jsonl', nested({ a: 1 }, 50) + nested({ a: -1 }, 1)],
    [
      'outcomes',
      'x.jsonl',
      nested({ a: { quality: 1 } }, 50) + nested({ a: { score: 'bad?' } }, 1),
    ],
    ['outcomes', 'x.jsonl', nested({ a: { quality: 1 } }, 50) + nested({ a: { quality: {} } }, 1)],
    ['routellm', 'x.csv', `prompt,a\n${'Why?,True\n'.repeat(50)}How?,-1\n`],
    ['routerbench', 'x.csv', `prompt,a,a|total_cost\n${'Why?,1,1\n'.repeat(50)}How?,-1,1\n`],
  ] as const)('is refused in the format %s: %s', async (format, name, text) => {
    await expect(importFiles({ [name]: text }, { format })).rejects.toThrow(
      'the grades of 1 of 51 rows cannot be read',
    );
  });

  it('lists the most frequent grades first', async () => {
    const grades = ['-1', '-1', 'a', 'b', 'c', 'd', 'e', 'f'];
    const text = `prompt,model,quality\n${grades.map((grade) => `p,m,${grade}\n`).join('')}`;
    await expect(importFiles({ 'x.csv': text })).rejects.toThrow(
      'the grades of 8 of 8 rows cannot be read, -1 (2), "a" (1), "b" (1), "c" (1), "d" (1) and 2 others:',
    );
  });

  it('says that a -1 for a bad answer is a 0', async () => {
    await expect(importFiles({ 'x.csv': long('-1') })).rejects.toThrow(
      'A -1 that stands for a bad answer is a 0.',
    );
  });

  it('is skipped only where a share of bad rows is given, and a note says so', async () => {
    const { report } = await importFiles({ 'x.csv': long('-1') }, { maxBadShare: 0.01 });
    expect(report.badRows).toBe(1);
    expect(report.notes).toContain(
      'skipped 1 row with grades that cannot be read, -1 (1): ' +
        'the qualities of the models are those of the other rows only',
    );
    await expect(importFiles({ 'x.csv': long('-1') }, { maxBadShare: 0.001 })).rejects.toThrow(
      'the grades of 1 of 100 rows cannot be read',
    );
  });

  it.each(['', 'N/A', 'None', '-'])('is not one that is missing: %j', async (grade) => {
    const { report } = await importFiles({ 'x.csv': long(grade) });
    expect(report.badRows).toBe(0);
    expect(report.notes).toContain('1 cell has no quality and counts as missing');
  });

  it('does not advise to skip it along with other bad rows', async () => {
    const text = `prompt,model,quality\nWhy?,m,1\n,m,1\nHow?,m,-1\n`;
    const importing = importFiles({ 'x.csv': text }, { maxBadShare: 0.5 });
    await expect(importing).rejects.toThrow('2 of 3 rows cannot be used');
    await expect(importing).rejects.not.toThrow('--max-bad-share');
  });
});

function nested(models: Readonly<Record<string, unknown>>, count: number): string {
  return `${JSON.stringify({ prompt: 'Why?', models })}\n`.repeat(count);
}

describe('a cost, time or count of tokens that cannot be read', () => {
  const row = (latency: unknown): string =>
    `${JSON.stringify({ prompt: 'Why?', model: 'm', quality: 0, latency_ms: latency })}\n`;

  it.each([
    [
      'outcomes',
      'x.csv',
      'prompt,model,quality,latency_ms\n',
      'Why?,m,1,9\n',
      'Why?,m,0,timeout\n',
    ],
    ['outcomes', 'x.csv', 'prompt,model,quality,latency_ms\n', 'Why?,m,1,9\n', 'Why?,m,0,-1\n'],
    ['outcomes', 'x.jsonl', '', row(9), row('timeout')],
    ['outcomes', 'x.jsonl', '', row(9), row({ ms: 9 })],
    ['wide', 'x.csv', 'prompt,m_score,m_cost\n', 'Why?,1,9\n', 'Why?,0,failed\n'],
    ['routerbench', 'x.csv', 'prompt,m,m|total_cost\n', 'Why?,1,9\n', 'Why?,0,failed\n'],
  ] as const)(
    'is refused, since its row has a grade, in the format %s: %s',
    async (format, name, header, good, bad) => {
      const text = header + good.repeat(49) + bad;
      const importing = importFiles({ [name]: text }, { format });
      await expect(importing).rejects.toThrow(
        'the costs, times or tokens of 1 of 50 rows cannot be read',
      );
      await expect(importing).rejects.toThrow('leave them empty: the grades count all the same');
      const { report } = await importFiles({ [name]: text }, { format, maxBadShare: 0.02 });
      expect(report.badRows).toBe(1);
      expect(report.notes.join()).toContain('skipped 1 row with costs, times or tokens');
    },
  );

  it.each(['', 'None', 'N/A'])(
    'is missing where it is %j, beside a grade that counts',
    async (latency) => {
      const text = `prompt,model,quality,latency_ms\nWhy?,m,0,${latency}\n`;
      expect([...(await importFiles({ 'x.csv': text })).table.quality]).toEqual([0]);
    },
  );

  it('is no obstacle in a row without a grade', async () => {
    const lines =
      row(9) + JSON.stringify({ prompt: 'How?', model: 'm', quality: null, latency_ms: 'timeout' });
    const csv = 'prompt,model,latency_ms,quality\nWhy?,m,9,0\nHow?,m,timeout,\n';
    for (const files of [{ 'x.jsonl': lines }, { 'x.csv': csv }]) {
      const { table, report } = await importFiles(files);
      expect([...table.quality]).toEqual([0, NaN]);
      expect(report.badRows).toBe(0);
      expect(report.notes).toContain('1 cell has no quality and counts as missing');
    }
  });
});

describe('a grade in JSON', () => {
  const read = async (row: object): Promise<readonly number[]> => {
    const { table } = await importFiles({ 'x.jsonl': JSON.stringify({ prompt: 'p', ...row }) });
    return [...table.quality, ...table.costUsd].map((value) => Number(value.toFixed(4)));
  };

  it.each([
    ['87 %', 0.87],
    ['0,5', 0.5],
    ['pass', 1],
    ['down', 0],
  ])('is read as in a table where it is a text: %s', async (quality, value) => {
    const costed = { quality, cost_usd: '0.0024' };
    expect(await read({ model: 'm', ...costed })).toEqual([value, 0.0024]);
    expect(await read({ models: { m: costed } })).toEqual([value, 0.0024]);
    expect(await read({ scores: { m: quality } })).toEqual([value, NaN]);
  });

  it('is missing where the text is empty', async () => {
    expect(await read({ models: { m: { quality: '' }, n: { quality: 1 } } })).toEqual([1, NaN]);
  });
});
