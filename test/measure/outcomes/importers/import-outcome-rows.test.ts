import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importOutcomes } from '../../../../src/measure/outcomes/importers/import-outcomes.js';
import { cellOf } from '../table-cells.js';
import { writeTestFiles } from '../write-test-files.js';

const format = 'outcomes';

async function importText(name: string, text: string, options = {}) {
  const folder = await writeTestFiles({ [name]: text });
  return importOutcomes({ format, files: [join(folder, name)], ...options });
}

const jsonl = (...rows: readonly unknown[]): string =>
  rows.map((row) => JSON.stringify(row)).join('\n');

const nestedRow = { id: 7, question: 'Why?', scores: { b: 0.25, a: true } };

describe('importOutcomes of the exchange format', () => {
  it('reads a label on one line, without marks of direction', async () => {
    const text = 'prompt,model,quality,task\nWhy?,m,1,"Billing\nReturns\t\u200f"\n';
    const { table } = await importText('x.csv', text);
    expect(table.prompts[0]?.task).toBe('Billing Returns');
  });

  it('reads CSV with one row per prompt and model', async () => {
    const { table } = await importText(
      'long.csv',
      'prompt_id,prompt,task,group,model,quality,cost_usd,latency_ms,ttft_ms,input_tokens,output_tokens\n' +
        'p1,"Sum it\nup",sum,g1,large,1,0.5,900,80,12,34\n' +
        'p1,,,,small,False,,,,,\n' +
        'p2,Two,,,small,0.5,0,1,2,3,4\n',
    );
    expect(table.prompts).toEqual([
      { id: 'p1', prompt: 'Sum it\nup', task: 'sum', group: 'g1' },
      { id: 'p2', prompt: 'Two', task: undefined, group: undefined },
    ]);
    expect(table.models).toEqual(['large', 'small']);
    expect([...table.quality]).toEqual([1, 0, NaN, 0.5]);
    expect([...table.costUsd]).toEqual([0.5, NaN, NaN, 0]);
    expect([...table.latencyMs]).toEqual([900, NaN, NaN, 1]);
    expect([...table.ttftMs]).toEqual([80, NaN, NaN, 2]);
    expect([...table.inputTokens]).toEqual([12, NaN, NaN, 3]);
    expect([...table.outputTokens]).toEqual([34, NaN, NaN, 4]);
  });

  it('reads JSONL with one row per prompt and model, and averages repeats', async () => {
    const row = { prompt_id: 'p', prompt: 'Hello', model: 'm' };
    const { table } = await importText(
      'long.jsonl',
      jsonl({ ...row, quality: 1, latency_ms: 10 }, { ...row, quality: 0 }),
    );
    expect(cellOf(table, 'quality', 'p', 'm')).toBe(0.5);
    expect(cellOf(table, 'latencyMs', 'p', 'm')).toBe(10);
  });

  it('averages repeats of CSV rows, each column over the values that are there', async () => {
    const { table } = await importText(
      'long.csv',
      'prompt_id,prompt,model,quality,cost_usd\np,Hello,m,1,0.25\np,,m,0,\np,,m,0.5,0.75\n',
    );
    expect(table.prompts).toHaveLength(1);
    expect(cellOf(table, 'quality', 'p', 'm')).toBe(0.5);
    expect(cellOf(table, 'costUsd', 'p', 'm')).toBe(0.5);
  });

  it('reads the weight of a prompt from its first row', async () => {
    const header = 'prompt_id,prompt,weight,model,quality\n';
    const { table } = await importText(
      'long.csv',
      `${header}p,Hello,2.5,m,1\np,,,n,1\nq,Bye,1,m,0\nr,Why,,m,0\n`,
    );
    expect(table.prompts.map(({ id, weight }) => [id, weight])).toEqual([
      ['p', 2.5],
      ['q', undefined],
      ['r', undefined],
    ]);
    const nested = await importText('nested.jsonl', jsonl({ ...nestedRow, weight: 4 }));
    expect(nested.table.prompts[0]?.weight).toBe(4);
  });

  it.each([
    ['0', 'weight must be a positive number, not 0'],
    ['-1', 'weight must be a positive number, not -1'],
    ['heavy', 'weight: "heavy" is not a number'],
    ['NaN', 'weight: "NaN" is not a number'],
    ['<NA>', 'weight: "<NA>" is not a number'],
    ['1e999', 'weight'],
  ])('refuses a weight of %s, with file and line', async (weight, problem) => {
    const text = `prompt,weight,model,quality\nHello,1,m,1\nBye,${weight},m,1\n`;
    const { report, table } = await importText('long.csv', text, { maxBadShare: 0.5 });
    expect(table.prompts).toHaveLength(1);
    expect(report.problems).toEqual([
      {
        file: expect.stringMatching(/long\.csv$/),
        line: 3,
        problem: expect.stringContaining(problem),
      },
    ]);
    await expect(importText('long.csv', text)).rejects.toThrow(/long\.csv:3: weight/);
  });

  it.each([
    ['980', '1.250'],
    ['980', '12.500'],
  ])(
    'refuses a latency of which a point may group thousands: %s beside %s',
    async (whole, cell) => {
      const long = `prompt;model;quality;latency_ms\np;a;1;${whole}\nq;a;1;${cell}\n`;
      const problem = `"${cell}" can be read in two ways`;
      await expect(importText('x.csv', long)).rejects.toThrow(`latency_ms: ${problem}`);
      const wide = `prompt;a_score;a_latency_ms\np;1;${whole}\nq;1;${cell}\n`;
      await expect(importText('x.csv', wide, { format: 'wide' })).rejects.toThrow(
        `a_latency_ms: ${problem}`,
      );
    },
  );

  it.each([
    ['980', '1.25'],
    ['980.5', '1.250'],
    ['1234.567', '812.345'],
    ['812.345', '120.125'],
    ['2', '1.250'],
    ['2310', '1.250'],
    ['1625', '457.098'],
    ['30000', '437.756'],
    ['274', '50.215'],
  ])('reads a latency with decimals: %s beside %s', async (first, second) => {
    const text = `prompt,model,quality,latency_ms\np,a,1,${first}\nq,a,1,${second}\n`;
    const { table } = await importText('x.csv', text);
    const latencies = [first, second].map((cell) => Math.fround(Number(cell)));
    expect([...table.latencyMs]).toEqual(latencies);
  });

  it('refuses a second weight of one prompt', async () => {
    const text = 'prompt_id,prompt,weight,model,quality\np,Hello,2,m,1\np,,3,n,1\n';
    await expect(importText('long.csv', text)).rejects.toThrow(
      'long.csv:3: weight 3, but the prompt already has 2',
    );
  });

  it('reads rows with an object of scores', async () => {
    const { table, report } = await importText(
      'nested.jsonl',
      jsonl({ id: 7, category: 'c', question: 'Why?', scores: { b: 0.25, a: true, c: null } }),
    );
    expect(table.prompts).toEqual([{ id: '7', prompt: 'Why?', task: 'c', group: undefined }]);
    expect(table.models).toEqual(['b', 'a']);
    expect([...table.quality]).toEqual([0.25, 1]);
    expect(report.notes).toContain('1 cell has no quality and counts as missing');
  });

  it('reads rows with an object of models, seconds as milliseconds', async () => {
    const recorded = { correct: 1, cost_usd: 0.5, latency_s: 1.5, ttft_s: 0.25, input_tokens: 3 };
    const { table, report } = await importText(
      'nested.jsonl',
      jsonl({ id: 'p', prompt: 'Hello', models: { m: recorded }, reference: 'x' }),
    );
    expect(cellOf(table, 'quality', 'p', 'm')).toBe(1);
    expect(cellOf(table, 'latencyMs', 'p', 'm')).toBe(1500);
    expect(cellOf(table, 'ttftMs', 'p', 'm')).toBe(250);
    expect(cellOf(table, 'inputTokens', 'p', 'm')).toBe(3);
    expect(report.notes).toContain('ignored columns: "reference"');
  });

  it('takes descriptions of functions as tools of the prompt, unless told not to', async () => {
    const weather = { name: 'weather.now', description: 'Now', parameters: { type: 'dict' } };
    const row = { id: 'p', question: 'Rain?', function: weather, models: { m: { correct: 1 } } };
    const kept = await importText('tools.jsonl', jsonl(row));
    expect(kept.table.prompts[0]?.prompt).toEqual({
      messages: [{ role: 'user', content: 'Rain?' }],
      tools: [{ type: 'function', function: weather }],
    });
    const plain = await importText('tools.jsonl', jsonl(row), { ignoreTools: true });
    expect(plain.table.prompts[0]?.prompt).toBe('Rain?');
  });

  it('leaves out tools that cannot be converted, all of a row, and says so', async () => {
    const tools = [{ name: 'a', parameters: {} }, { parameters: {} }];
    const row = { id: 'p', question: 'Rain?', function: tools, scores: { m: 1 } };
    const { table, report } = await importText('tools.jsonl', jsonl(row));
    expect(table.prompts[0]?.prompt).toBe('Rain?');
    expect(report.notes).toContain('omitted the tools of 1 row: some cannot be converted');
  });

  it('reads conversations', async () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: [{ type: 'text', text: 'Hello' }] },
    ];
    const { table } = await importText(
      'chat.jsonl',
      jsonl({ messages, tools: [], scores: { m: 1 } }, { messages, scores: { m: 0 } }),
    );
    expect(table.prompts.map(({ prompt }) => prompt)).toEqual([{ messages }]);
    expect([...table.quality]).toEqual([0.5]);
  });

  it('drops copies of a prompt only when asked to, and counts them either way', async () => {
    const text = jsonl(
      { id: 'a', prompt: 'Same', scores: { m: 1 } },
      { id: 'b', prompt: 'Same', scores: { m: 0 } },
    );
    const kept = await importText('x.jsonl', text);
    expect(kept.table.prompts).toHaveLength(2);
    expect(kept.report.notes).toContain('kept 1 prompt identical to an earlier one');
    const dropped = await importText('x.jsonl', text, { dropDuplicatePrompts: true });
    expect([...dropped.table.quality]).toEqual([1]);
    expect(dropped.report.notes).toContain('dropped 1 prompt identical to an earlier one');
  });

  it('keeps the outcomes of copies by models that the kept prompt has no outcome of', async () => {
    const text = jsonl(
      { id: 'a', prompt: 'Same', model: 'm', quality: 1 },
      { id: 'b', prompt: 'Same', model: 'm', quality: 0 },
      { id: 'b', prompt: 'Same', model: 'n', quality: 0.5 },
      { id: 'b', prompt: 'Same', model: 'o', quality: 0 },
      { id: 'c', prompt: 'Same', model: 'n', quality: 1 },
      { id: 'a', prompt: 'Same', model: 'o', quality: 1 },
    );
    const { table, report } = await importText('x.jsonl', text, { dropDuplicatePrompts: true });
    expect(table.models).toEqual(['m', 'o', 'n']);
    expect([...table.quality]).toEqual([1, 1, 0.5]);
    expect(table.prompts).toHaveLength(1);
    expect(report.notes).toContain(
      'dropped 2 prompts identical to an earlier one; ' +
        'moved 1 outcome to it, of models that it had none of',
    );
  });

  it.each([
    ['{"id":"q","prompt":"x","scores":{"m":NaN}}', /x\.jsonl:2: no model has a score/],
    ['[1]', /not a JSON object/],
    ['{"prompt":"x","model":"m"}', /model m has no quality/],
    ['{"prompt":"x","model":7,"quality":1}', /the model is not a string/],
    ['{"id":"q","model":"m","quality":1}', /the row has no prompt/],
    ['{"id":"p","prompt":"y","scores":{"m":1}}', /the id p already belongs to another prompt/],
    ['{"prompt":"x","scores":{"m":1.5}}', /quality must be a number from 0 to 1, not 1.5/],
    ['{"prompt":"x","scores":{}}', /no model has a score/],
    ['{"prompt":"x","models":{"m":{"score":1,"correct":0}}}', /use only one of/],
    ['{"prompt":"x","task":{},"scores":{"m":1}}', /task must be a string/],
    ['{"prompt":"x","scores":{"m":1},"messages":[]}', /messages/],
  ])('reports the row %s', async (row, message) => {
    const text = `${jsonl({ id: 'p', prompt: 'Hello', scores: { m: 1 } })}\n${row}\n`;
    await expect(importText('x.jsonl', text)).rejects.toThrow(message);
    const { report } = await importText('x.jsonl', text, { maxBadShare: 0.5 });
    expect(report).toMatchObject({ rows: 2, badRows: 1 });
  });

  it.each([
    ['p,Hello,m,bad?\n', /quality: "bad\?" is not a number/],
    ['p,Hello,m,nan\n', /1 cell has no quality and counts as missing/],
    ['p,Hello,,1\n', /the row has no "model"/],
  ])('reports the CSV row %j', async (row, message) => {
    await expect(importText('x.csv', `prompt_id,prompt,model,quality\n${row}`)).rejects.toThrow(
      message,
    );
  });
});

