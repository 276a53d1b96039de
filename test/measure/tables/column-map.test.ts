import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import {
  checkMappedColumns,
  parseColumnMap,
  writeMapping,
} from '../../../src/measure/tables/column-map.js';

describe('writeMapping', () => {
  it.each(['cost', 'Cost (USD)', "User's question", 'a "b" $HOME `c`', 'Zeit; ms'])(
    'is read back as it is meant after a shell has read it: %s',
    { skip: process.platform === 'win32' },
    (column) => {
      const command = `printf %s\\\\n ${writeMapping('cost_usd', column)}`;
      const [option, text = ''] = execFileSync('sh', ['-c', command], { encoding: 'utf8' })
        .trimEnd()
        .split('\n');
      expect(option).toBe('--map');
      expect(parseColumnMap([text], ['cost_usd'])).toEqual(new Map([['cost_usd', [column]]]));
    },
  );
});

describe('parseColumnMap', () => {
  it('reads a list for models only, since names of columns may hold commas', () => {
    const fields = ['task', 'models'];
    expect(parseColumnMap(['task=Kind of prompt, short', 'models=a, b'], fields)).toEqual(
      new Map([
        ['task', ['Kind of prompt, short']],
        ['models', ['a', 'b']],
      ]),
    );
  });
});

describe('checkMappedColumns', () => {
  it('refuses several columns for a field that has one', () => {
    const map = parseColumnMap(['prompt=context,question'], ['prompt']);
    expect(() => checkMappedColumns(map, ['context', 'question'], 'x.csv')).toThrow(
      'prompt is one column; you named 2',
    );
    expect(() => checkMappedColumns(map, ['question'], 'x.csv')).toThrow(
      'there is no column "context,question"',
    );
    checkMappedColumns(map, ['context,question'], 'x.csv');
  });
});
