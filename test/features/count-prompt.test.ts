import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBucketCounter } from '../../src/features/bucket-counter.js';
import { countPrompt } from '../../src/features/count-prompt.js';
import {
  computeBucketCount,
  defaultFeatureSpec,
  featureBlocks,
  type FeatureSpec,
} from '../../src/features/feature-spec.js';
import { splitPromptFields } from '../../src/features/prompt-fields.js';
import type { Prompt } from '../../src/util/chat.js';
import { anyChatRequest, anyMalformedPrompt, anyText } from '../support/any-text.js';

const spec = defaultFeatureSpec;
const counter = createBucketCounter(computeBucketCount(spec));

/** Counts of a prompt by bucket, of one block or of all. */
function count(prompt: Prompt, block?: number, changes: Partial<FeatureSpec> = {}) {
  countPrompt(splitPromptFields(prompt), { ...spec, ...changes }, counter);
  const counts = new Map<number, number>();
  for (const bucket of counter.touched.subarray(0, counter.size)) {
    if (block !== undefined && bucket >>> spec.bucketBits !== block) continue;
    counts.set(bucket, counter.counts[bucket] as number);
  }
  return counts;
}

const countWords = (prompt: Prompt) => count(prompt, featureBlocks.words, { wordNgrams: 1 });
const sum = (counts: ReadonlyMap<number, number>): number =>
  [...counts.values()].reduce((total, value) => total + value, 0);

function ask(text: string, system: string): Prompt {
  return {
    messages: [
      { role: 'system', content: system },
      { role: 'user', content: text },
    ],
  };
}

describe('words', () => {
  it('are the same in any case, and however they are spaced and punctuated', () => {
    const words = countWords('Write a SHORT poem');
    for (const text of [
      'write a short poem',
      '  write\ta\n\nshort\u00a0poem \u3000',
      'write, a "short" (poem)!',
      'write—a…short“poem”',
    ]) {
      expect(countWords(text)).toEqual(words);
    }
    expect(sum(words)).toBe(4);
    expect(countWords('ÜBER ДОМ')).toEqual(countWords('über дом'));
  });

  it('count as often as they occur', () => {
    expect([...countWords('very very very').values()]).toEqual([3]);
  });

  it('come with pairs of neighbours, whose order matters', () => {
    expect(sum(count('one two three', featureBlocks.words))).toBe(3 + 2);
    expect(count('two one', featureBlocks.words)).not.toEqual(
      count('one two', featureBlocks.words),
    );
    expect(countWords('two one')).toEqual(countWords('one two'));
  });

  it('of Chinese and Japanese are single characters, and their pairs bigrams', () => {
    expect(sum(countWords('今天天气很好'))).toBe(6);
    expect(sum(count('今天天气很好', featureBlocks.words))).toBe(6 + 5);
    expect(countWords('今天')).toEqual(countWords('今 天'));
    expect(sum(countWords('ひらがな'))).toBe(4);
    expect(sum(countWords('GPT是什么'))).toBe(1 + 3);
  });

  it('of other scripts are whole', () => {
    for (const text of ['привет', 'مرحبا', 'नमस्ते', 'ελληνικά', '안녕하세요']) {
      expect(sum(countWords(text))).toBe(1);
    }
  });

  it('are none in a text without letters or digits', () => {
    for (const text of ['', '   ', '?!… -- ()']) expect(countWords(text).size).toBe(0);
  });
});

describe('character n-grams', () => {
  const countCharacters = (text: string) => count(text, featureBlocks.characters);

  it('are all runs of 3 to 5 characters, with a space before and after', () => {
    // " abc ": 3 runs of three, 2 of four, 1 of five.
    expect(sum(countCharacters('abc'))).toBe(6);
    expect(sum(countCharacters('abcdefgh'))).toBe(8 + 7 + 6);
  });

  it('take any run of white space for one space, and any case for the same', () => {
    expect(countCharacters('Ab \n\t cD')).toEqual(countCharacters('ab cd'));
  });

  it('tell punctuation apart, which words do not', () => {
    expect(countCharacters('a+b=c')).not.toEqual(countCharacters('a-b=c'));
  });
});

