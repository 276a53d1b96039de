import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  computeBucketCount,
  defaultFeatureSpec,
  featureBlocks,
  type FeatureSpec,
} from '../../../../src/policy/features/feature-spec.js';
import { maxOccurrences } from '../../../../src/policy/features/fitted-features.js';
import { splitPromptFields } from '../../../../src/policy/features/prompt-fields.js';
import { computeCountMatrix } from '../../../../src/learn/train/features/count-matrix.js';
import type { Prompt } from '../../../../src/llm/chat.js';
import { anyChatRequest, anyMalformedPrompt, anyText } from '../../../support/any-text.js';

const spec = defaultFeatureSpec;

/** Occurrences in a prompt by bucket, of one block or of all; n-grams count as their word does. */
function count(prompt: Prompt, block?: number, changes: Partial<FeatureSpec> = {}) {
  const matrix = computeCountMatrix([splitPromptFields(prompt)], { ...spec, ...changes });
  const { vocabulary, words, others } = matrix;
  const counts = new Map<number, number>();
  const add = (bucket: number, occurrences: number): void => {
    if (block !== undefined && bucket >>> spec.bucketBits !== block) return;
    counts.set(bucket, (counts.get(bucket) ?? 0) + occurrences);
  };
  words.ids.forEach((word, entry) => {
    const occurrences = words.counts[entry] as number;
    add(vocabulary.buckets[word] as number, occurrences);
    for (const gram of vocabulary.gramBuckets.subarray(
      vocabulary.gramStarts[word],
      vocabulary.gramStarts[word + 1],
    )) {
      add(gram, occurrences);
    }
  });
  others.ids.forEach((bucket, entry) => add(bucket, others.counts[entry] as number));
  return counts;
}

const countWords = (prompt: Prompt) => count(prompt, featureBlocks.words);
const countPairs = (prompt: Prompt) => count(prompt, featureBlocks.pairs);
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
  it('are the same in any case, and however they are spaced', () => {
    const words = countWords('Write a SHORT poem');
    for (const text of ['write a short poem', '  write\ta\n\nshort\u00a0poem \u3000']) {
      expect(count(text)).toEqual(count('Write a SHORT poem'));
    }
    expect(sum(words)).toBe(4);
    expect(countWords('ÜBER ДОМ')).toEqual(countWords('über дом'));
  });

  it('come with symbols, each a token of its own, and a neighbor of others', () => {
    expect(sum(countWords('write, a "poem"!'))).toBe(3 + 4);
    expect(sum(countPairs('write, a (poem)'))).toBe(6);
    expect(countPairs('write, a poem')).not.toEqual(countPairs('write a poem'));
    expect(countWords('a+b=c')).not.toEqual(countWords('a-b=c'));
  });

  it('count as often as they occur, up to a limit', () => {
    expect([...countWords('very very very').values()]).toEqual([3]);
    expect([...countWords('a '.repeat(5000)).values()]).toEqual([maxOccurrences]);
  });

  it('come with pairs of neighbors, whose order matters', () => {
    expect(sum(countPairs('one two three'))).toBe(3);
    expect(countPairs('two one')).not.toEqual(countPairs('one two'));
    expect(countWords('two one')).toEqual(countWords('one two'));
    expect(count('one two three', featureBlocks.pairs, { wordNgrams: 1 }).size).toBe(0);
  });

  it('pair the first with the beginning', () => {
    expect(sum(countPairs('one'))).toBe(1);
    const first = [...countPairs('one').keys()][0] as number;
    expect(countPairs('one two').has(first)).toBe(true);
    expect(countPairs('two one').has(first)).toBe(false);
  });

  it('of Chinese and Japanese are single characters, and their pairs bigrams', () => {
    expect(sum(countWords('今天天气很好'))).toBe(6);
    expect(sum(countPairs('今天天气很好'))).toBe(6);
    expect(countWords('今天')).toEqual(countWords('今 天'));
    expect(sum(countWords('ひらがな'))).toBe(4);
    expect(sum(countWords('GPT是什么'))).toBe(1 + 3);
  });

  it('of other scripts are whole', () => {
    for (const text of ['привет', 'مرحبا', 'नमस्ते', 'ελληνικά', '안녕하세요']) {
      expect(sum(countWords(text))).toBe(1);
    }
  });

  it('are none in a text without letters, digits or symbols', () => {
    for (const text of ['', '   ', '\n\t\u3000']) expect(count(text).size).toBe(0);
  });

  it('are read up to a number of different ones, and after that not even known ones', () => {
    const few = { maxDistinctWords: 16 };
    const letters = [...'abcdefghijklmnop'].join(' ');
    expect(sum(count(letters, featureBlocks.words, few))).toBe(16);
    expect(count(`${letters} a b`, undefined, few)).not.toEqual(count(letters, undefined, few));
    expect(count(`${letters} zz a b`, undefined, few)).toEqual(count(letters, undefined, few));
  });
});

