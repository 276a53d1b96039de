import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { readTable } from '../../../src/measure/tables/read-table.js';
import { writeTestFiles } from '../outcomes/write-test-files.js';

async function read(content: string | Uint8Array, name = 'x.csv') {
  const folder = await writeTestFiles({ [name]: content });
  return readTable(join(folder, name));
}

describe('a column without a name', () => {
  it.each([
    ['is empty', ['prompt,expected,,', 'A,a,,', 'B,b,,']],
    ['counts the rows from 0', [',prompt,expected', '0,A,a', '1,B,b']],
    ['counts the rows from 1', ['Unnamed: 0,prompt,expected', '1,A,a', '2,B,b']],
    ['counts the rows, twice', ['Unnamed: 0.1,Unnamed: 0,prompt,expected', '0,0,A,a', '1,1,B,b']],
    [
      'counts rows of which some are invalid',
      [',prompt,expected', '0,A,a', '1,B,b', '2,C', '3,D,d'],
    ],
  ])('is omitted where it %s', async (_, lines) => {
    const { columns, rows, notes } = await read(lines.join('\n'));
    expect(columns).toEqual(['prompt', 'expected']);
    expect(rows[0]?.members).toEqual({ ok: true, value: { prompt: 'A', expected: 'a' } });
    expect(notes).toEqual([]);
  });

  it.each([
    ['Unnamed: 1', 'prompt,Unnamed: 1,kind', 'Unnamed: 1'],
    ['nothing', 'prompt,,kind', 'column 2'],
    ['nothing, beside its place', 'prompt,,column 2', 'column 2 (no name)'],
  ])('is kept with what it holds where it is named %s', async (_, header, name) => {
    const { columns, rows } = await read(`${header}\nA,1 day,x\nB,,y\n`);
    expect(columns).toEqual(['prompt', name, header.split(',')[2]]);
    expect(rows[0]?.members).toMatchObject({ value: { [name]: '1 day' } });
  });

  it('is kept where its numbers do not count the rows', async () => {
    expect((await read(',prompt\n5,A\n9,B\n')).columns).toEqual(['column 1', 'prompt']);
    expect((await read('prompt,\nA,1\nB,\n')).columns).toEqual(['prompt', 'column 2']);
  });

  it('is one of many where a title stands above the header, which a note says', async () => {
    const lines = ['Support questions of 2026,,', 'Question,Expected,Category', 'A,a,x'];
    const { columns, notes } = await read(lines.join('\n'));
    expect(columns).toEqual(['Support questions of 2026', 'column 2', 'column 3']);
    expect(notes).toEqual([
      '2 of the 3 columns of x.csv have no name: its first row does not look like a header',
    ]);
  });

  it('is read from Parquet alike', async () => {
    const parquet = parquetWriteBuffer({
      columnData: [
        { name: '__index_level_0__', data: [0, 1], type: 'INT32' },
        { name: 'Unnamed: 1', data: ['1 day', '2 days'], type: 'STRING' },
        { name: 'prompt', data: ['A', 'B'], type: 'STRING' },
      ],
    });
    const { columns, rows } = await read(new Uint8Array(parquet), 'x.parquet');
    expect(columns).toEqual(['Unnamed: 1', 'prompt']);
    expect(rows[1]?.members).toEqual({ ok: true, value: { 'Unnamed: 1': '2 days', prompt: 'B' } });
  });
});