describe('fields', () => {
  const boilerplate = 'You are a helpful assistant that answers with care. '.repeat(50);

  it('of instructions do not change what is counted of the ask', () => {
    const bare = count('Sort this list.');
    const full = count(ask('Sort this list.', boilerplate));
    const context = count(ask('Sort this list.', boilerplate), featureBlocks.context);
    expect(context.size).toBeGreaterThan(5);
    expect(new Map([...full].filter(([bucket]) => !context.has(bucket)))).toEqual(bare);
  });

  it('of tools are context as well', () => {
    const prompt: Prompt = {
      messages: [{ role: 'user', content: 'Sort this list.' }],
      tools: [{ type: 'function', function: { name: 'sort_list' } }],
    };
    expect(count(prompt, featureBlocks.context).size).toBeGreaterThan(0);
    expect(count(prompt, featureBlocks.words)).toEqual(
      count('Sort this list.', featureBlocks.words),
    );
  });
});

describe('a long text', () => {
  const limit = spec.maxFieldCharacters;
  const begin = 'begin '.repeat(limit).slice(0, limit / 2);
  const end = 'end '.repeat(limit).slice(0, limit / 2);

  it('is read at its two ends only', () => {
    const one = count(`${begin}${'middle '.repeat(10_000)}${end}`);
    const other = count(`${begin}${'другое '.repeat(500)}${end}`);
    expect(one).toEqual(other);
    expect(one).not.toEqual(count(begin + end.toUpperCase().replaceAll('E', 'A')));
  });

  it('is read to the last character of one end, and from the first of the other', () => {
    const change = (place: number): string => {
      const text = 'word '.repeat(limit);
      return `${text.slice(0, place)}§${text.slice(place + 1)}`;
    };
    const length = 5 * limit;
    const untouched = count('word '.repeat(limit));
    for (const place of [limit / 2, length / 2, length - limit / 2 - 1]) {
      expect(count(change(place))).toEqual(untouched);
    }
    for (const place of [0, limit / 2 - 1, length - limit / 2, length - 1]) {
      expect(count(change(place))).not.toEqual(untouched);
    }
  });

  it('takes bounded counts, however long it is', () => {
    const characters = sum(count('x y '.repeat(250_000), featureBlocks.characters));
    expect(characters).toBeLessThanOrEqual(3 * (limit + 3));
  });

  it('is read whole up to the limit', () => {
    const text = `${begin.slice(0, -3)} Q ${end}`;
    expect(text).toHaveLength(limit);
    expect(count(text)).not.toEqual(count(text.replace(' Q ', ' R ')));
  });
});

describe('countPrompt', () => {
  it('starts from an empty counter and gives the same every time', () => {
    const first = count('Translate the sentence.');
    count('something quite different, and longer than before');
    expect(count('Translate the sentence.')).toEqual(first);
  });

  it('counts into the buckets of its blocks, for any prompt', () => {
    const small = { ...spec, bucketBits: 8 };
    const own = createBucketCounter(computeBucketCount(small));
    fc.assert(
      fc.property(fc.oneof(anyText, anyChatRequest, anyMalformedPrompt), (prompt) => {
        countPrompt(splitPromptFields(prompt as Prompt), small, own);
        const touched = own.touched.subarray(0, own.size);
        expect(new Set(touched).size).toBe(own.size);
        expect(touched.every((bucket) => bucket >= 0 && bucket < 3 * 256)).toBe(true);
        expect(touched.every((bucket) => (own.counts[bucket] as number) > 0)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('stops counting at what a counter holds, without an overflow', () => {
    const tiny: FeatureSpec = { ...spec, maxFieldCharacters: 1_000_000 };
    countPrompt(splitPromptFields('a '.repeat(70_000)), tiny, counter);
    const counts = counter.touched
      .subarray(0, counter.size)
      .map((b) => counter.counts[b] as number);
    expect(Math.max(...counts)).toBe(65_535);
  });
});
