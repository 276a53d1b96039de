import { applyRules } from '../texts/apply-rules.js';
import { plainMath } from '../math/plain-math.js';
import { splitSentences, statesSomething } from '../texts/split-sentences.js';
import { findQuantities } from './find-quantities.js';
import type { NumberLocale } from './read-digits.js';
import {
  dropBrackets,
  withoutDenied,
  wordsAsNumbers,
  type FinalNumbers,
} from './read-number-clause.js';
import { readAnswerFirst } from './read-answer-first.js';
import {
  readBrokenDown,
  readExplained,
  readLabeledNumbers,
  readNumberSolutions,
} from './read-number-lines.js';
import { readSentence } from './read-sentence.js';

/** "drops from $150 to $120" ends at 120. */
const change =
  /\b((?:doubl|tripl|drop|fall|fell|rise|rose|increas|decreas|go|went|grew|grow|chang|reduc|climb|declin|jump)\w{0,5}\s(?:\w{1,12}\s){0,3}?)(?:by\s[$€£]?\d[\d.,]{0,12}%?,?\s)?from\s[$€£]?\d[\d.,]{0,12}%?\s(?:\p{L}{1,10}\s)?(?=to\s)/giu;

/** What lines state together. In this order: the first rule that applies decides. */
const lineRules = [
  readExplained,
  readBrokenDown,
  readNumberSolutions,
  readAnswerFirst,
  readLabeledNumbers,
];

/** The numbers that the last sentence with numbers states, or what lines state together. */
export function readLastSentence(text: string, locale: NumberLocale): FinalNumbers {
  const emphasized = plainMath(text.replace(change, '$1')).replace(
    /(?<!\w)__(?=[-$€£\d])|(?<=[\d%])__(?!\w)/g,
    '**',
  );
  const plain = dropBrackets(emphasized.replaceAll('`', ''), locale);
  const lines = plain.split('\n').filter((line) => line.trim() !== '');
  const together = applyRules(lineRules, lines, locale);
  if (together !== undefined) return together;
  const numbered = lines.flatMap(splitSentences).filter((one) => /[\d√π⟨]/.test(one));
  const statements = numbered.filter(statesSomething);
  const sentences = statements.length > 0 ? statements : numbered;
  const last = sentences.findLastIndex(
    (one) => withoutDenied(one, findQuantities(one, locale)).length > 0,
  );
  const sentence = sentences[last];
  return sentence === undefined
    ? wordsAsNumbers(lines.at(-1) ?? '')
    : readSentence(sentence, locale, last > 0);
}