describe('character n-grams', () => {
  const countCharacters = (text: string) => count(text, featureBlocks.characters);

  it('are the runs of 3 to 4 characters inside a word, with a space before and after', () => {
    // " abc ": 3 runs of three, 2 of four.
    expect(sum(countCharacters('abc'))).toBe(5);
    expect(sum(countCharacters('abcdefgh'))).toBe(8 + 7);
    expect(sum(countCharacters('a'))).toBe(1);
  });

  it('do not cross words, and are the same in any case', () => {
    expect(countCharacters('Ab \n\t cD')).toEqual(countCharacters('cd ab'));
  });

  it('tell the beginning of a word from its inside', () => {
    expect(countCharacters('abcx')).not.toEqual(countCharacters('xabc'));
  });

  it('are none of symbols and ideographs', () => {
    expect(countCharacters('今天?!').size).toBe(0);
  });

  it('are taken from the beginning of a long word', () => {
    const beginning = 'ab'.repeat(16);
    expect(sum(countCharacters(beginning.padEnd(5000, 'z')))).toBe(32 + 31);
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
    expect(countWords(prompt)).toEqual(countWords('Sort this list.'));
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

  it('is read whole up to the limit', () => {
    const text = `${begin.slice(0, -3)} Q ${end}`;
    expect(text).toHaveLength(limit);
    expect(count(text)).not.toEqual(count(text.replace(' Q ', ' R ')));
  });
});

describe('computeCountMatrix', () => {
  it('counts a prompt the same, whatever prompts stand beside it', () => {
    const prompts = ['Translate the sentence.', 'Something else entirely!', 'Translate the list.'];
    const together = computeCountMatrix(prompts.map(splitPromptFields), spec);
    const alone = computeCountMatrix([splitPromptFields(prompts[2] as string)], spec);
    const [start, end] = [together.words.starts[2], together.words.starts[3]];
    const bucketsOf = (ids: Int32Array, { vocabulary }: typeof together) =>
      Array.from(ids, (word) => vocabulary.buckets[word]);
    expect(bucketsOf(together.words.ids.slice(start, end), together)).toEqual(
      bucketsOf(alone.words.ids, alone),
    );
  });

  it('counts into the buckets of its blocks, each word once a row, for any prompt', () => {
    const small = { ...spec, bucketBits: 8 };
    fc.assert(
      fc.property(fc.oneof(anyText, anyChatRequest, anyMalformedPrompt), (prompt) => {
        const matrix = computeCountMatrix([splitPromptFields(prompt as Prompt)], small);
        const { vocabulary, words, others } = matrix;
        const bucketCount = computeBucketCount(small);
        expect(new Set(words.ids).size).toBe(words.ids.length);
        expect(new Set(others.ids).size).toBe(others.ids.length);
        for (const buckets of [vocabulary.buckets, vocabulary.gramBuckets, others.ids]) {
          expect(buckets.every((bucket) => bucket >= 0 && bucket < bucketCount)).toBe(true);
        }
        expect([...words.counts, ...others.counts].every((occurrences) => occurrences > 0)).toBe(
          true,
        );
      }),
      { numRuns: 300 },
    );
  });
});
