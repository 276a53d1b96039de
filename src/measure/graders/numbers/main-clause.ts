import {
  conclusionWords,
  contrastWords,
  contrastWordsAfterComma,
  reasonWords,
} from '../texts/connectives.js';
import { findQuantities } from './find-quantities.js';
import type { NumberLocale } from './read-digits.js';
import { setsScene } from './sets-scene.js';

/** A clause before the main one: "Since a box holds 24, ". */
export const openingClause = new RegExp(
  String.raw`^[\s*_]{0,6}(?:(?:so|finally|then|${conclusionWords}),?\s)?(?:${reasonWords}|with|in|after|if|for|at|when|given|by|to|as|while|although)\s[^,]{1,200},\s(?!\d(?![\d.,]{0,12}\s\p{L}{1,12}\s(?:is|are|equals?|makes?|costs?|contains?)\s))`,
  'iu',
);
const subordinate =
  /,?\s(?:to\s[a-z]{2,15}|before|after|if|than|when|while|until|so\sthat|by\s[a-z]{3,15}ing|using|ensuring|assuming|provided|leaving|once|which|whereas|davon|dont|including|nachdem|bevor|wenn|während|après|avant|quand|después|antes|cuando|dopo|prima|depois|quando|после|когда)\s/gi;
const mainClauseStart =
  /^(?:then\s|so\s)?(?:the|they|he|she|it|we|you|I|this|that|these|there|each|every|his|her|their|its|all|\p{Lu}\p{L}+|\d[\d.,]{0,12}\s\p{L}{1,12}\s(?:is|are|equals?|makes?|costs?|contains?))(?!\p{L})/u;

/** "Since 150 / 40 = 3.75, they need 4 buses" and "With x = 5, the perimeter is 20" without their ground. */
export function dropGround(sentence: string, locale: NumberLocale): string {
  const opening = openingClause.exec(sentence)?.[0] ?? '';
  const main = sentence.slice(opening.length);
  const isGround = opening.includes('=') && mainClauseStart.test(main);
  return isGround && findQuantities(main, locale).length > 0 ? main : sentence;
}

const contrastEnd = new RegExp(
  String.raw`,\s(?:${contrastWords}|${contrastWordsAfterComma})$`,
  'iu',
);
/** Further subordinate clauses of a sentence are not looked at. */
const maxClauses = 12;

/** A sentence without what comes before its main clause ("Since a box holds 24, ") and after it. */
export function readMainClause(sentence: string, locale: NumberLocale): string {
  const hasNumber = (text: string): boolean =>
    findQuantities(text, locale).some((number) => !setsScene(text, number, true));
  const opening = openingClause.exec(sentence)?.[0].length ?? 0;
  const main = hasNumber(sentence.slice(opening)) ? sentence.slice(opening) : sentence;
  for (const { index } of [...main.matchAll(subordinate)].slice(0, maxClauses)) {
    const before = main.slice(0, index);
    // "It was $300, but after the discount it's $250": the main clause goes on.
    if (contrastEnd.test(before)) continue;
    const states = findQuantities(before, locale).some((one) => !setsScene(before, one, false));
    if (states || hasNumber(before)) return before;
  }
  return main;
}