describe('a column "id" of a long table', () => {
  const rows = (ids: readonly string[]): string =>
    [
      'id,prompt,model,quality',
      `${ids[0]},Why?,small,0`,
      `${ids[1]},Why?,large,1`,
      `${ids[2]},How?,small,1`,
      `${ids[3]},How?,large,0`,
    ].join('\n');

  it('does not separate the outcomes of a prompt where it counts the rows, which a note says', async () => {
    const { table, report } = await importText('x.csv', rows(['1', '2', '3', '4']));
    expect(table.prompts.map(({ prompt }) => prompt)).toEqual(['Why?', 'How?']);
    expect([...table.quality]).toEqual([0, 1, 1, 0]);
    expect(report.notes.join()).toContain('the column "id" differs in every row');
  });

  it('counts rows also over several files, with one model each', async () => {
    const [head = '', ...lines] = rows(['1', '2', '3', '4']).split('\n');
    const folder = await writeTestFiles({
      'large.csv': [head, lines[1], lines[3]].join('\n'),
      'small.csv': [head, lines[0], lines[2]].join('\n'),
    });
    const { table } = await importOutcomes({ format, files: [folder] });
    expect(table.prompts).toHaveLength(2);
    expect([...table.quality]).not.toContain(NaN);
  });

  it.each([
    ['task', 'x', 'y'],
    ['group', 'x', 'y'],
    ['weight', '2', '3'],
  ])('stays where rows of one prompt differ in %s', async (column, first, second) => {
    const text = [
      `id,prompt,${column},model,score`,
      `1,hi,${first},A,1`,
      `2,hi,${second},B,0`,
      `3,b,${first},A,1`,
    ].join('\n');
    const { table, report } = await importText('x.csv', text);
    expect(table.prompts.map(({ id }) => id)).toEqual(['1', '2', '3']);
    expect(report.notes.join()).not.toContain('the column "id"');
  });

  it.each([
    ['omit the task', 'task', 'x', '', { task: 'x' }],
    ['omit the task first', 'task', '', 'x', { task: 'x' }],
    ['omit the weight of an earlier one', 'weight', '2', '', { weight: 2 }],
    ['have spaces around the group', 'group', 'g', 'g ', { group: 'g' }],
    ['have the task in another case', 'task', 'Math', 'math', { task: 'Math' }],
  ])('counts rows, too, where some %s', async (_, column, first, second, expected) => {
    const text = `id,prompt,${column},model,score\n1,hi,${first},A,1\n2,hi,${second},B,0`;
    const { table, report } = await importText('x.csv', text);
    expect(table.prompts).toMatchObject([{ prompt: 'hi', ...expected }]);
    expect([...table.quality]).toEqual([1, 0]);
    expect(report.notes.join()).toContain('the column "id" differs in every row');
  });

  it('counts rows, too, where one task is given for all', async () => {
    const text = 'id,prompt,task,model,score\n1,hi,x,A,1\n2,hi,y,B,0';
    const { table } = await importText('x.csv', text, { task: 'office' });
    expect(table.prompts).toMatchObject([{ prompt: 'hi', task: 'office' }]);
  });

  it.each([
    ['task', ['x', '', 'y']],
    ['weight', ['', '2', '2']],
  ])('stays where some rows of one prompt omit the %s and others differ', async (column, cells) => {
    const rows = cells.map((cell, index) => `${index},hi,${cell},m${index},1`);
    const { table } = await importText(
      'x.csv',
      `id,prompt,${column},model,score\n${rows.join('\n')}`,
    );
    expect(table.prompts.map(({ id }) => id)).toEqual(['0', '1', '2']);
  });

  it.each([
    ['names prompts where outcomes share it', ['a', 'a', 'b', 'b'], [], 2],
    ['names prompts where some outcomes share it', ['a', 'a', 'b', 'c'], [], 3],
    ['names prompts where it is mapped', ['1', '2', '3', '4'], ['prompt_id=id'], 4],
  ])('%s', async (_, ids, map, prompts) => {
    const { table, report } = await importText('x.csv', rows(ids), { map });
    expect(table.prompts).toHaveLength(prompts);
    expect(report.notes.join()).not.toContain('the column "id"');
  });
});

