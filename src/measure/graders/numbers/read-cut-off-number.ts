import { answerNoun } from '../texts/answer-words.js';
import {
  blankLines,
  readCutOffMarks,
  type CutOffStatement,
  type TailReader,
} from '../texts/cut-off-text.js';
import { shortenAnswer } from '../texts/find-marked-answers.js';
import { unifyTypography } from '../texts/typography.js';
import { reasonStart } from '../texts/reason-start.js';
import { deniesBefore, findHesitation, findRestart } from '../texts/weighed-sentences.js';

/** A number or formula alone. */
const aloneLine =
  /^[\s*_>`$]{0,8}-?[€£]?[\d\\([xyzn√π][^\p{L}\n]{0,60}(?:\s?[\p{L}%°²³/]{1,15})?[\s*_`.!$]{0,6}$/u;
/** A formula between math delimiters, alone. */
const aloneFormula =
  /^[\s*_>]{0,8}(?:\${1,2}[^$\n]{1,200}\${1,2}|\\[([].{1,200}\\[)\]])[\s*_.!]{0,6}$/;
/** "1. Identify the costs", "2)". */
const enumeration = /^[\s*_>]{0,8}(?:\d{1,3}[.)][*_]{0,3}\s+[*_]{0,3}\p{L}|\d{1,3}\)[\s*_]{0,4}$)/u;
const firstItem = /^[\s*_>]{0,8}1\.[\s*_]{0,4}$/;
/** "36. To see this": the number alone, and then words. */
const statedFirst = /^([\s*_]{0,4}-?[$€£]?\d[\d.,]{0,15})\.[*_]{0,3}\s+[*_]{0,3}\p{L}/u;
const assignmentLine = /^[\s*_$>\\([]{0,8}[a-zA-Z]\w?\s?=[^=]+$/;
/** "24 (= 6 × 4)" */
const aside = /\s\([^()]{1,60}\)(?=[\s*_.]{0,4}$)/;
/** A formula or emphasis that is closed, and words after it. */
const closedStart =
  /^[\s*_:]{0,8}(?:\${1,2}[^$\n]{1,200}\${1,2}|\\[([].{1,200}?\\[)\]]|(?<=\*)[^*\n]{1,60}\*\*)(?=\s+\p{L})/u;
/** A calculation that has no variable is a step, or an answer that is not worked out. */
const operation = /[\d)}]\s?[+*×÷·]\s?[\d(\\]|\d\s[-/]\s\d|\\(?:times|cdot|div)/;
const reason = new RegExp(reasonStart, 'iu');
const closedEnd = /[\p{L}\p{N})}\]%°](\*\*|__|\$\$?|\\\)|\\\]|`)["'*_]{0,2}[.!]?$/u;
/** "We choose 3 of the 10" states no answer. */
const picks =
  /\b(?:I|we)(?:'d|'ll|\swould|\swill)?\s(?:\p{L}{1,10}ly\s)?(?:choose|chose|pick|select|call|label|rate|consider|describe|tag)\s/iu;
const namesAnswer = new RegExp(answerNoun.source, 'iu');

/**
 * The texts in which a cut-off answer states a number or formula, surest first: what is marked as the
 * answer and finished, and a first line that holds nothing else. None where it was cut off before
 * that: what a solution mentions on its way is no answer.
 */
export function readCutOffStatements(answer: string): readonly CutOffStatement[] {
  const text = unifyTypography(shortenAnswer(answer)).replace(blankLines, '\n\n');
  const isOther = (sentence: string): boolean =>
    picks.test(sentence) && !namesAnswer.test(sentence);
  // "Answer: Janet has 16 eggs a day. She"
  // and "Answer: 16 eggs are laid every day."
  const isLoose = (stated: string): boolean =>
    /^(?:[*_]{0,3}\d[\d.,]*\s(?:\p{L}{2,20}\s){2}|(?:\p{L}{2,20}\s){2})/u.test(stated);
  return [readCutOffMarks(text, { readTail, isOther, isLoose }), readFirstLine(text)].filter(
    (statement) => statement !== undefined,
  );
}

function readFirstLine(text: string): CutOffStatement | undefined {
  const [line = '', ...others] = text.trimStart().split('\n');
  const first = line.trimEnd();
  const next = others.find((other) => other.trim() !== '') ?? '';
  if (deniesBefore(next) || findRestart(text) !== -1) return undefined;
  const stands = findHesitation(text) === -1;
  const opening = statedFirst.exec(first)?.[1];
  if (opening !== undefined) {
    return opening.trim() === '1' ? undefined : { text: opening, isMarked: false, isSure: false };
  }
  const isFormula = aloneFormula.test(first);
  if ((!isFormula && !aloneLine.test(first)) || enumeration.test(first) || !isBalanced(first)) {
    return undefined;
  }
  const bare = first.replace(aside, '');
  const isCalculated = /[=<>≤≥]/.test(bare) || operation.test(bare);
  // "2 + 3 = 5", and right below it the next step.
  if (isCalculated && (others[0]?.trim() ?? '') !== '' && !assignmentLine.test(bare))
    return undefined;
  const isStep = isCalculated || firstItem.test(first);
  // Several lines of this kind are given, or worked through.
  const isListed = aloneLine.test(next) || aloneFormula.test(next);
  const isFinished = others.length > 0 || isClosed(first, first);
  return { text: first, isMarked: false, isSure: stands && isFinished && !isStep && !isListed };
}

const readTail: TailReader = (stated, sentence) => {
  const ground = reason.exec(stated);
  if (ground !== null && stated.slice(0, ground.index).trim() !== '') {
    return { isClosed: true, length: ground.index };
  }
  const value = stated.trimEnd();
  if (isClosed(value, sentence.trimEnd())) return { isClosed: true, length: stated.length };
  // "The answer is 2 + 4, i.e. 6."
  if (/[\d)}\]][.!]$/.test(value) && isBalanced(value)) {
    return { isClosed: false, length: stated.length };
  }
  const start = closedStart.exec(stated)?.[0];
  if (start !== undefined) return { isClosed: false, length: start.length };
  const plain = value.replace(/^[\s*_:"'`]{0,8}/, '');
  const opening = statedFirst.exec(plain)?.[1];
  if (opening !== undefined) {
    const length = stated.length - stated.trimStart().length;
    return opening === '1'
      ? undefined
      : { isClosed: false, length: length + stated.trimStart().indexOf(opening) + opening.length };
  }
  return isBalanced(plain) && (aloneLine.test(plain) || aloneFormula.test(plain))
    ? { isClosed: false, length: stated.length }
    : undefined;
};

/** Whether emphasis or a formula ends with a text, and began in it or in its sentence. */
function isClosed(value: string, sentence: string): boolean {
  const mark = closedEnd.exec(value)?.[1];
  if (mark === undefined) return false;
  const isPaired = (text: string): boolean => text.split(mark).length % 2 === 1;
  return mark.startsWith('\\') || isPaired(value) || isPaired(sentence);
}

/** Whether all brackets are closed, dollars that are no currency come in pairs, and no operator is last. */
function isBalanced(text: string): boolean {
  if (/[-+/=^_\\,×÷·<>]\s*$/.test(text.replace(/(?:\*\*|__|`)[.!]?\s*$/, ''))) return false;
  const isEven = text.split('$').length % 2 === 1;
  const isAmount =
    /^[\s*_>]{0,8}-?(?:\$-?\d[\d.,]*(?:\s?[\p{L}/]{1,15}){0,2}|\d[\d.,]*\s?\$)[\s*_.!]{0,6}$/u.test(
      text,
    );
  const opened = text.match(/[{([]/g)?.length ?? 0;
  const closed = text.match(/[})\]]/g)?.length ?? 0;
  return opened === closed && (isEven || isAmount);
}
