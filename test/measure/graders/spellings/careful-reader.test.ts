import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  checkSpelling,
  readSpellings,
  type SpelledAnswer,
} from '../../../../scripts/check/graders/read-spellings.js';

const spellings = readSpellings();
const graders = [...new Set(spellings.map(({ grader }) => grader))].sort();

describe('the table of answers as a careful reader grades them', () => {
  it('has at least 300 answers, all different', () => {
    const tasks = spellings.map((one) => JSON.stringify({ ...one, wanted: '' }));
    expect(new Set(tasks).size).toBe(spellings.length);
    expect(spellings.length).toBeGreaterThanOrEqual(300);
  });

  it('has as many answers of each grader as the documentation says', () => {
    const page = readFileSync(new URL('../../../../docs/graders.md', import.meta.url), 'utf8');
    const [, stated = ''] = /spellings\.jsonl`; (\d+) answers/.exec(page) ?? [];
    const rows = [...page.matchAll(/^\| (\w+) +\| +(\d+) \| +(\d+) \| +0 \| +0 \|$/gm)];
    const counted = graders.map((grader) => {
      const { length } = spellings.filter((one) => one.grader === grader);
      return [grader, length, length];
    });
    const total = spellings.length;
    expect(Number(stated)).toBe(total);
    expect(rows.map(([, grader, all, right]) => [grader, Number(all), Number(right)])).toEqual([
      ...counted,
      ['all', total, total],
    ]);
  });

  it.each(graders)('is read by %s as the reader does', async (grader) => {
    const misread: SpelledAnswer[] = [];
    for (const spelled of spellings.filter((one) => one.grader === grader)) {
      if ((await checkSpelling(spelled)) !== 'right') misread.push(spelled);
    }
    expect(misread).toEqual([]);
  });
});