describe('a mapped column', () => {
  const renamed = ['a', 'b'].map((model, index) => ({
    full_prompt: 'Translate: Hello',
    model,
    judge: 1 - index,
    quality: index,
    topic: 'translation',
    task: 'unknown',
    prompt: 'Hello',
  }));
  const map = ['prompt=full_prompt', 'quality=judge', 'task=topic'];
  const csv = [Object.keys(renamed[0] ?? {}), ...renamed.map((row) => Object.values(row))]
    .map((cells) => cells.join(','))
    .join('\n');

  it.each([
    ['x.csv', csv],
    ['x.jsonl', jsonl(...renamed)],
    ['x.json', JSON.stringify(renamed)],
  ])('of %s replaces one that has the name itself', async (name, text) => {
    const { table, report } = await importText(name, text, { map });
    expect(table.prompts).toMatchObject([{ prompt: 'Translate: Hello', task: 'translation' }]);
    expect(cellOf(table, 'quality', table.prompts[0]?.id ?? '', 'a')).toBe(1);
    expect(cellOf(table, 'quality', table.prompts[0]?.id ?? '', 'b')).toBe(0);
    expect(report.notes).toContain('ignored columns: "quality", "task", "prompt"');
  });

  it('replaces those with another name for the same', async () => {
    const row = { prompt: 'Hello', question: 'Bye', category: 'c', model: 'm', score: 0, id: 'x' };
    const more = { task: 'd', correct: 1, prompt_id: 'y', ask: 'Why?', kind: 'e', ok: 0.5, key: 7 };
    const { table } = await importText('x.jsonl', jsonl({ ...row, ...more }), {
      map: ['question=ask', 'category=kind', 'score=ok', 'id=key'],
    });
    expect(table.prompts).toEqual([{ id: '7', prompt: 'Why?', task: 'e', group: undefined }]);
    expect([...table.quality]).toEqual([0.5]);
  });
});

