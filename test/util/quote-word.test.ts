import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { quoteWord } from '../../src/util/quote-word.js';

describe('a word of a command line', () => {
  it.each(['runs/mine', './a-b_c.1:2', 'my runs/first', "it's", 'a$HOME`b`', '*', ''])(
    'reaches the program as it is: %j',
    { skip: process.platform === 'win32' },
    (word) => {
      const printed = execFileSync('sh', ['-c', `printf '%s' ${quoteWord(word)}`]);
      expect(printed.toString()).toBe(word);
    },
  );

  it('is quoted only where it has to be', () => {
    expect(quoteWord('runs/mine')).toBe('runs/mine');
    expect(quoteWord('my runs')).toBe("'my runs'");
  });
});
