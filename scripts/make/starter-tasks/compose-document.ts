import { countWords } from '../../../src/measure/graders/texts/split-words.js';
import { shuffle, type Random } from '../../../src/util/random.js';

/** Which part of a long text a task is about. */
export interface DocumentChoice {
  /** The text's file in `datasets/source/documents`, without its ending. */
  readonly from: string;
  /** Headings of the sections that the question needs. */
  readonly needs: readonly string[];
  /** Headings of sections that must be absent: what they say would give the answer. */
  readonly without: readonly string[];
}

const minWords = 1500;

/**
 * A document of at least 1500 words: the text's opening, the sections that are needed, and others at
 * random around them, in the order of the text. Every question gets an edition of its own, so that
 * two tasks are no near-duplicates although they share sections.
 */
export function composeDocument(text: string, choice: DocumentChoice, random: Random): string {
  const [opening = '', ...sections] = text.trim().split(/^(?=## )/m);
  const titles = sections.map((section) => section.slice(3, section.indexOf('\n')));
  for (const title of [...choice.needs, ...choice.without]) {
    if (!titles.includes(title)) throw new Error(`${choice.from}.md has no section "${title}"`);
  }
  const chosen = new Set(choice.needs.map((title) => titles.indexOf(title)));
  const compose = (): string =>
    [opening, ...sections.filter((_, index) => chosen.has(index))].join('').trim();
  for (const index of shuffle(sections.keys(), random)) {
    if (countWords(compose()) >= minWords) return compose();
    if (!choice.without.includes(titles[index] as string)) chosen.add(index);
  }
  const words = countWords(compose());
  if (words < minWords) throw new Error(`${choice.from}.md gives ${words} words only`);
  return compose();
}
