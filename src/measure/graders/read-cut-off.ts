import { readChoiceText, type Choices, type FoundChoice } from './choices.js';
import { findMarkedAnswers, shortenAnswer } from './find-marked-answers.js';
import { findLastLine, withoutOptionLists } from './read-choice-lines.js';
import { isRejected, ofIndices, readLeading, readStatedChoice } from './read-stated-choice.js';
import { plainMath } from './math/plain-math.js';
import { unifyTypography } from './typography.js';

/** Where a sentence, a line or a marked answer is over. */
const finished = /[.!?。！？](?=["')*_$]{0,3}\s)|[}>]|\n/g;
/** A number or formula alone. */
const aloneLine =
  /^[\s*_#>`$]{0,8}-?[€£]?[\d\\(xyzn√π][^\p{L}\n]{0,60}(?:\s?[\p{L}%°²³/]{1,15})?[\s*_`.!$]{0,6}$/u;
/** "B. Whales are ..." and "(B) because ...": the letter is stated, and then explained. */
const statedAlone =
  /^["'*_`)\]]{0,4}(?:[.,;:)]|\s(?:because|since|as|weil|car|porque)\s|\s[-–—]\s)/;

/**
 * The part of a cut-off answer in which a number or formula is stated: what is marked as the answer
 * before the sentence that is cut, or a first line that holds nothing else. Undefined where it was cut
 * off before that: what a solution mentions on its way is no answer.
 */
export function readCutOffStatement(answer: string): string | undefined {
  const text = unifyTypography(shortenAnswer(answer));
  const last = [...text.matchAll(finished)].at(-1);
  const whole = last === undefined ? '' : text.slice(0, last.index + last[0].length);
  if (findMarkedAnswers(whole).length > 0) return whole;
  const [first = ''] = text.trim().split('\n', 1);
  return aloneLine.test(first) ? first : undefined;
}

/**
 * The choice that a cut-off answer states: marked as the answer, in a line of its own, or at its very
 * beginning. What it weighs before it was cut off is no choice.
 */
export function findCutOffChoice(answer: string, choices: Choices): FoundChoice {
  const text = readChoiceText(shortenAnswer(answer));
  for (const { text: marked } of findMarkedAnswers(text)) {
    const found = readStatedChoice(plainMath(marked), choices);
    if (found.kind !== 'none') return found;
  }
  const lines = plainMath(text)
    .split('\n')
    .filter((line) => line.trim() !== '');
  return findLastLine(lines, choices) ?? findStatedFirst(lines, choices) ?? { kind: 'none' };
}

function findStatedFirst(lines: readonly string[], choices: Choices): FoundChoice | undefined {
  const [first] = lines;
  if (first === undefined || withoutOptionLists(lines)[0] !== first) return undefined;
  const leading = readLeading(first, choices);
  if (leading === undefined || isRejected(first, leading)) return undefined;
  if (!statedAlone.test(first.slice(leading.end))) return undefined;
  // "A. Whales are mammals, which" may go through the options, beginning with the first.
  return leading.index === 0
    ? ofIndices([...Array(choices.letterCount).keys()])
    : { kind: 'found', index: leading.index };
}
