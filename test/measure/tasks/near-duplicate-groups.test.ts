import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeNearDuplicateGroups } from '../../../src/measure/tasks/near-duplicate-groups.js';
import { createRandom, shuffle } from '../../../src/util/random.js';

const words = (count: number, prefix = 'word') =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

/** Which texts are together, independent of their order. */
function partition(texts: readonly string[], groups: Int32Array): string[] {
  const members = new Map<number, string[]>();
  for (const [index, group] of groups.entries()) {
    members.set(group, [...(members.get(group) ?? []), texts[index] as string]);
  }
  return [...members.values()].map((group) => JSON.stringify(group.sort())).sort();
}

describe('computeNearDuplicateGroups', () => {
  it('numbers groups by first appearance', () => {
    expect([...computeNearDuplicateGroups(['a b c', 'x y z', 'A  b c', 'q', 'x y z'])]).toEqual([
      0, 1, 0, 2, 1,
    ]);
    expect([...computeNearDuplicateGroups([])]).toEqual([]);
  });

  it('groups a long text with its slightly changed copy, and not with a half-changed one', () => {
    const text = words(100);
    const slightly = [...text.slice(0, 99), 'changed'];
    const half = [...text.slice(0, 50), ...words(50, 'other')];
    const groups = computeNearDuplicateGroups([text, slightly, half].map((list) => list.join(' ')));
    expect([...groups]).toEqual([0, 0, 1]);
  });

  it('compares exactly: at the threshold together, just below it apart', () => {
    // 10 words have 8 runs of three; adding two words shares 8 of 10, adding three 8 of 11.
    const text = words(10).join(' ');
    expect([...computeNearDuplicateGroups([text, `${text} more words`])]).toEqual([0, 0]);
    expect([...computeNearDuplicateGroups([text, `${text} three more words`])]).toEqual([0, 1]);
    expect([
      ...computeNearDuplicateGroups([text, `${text} three more words`], { similarity: 0.7 }),
    ]).toEqual([0, 0]);
  });

  it('connects through others', () => {
    const text = words(40);
    const steps = [0, 3, 6, 9].map((from) => [...text, ...words(9, 'tail')].slice(from, from + 40));
    const groups = computeNearDuplicateGroups(steps.map((step) => step.join(' ')));
    expect([...groups]).toEqual([0, 0, 0, 0]);
  });

  it('keeps digits: different numbers make different texts', () => {
    const ask = (a: number, b: number) => `What is ${a} plus ${b}?`;
    expect([...computeNearDuplicateGroups([ask(1, 2), ask(3, 4), ask(1, 2)])]).toEqual([0, 1, 0]);
  });

  it('does not let shared boilerplate glue texts together', () => {
    const boilerplate = words(60, 'instruction').join(' ');
    const texts = words(50, 'unique').map((word) => `${boilerplate} ${word} a${word} b${word}`);
    expect(new Set(computeNearDuplicateGroups(texts)).size).toBe(50);
    const few = texts.slice(0, 5);
    expect(new Set(computeNearDuplicateGroups(few)).size).toBe(1);
  });

  it('groups texts that are all boilerplate with their exact copies only', () => {
    const parts = ['a b c d e f g h', 'a b c d e f g h i', 'A b c  d e f g h'];
    const others = words(30, 'x').map((word) => `a b c d e f g h i ${word} y${word} z${word}`);
    const [one, longer, copy] = computeNearDuplicateGroups([...parts, ...others]);
    expect(copy).toBe(one);
    expect(longer).not.toBe(one);
  });

  it('handles scripts without spaces character by character', () => {
    const text = '请把下面的句子翻译成英文然后解释每一个词的意思并且给出两个例子谢谢你的帮助';
    const groups = computeNearDuplicateGroups([text, `${text}！`, `${text}吧`, '今天天气很好']);
    expect([...groups]).toEqual([0, 0, 0, 1]);
  });

  it('refuses a similarity out of range', () => {
    expect(() => computeNearDuplicateGroups(['a'], { similarity: 0 })).toThrow(/out of range/);
    expect(() => computeNearDuplicateGroups(['a'], { similarity: Number.NaN })).toThrow(/range/);
  });

  const anyText = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc
      .array(fc.constantFrom('the', 'cat', 'dog', 'sat', '12', '?', '你好', 'ña'), {
        maxLength: 12,
      })
      .map((list) => list.join(' ')),
  );

  it('always groups copies that differ in case and white space only', () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1, maxLength: 30 }), (texts) => {
        const copies = texts.map((text) => ` \n${text.replaceAll(' ', ' \t ').toUpperCase()} `);
        // Upper case is not reversible for every letter ("ß"); only reversible ones are copies.
        const reversible = texts.map(
          (text) => text.toUpperCase().toLowerCase() === text.toLowerCase(),
        );
        const groups = computeNearDuplicateGroups([...texts, ...copies]);
        for (const [index, isCopy] of reversible.entries()) {
          if (isCopy) expect(groups[texts.length + index]).toBe(groups[index]);
        }
      }),
    );
  });

  it('gives the same partition whatever the order of the texts', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 60 }), fc.nat(), (texts, seed) => {
        const shuffled = shuffle(texts, createRandom(seed));
        expect(partition(shuffled, computeNearDuplicateGroups(shuffled))).toEqual(
          partition(texts, computeNearDuplicateGroups(texts)),
        );
      }),
    );
  });

  it('finds what comparing every pair finds', () => {
    const random = createRandom(7);
    const texts = Array.from({ length: 60 }, () => {
      const text = words(30, `t${Math.floor(random() * 12)}-`);
      const changes = Math.floor(random() * 4);
      for (let change = 0; change < changes; change++) {
        text[Math.floor(random() * 30)] = `new${Math.floor(random() * 1000)}`;
      }
      return text.join(' ');
    });
    const shingles = texts.map((text) => {
      const list = text.split(/[ -]/);
      return new Set(list.slice(2).map((_, start) => list.slice(start, start + 3).join(' ')));
    });
    const expected = texts.map((_, index) => index);
    for (let one = 0; one < texts.length; one++) {
      for (let other = 0; other < one; other++) {
        const a = shingles[one] as Set<string>;
        const b = shingles[other] as Set<string>;
        const shared = [...a].filter((shingle) => b.has(shingle)).length;
        if (shared / (a.size + b.size - shared) < 0.8) continue;
        const [from, to] = [expected[one], expected[other]];
        for (const [index, group] of expected.entries())
          if (group === from) expected[index] = to as number;
      }
    }
    expect(new Set(expected).size).toBeLessThan(60);
    expect(partition(texts, computeNearDuplicateGroups(texts))).toEqual(
      partition(texts, Int32Array.from(expected)),
    );
  });
});
