import { l as rougeL } from 'js-rouge';
import { countWords, splitWords } from './split-words.js';

/** The work grows with the product of both lengths. */
const maxWords = 2000;

/**
 * ROUGE-L of two texts: F1 of the longest common subsequence of words. Words are found by Unicode's
 * rules, so that texts without spaces between them can be compared too; each text is one sentence.
 */
export function computeRougeL(given: string, wanted: string): number {
  if (countWords(given) === 0 || countWords(wanted) === 0) return given === wanted ? 1 : 0;
  return rougeL(given, wanted, {
    segmenter: (text) => [text],
    tokenizer: (text) => splitWords(text).slice(0, maxWords),
  });
}
