import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { parseColumnMap, writeMapping } from '../../../src/measure/tables/column-map.js';

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