describe('"scores" beside one answer', () => {
  const row = {
    input: 'Why?',
    output: 'Because.',
    expected: 'So.',
    scores: { Factuality: 0.5, Levenshtein: 0.25 },
  };

  it.each([[[]], [['prompt=input']]])('are not those of models, with the map %j', async (map) => {
    await expect(importText('x.jsonl', jsonl(row), { map })).rejects.toMatchObject({
      code: 'invalid_outcomes',
      message: expect.stringContaining('one answer ("output")'),
      fix: expect.stringContaining('--map scores=scores'),
    });
  });

  it('are those of models where they are mapped', async () => {
    const map = ['prompt=input', 'scores=scores'];
    const { table } = await importText('x.jsonl', jsonl(row), { map });
    expect(table.models).toEqual(['Factuality', 'Levenshtein']);
  });
});

describe('rows of equal prompts', () => {
  const header = 'prompt,model,quality,task,group\n';
  const labelsOf = async (rows: readonly string[], options = {}) => {
    const { table } = await importText('x.csv', header + rows.join('\n'), options);
    const labels = table.prompts.map(({ task, group }) => [task, group]);
    return { table, labels, quality: [...table.quality] };
  };

  it('are prompts of their own where their tasks or groups differ', async () => {
    const rows = ['Sum it.,a,1,legal,g1', 'Sum it.,a,0,medical,g2', 'Sum it.,b,0,medical,g2'];
    const { table, labels, quality } = await labelsOf([...rows, 'Sum it.,b,1,legal,g2']);
    expect(labels).toEqual([
      ['legal', 'g1'],
      ['medical', 'g2'],
      ['legal', 'g2'],
    ]);
    expect(quality).toEqual([1, NaN, 0, 0, NaN, 1]);
    expect(new Set(table.prompts.map(({ id }) => id)).size).toBe(3);
  });

  it('are one prompt where some omit the task or group, in any order', async () => {
    const rows = ['Sum it.,a,1,,', 'Sum it.,b,0,legal,', 'Sum it.,c,0.5,, g1 ', 'Sum it.,d,1,,'];
    for (const order of [rows, rows.toReversed()]) {
      const { labels, quality } = await labelsOf(order);
      expect(labels).toEqual([['legal', 'g1']]);
      expect(quality).not.toContain(NaN);
    }
  });

  it('are one prompt where labels differ in case or separators only, and keep the first spelling', async () => {
    const rows = ['1+1?,a,1,Math Easy,G-1', '1+1?,b,0,math easy,g 1', '1+1?,c,0.5,MATH_EASY,'];
    const { labels, quality } = await labelsOf(rows);
    expect(labels).toEqual([['Math Easy', 'G-1']]);
    expect(quality).toEqual([1, 0, 0.5]);
    const ids = rows.map((row) => `p,${row}`).join('\n');
    const { table, report } = await importText('x.csv', `prompt_id,${header}${ids}`);
    expect(table.prompts).toEqual([{ id: 'p', prompt: '1+1?', task: 'Math Easy', group: 'G-1' }]);
    expect(report.badRows).toBe(0);
  });

  it.each([
    ['CRLF', 'Sum\nit.', '"Sum\r\nit."'],
    ['blanks at the ends', 'Sum it.', '" Sum it. "'],
  ])('are one prompt where they differ in %s, which a note counts', async (_, first, second) => {
    const text = `prompt,model,quality\n"${first}",a,1\n${second},b,0\n${second},c,1\n`;
    const ids = text.replaceAll(/^(?=["p])/gm, (_match, place) =>
      place === 0 ? 'prompt_id,' : 'p,',
    );
    for (const written of [text, ids]) {
      const { table, report } = await importText('x.csv', written);
      expect(table.prompts.map(({ prompt }) => prompt)).toEqual([first]);
      expect([...table.quality]).toEqual([1, 0, 1]);
      expect(report.notes).toContain(
        'took as an earlier one: 1 prompt with other line ends, or other blanks at the ends',
      );
    }
  });

  it('are one prompt, too, as messages that differ in line ends', async () => {
    const row = (content: string, model: string) => ({
      messages: [{ role: 'user', content }],
      model,
      quality: 1,
    });
    const { table } = await importText('x.jsonl', jsonl(row('a\nb', 'm'), row('a\r\nb', 'n')));
    expect([...table.quality]).toEqual([1, 1]);
  });

  it.each([
    ['last', ['Sum it.,a,1,legal,', 'Sum it.,a,0,medical,', 'Sum it.,b,0,,']],
    ['first', ['Sum it.,b,0,,', 'Sum it.,a,1,legal,', 'Sum it.,a,0,medical,']],
  ])('are refused where it is not clear whose task the %s one omits', async (_, rows) => {
    await expect(labelsOf(rows)).rejects.toThrow(/x\.csv:4: equal prompts have several tasks/);
  });

  it('are one prompt where one label is given for all', async () => {
    const rows = ['Sum it.,a,1,legal,', 'Sum it.,b,0,medical,'];
    expect((await labelsOf(rows, { task: 'office' })).labels).toEqual([['office', undefined]]);
  });

  it.each([
    ['task', 'task "medical", but the prompt already has "legal"'],
    ['group', 'group "medical", but the prompt already has "legal"'],
  ])('are refused with the same id and another %s', async (column, problem) => {
    const text = `prompt_id,prompt,model,quality,${column}\np,Hi,a,1,legal\np,Hi,b,0,medical\n`;
    await expect(importText('x.csv', text)).rejects.toThrow(`x.csv:3: ${problem}`);
  });

  it('take the task and group of a later row with the same id', async () => {
    const text = 'prompt_id,prompt,model,quality,task,group\np,Hi,a,1,,\np,,b,0,legal,g\n';
    const { table } = await importText('x.csv', text);
    expect(table.prompts).toEqual([{ id: 'p', prompt: 'Hi', task: 'legal', group: 'g' }]);
  });

  it('keep ids that count rows where their categories differ', async () => {
    const text = 'id,prompt,category,model,score\n1,hi,x,A,1\n2,hi,y,B,0\n3,b,x,A,1';
    const { table } = await importText('x.csv', text);
    expect(table.prompts.map(({ id }) => id)).toEqual(['1', '2', '3']);
  });
});

describe('the cells of a long table', () => {
  it('are missing where they hold the NaN of Python or the #N/A of a spreadsheet', async () => {
    const text = [
      'prompt,model,quality,cost_usd,latency_ms,input_tokens,weight',
      'Why?,a,1,nan,NaN,#N/A,',
      'Why?,b,0.5,0.25,7,8,',
      'Why?,c,#N/A,0.25,7,8,',
      'Why?,d,<NA>,0.25,7,8,',
    ].join('\n');
    const { table, report } = await importText('x.csv', text);
    expect(table.prompts.map(({ prompt, weight }) => [prompt, weight])).toEqual([
      ['Why?', undefined],
    ]);
    expect(table.models).toEqual(['a', 'b']);
    expect([...table.quality]).toEqual([1, 0.5]);
    expect([...table.costUsd]).toEqual([NaN, 0.25]);
    expect([...table.latencyMs]).toEqual([NaN, 7]);
    expect([...table.inputTokens]).toEqual([NaN, 8]);
    expect(report).toMatchObject({ badRows: 0 });
    expect(report.notes).toContain('2 cells have no quality and count as missing');
  });

  it.each(['nan', 'NaN', '#N/A', '<NA>', ' '])(
    'are no labels where they hold %j',
    async (blank) => {
      const text = [
        'prompt_id,prompt,task,group,model,quality',
        `${blank},A,${blank},${blank},m,1`,
        `${blank},B,math,g,m,1`,
        `${blank},B,${blank},${blank},n,0`,
        `${blank},B,math,g,${blank},0`,
      ].join('\n');
      const { table, report } = await importText('x.csv', text, { maxBadShare: 0.25 });
      expect(table.prompts).toMatchObject([
        { prompt: 'A', task: undefined, group: undefined },
        { prompt: 'B', task: 'math', group: 'g' },
      ]);
      expect(table.models).toEqual(['m', 'n']);
      const problem = expect.stringMatching(/^the model is blank|has no "model"/);
      expect(report.problems).toMatchObject([{ line: 5, problem }]);
    },
  );

  it('are invalid where a count of tokens may have a separator of thousands', async () => {
    const text = [
      'prompt,model,quality,input_tokens,output_tokens,latency_ms',
      'A,m,1,987,20,1.234',
      'B,m,1,1.234,20,1.234',
      'C,m,1,20,12.345,1.234',
    ].join('\n');
    const { table, report } = await importText('x.csv', text, { maxBadShare: 0.7 });
    expect(table.prompts.map(({ prompt }) => prompt)).toEqual(['A']);
    expect(report.problems.map(({ problem }) => problem)).toEqual([
      expect.stringMatching(/^input_tokens: "1.234" can be read in two ways/),
      expect.stringMatching(/^output_tokens: "12.345" can be read in two ways/),
    ]);
  });
});

describe('a column without a name', () => {
  it('is named among the ignored ones where it holds something', async () => {
    const text = ',prompt,model,quality,\n0,A,m,1,see ticket\n1,A,n,0,\n';
    const { report } = await importText('x.csv', text);
    expect(report.notes).toContain('ignored columns: "column 5"');
  });
});

describe('a column that is not read', () => {
  it.each([
    ['Latency (s)', "if it is latency_s: --map 'latency_s=Latency (s)'"],
    ['latency_seconds', 'if it is latency_s: --map latency_s=latency_seconds'],
    ['Duration [sec]', "if it is latency_s: --map 'latency_s=Duration [sec]'"],
    ['elapsed_s', 'if it is latency_s: --map latency_s=elapsed_s'],
    ['Time to first token (s)', "if it is ttft_s: --map 'ttft_s=Time to first token (s)'"],
    ['Latency (ms)', "if it is latency_ms: --map 'latency_ms=Latency (ms)'"],
    ['duration_ms', 'if it is latency_ms: --map latency_ms=duration_ms'],
    [
      'latency',
      'if it is latency_ms: --map latency_ms=latency; if it is latency_s: --map latency_s=latency',
    ],
    ['ttft', 'if it is ttft_ms: --map ttft_ms=ttft; if it is ttft_s: --map ttft_s=ttft'],
    ['cost', 'if it is cost_usd: --map cost_usd=cost'],
  ])('is suggested as what its name says, in its unit: %s', async (column, hint) => {
    const text = `prompt,model,quality,${column}\nHi,a,1,2.5\n`;
    const { report } = await importText('x.csv', text);
    expect(report.notes).toContain(`ignored columns: "${column}" (${hint})`);
  });

  it.each(['tokens_s', 'Latency (s)', 'notes'])(
    'is not suggested as what another is read as, or nothing is: %s',
    async (column) => {
      const text = `prompt,model,quality,latency_ms,${column}\nHi,a,1,900,2.5\n`;
      const { report } = await importText('x.csv', text);
      expect(report.notes).toContain(`ignored columns: "${column}"`);
    },
  );
});

describe('what the cells of nested rows hold and is not read', () => {
  it('is listed with the models and the names that would be read', async () => {
    const a = { quality: 1, cost: 0.0012, latency: 1.2, tokens: 30, error: null };
    const b = { quality: 0, cost: 0.0001, latency_ms: null, response: 'x' };
    const { report } = await importText('x.jsonl', jsonl({ prompt: 'p', models: { a, b } }));
    expect(report.notes).toContain(
      'ignored members of models: "cost" (if it is cost_usd: rename it) of "a", "b"; ' +
        '"latency" (if it is latency_ms or latency_s: rename it) of "a"; "tokens" of "a"',
    );
  });

  it('is nothing where all is read', async () => {
    const { report } = await importText(
      'x.jsonl',
      jsonl({ prompt: 'p', models: { a: { quality: 1, cost_usd: 1, latency_s: 1 } } }, nestedRow),
    );
    expect(report.notes.join()).not.toContain('ignored');
  });
});

describe('times that are likely seconds', () => {
  const rows = (column: string, first: string, second: string): string =>
    `prompt,model,quality,${column}\nHi,a,1,${first}\nHi,b,1,${second}\nHo,a,0,${first}\n`;

  it.each([
    [
      'latency_ms',
      '1.2',
      '900',
      'latency is 1.2 ms of "a": if these are seconds, name their column latency_s, or add --map latency_s=COLUMN',
    ],
    [
      'latency_ms',
      '6.5',
      '1.1',
      'latency is 6.5 ms of "a" and 1.1 ms of "b": if these are seconds',
    ],
    [
      'ttft_ms',
      '0.4',
      '300',
      'time to the first token is 0.4 ms of "a": if these are seconds, name their column ttft_s',
    ],
  ])('and were read as %s are noted: %s, %s', async (column, first, second, note) => {
    const { report } = await importText('x.csv', rows(column, first, second));
    expect(report.notes.join()).toContain(`the median ${note}`);
  });

  it.each(['latency_ms', 'ttft_ms'])(
    'and are in nested rows have no column: %s',
    async (member) => {
      const models = { a: { quality: 1, [member]: 1.2 } };
      const { report } = await importText('x.jsonl', jsonl({ prompt: 'p', models }));
      const name = member.replace('_ms', '_s');
      expect(report.notes.join('|')).toContain(
        `1.2 ms of "a": if these are seconds, name the member ${name}|`,
      );
    },
  );

  it.each([
    ['latency_ms', '120', '900'],
    ['latency_ms', '0', ''],
    ['latency_s', '1.2', '0.9'],
    ['ttft_ms', '15', '300'],
  ])('is not what %s holds in %s and %s', async (column, first, second) => {
    const { report } = await importText('x.csv', rows(column, first, second));
    expect(report.notes.join()).not.toContain('median');
  });
});

describe('a prompt in CSV that is only the word for a missing one', () => {
  const words = ['nan', 'NaN', 'None', 'null', '<NA>', ' nan '];

  it.each(words)('is no prompt, and its row is reported: %j', async (word) => {
    const text = `prompt,model,quality\nWhy?,m,1\n${word},m,0\nWhat does nan mean?,m,1`;
    const { table, report } = await importText('x.csv', text, { maxBadShare: 0.5 });
    expect(table.prompts.map(({ prompt }) => prompt)).toEqual(['Why?', 'What does nan mean?']);
    expect(report).toMatchObject({ rows: 3, badRows: 1 });
    expect(report.problems).toMatchObject([{ line: 3, problem: 'the row has no prompt' }]);
  });

  it.each(words)('is that of an earlier row with the same id: %j', async (word) => {
    const text = `id,prompt,model,quality\na,Why?,m,1\na,${word},n,0`;
    const { table, report } = await importText('x.csv', text);
    expect(table.prompts.map(({ prompt }) => prompt)).toEqual(['Why?']);
    expect(cellOf(table, 'quality', 'a', 'n')).toBe(0);
    expect(report.badRows).toBe(0);
  });

  it('is a prompt in JSON, which has null for a missing one', async () => {
    const { table } = await importText(
      'x.jsonl',
      jsonl({ prompt: 'null', model: 'm', quality: 1 }),
    );
    expect(table.prompts.map(({ prompt }) => prompt)).toEqual(['null']);
  });
});

describe('the advice for a file with too many bad rows', () => {
  const rows = (count: number, line: string): string => `${line}\n`.repeat(count);

  it.each([
    [1, 9, 'Correct these rows, or skip them with a larger --max-bad-share, such as 0.2.'],
    [3, 7, 'Correct these rows, or skip them with a larger --max-bad-share, such as 0.3.'],
    [8, 2, 'Correct these rows. Skipping them with --max-bad-share would leave 2 of 10.'],
  ])('fits %i bad ones of %i others', async (bad, good, fix) => {
    const text = `prompt,model,quality\n${rows(bad, ',m,1')}${rows(good, 'p,m,0')}`;
    await expect(importText('x.csv', text)).rejects.toThrow(fix);
  });

  it('is not about qualities where another problem quotes such words', async () => {
    const id = 'quality must be a number from 0 to 1';
    const bad = Array.from({ length: 8 }, (_, row) => `${id},other ${row},m,0`).join('\n');
    const text = `id,prompt,model,quality\n${id},p,m,0\n${bad}\nb,q,m,1`;
    await expect(importText('x.csv', text)).rejects.toThrow(
      'Correct these rows. Skipping them with --max-bad-share would leave 2 of 10.',
    );
  });
});
