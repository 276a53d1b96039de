import { reasonWords } from '../texts/connectives.js';
import { answerNoun } from '../texts/answer-words.js';
import { unifySeparators } from './choice-texts.js';
import { readChoiceText, type Choices, type FoundChoice } from './choices.js';
import {
  blankLines,
  readCutOffMarks,
  splitCutOff,
  type TailReader,
} from '../texts/cut-off-text.js';
import { findMarkedChoices, readChoicesText, readPlainLines } from './find-choices.js';
import { withoutAscribed } from './find-complement.js';
import { findCorrectedChoice } from './find-corrected-choice.js';
import { findMarkedAnswers, shortenAnswer } from '../texts/find-marked-answers.js';
import { plainMath } from '../math/plain-math.js';
import {
  findLabeledLine,
  findLastLine,
  readLetteredLines,
  withoutOptionLists,
} from './read-choice-lines.js';
import type { StatedChoices } from './read-choice-list.js';
import { isRejected, ofIndices, readLeading, readStatedChoice } from './read-stated-choice.js';
import { deniesBefore, findHesitation, findRestart } from '../texts/weighed-sentences.js';

/** A choice that a cut-off answer states; unsure where the answer may go on, or may not stand. */
interface CutOffChoice {
  readonly found: FoundChoice;
  readonly isSure: boolean;
}

const reasons = String.raw`(?:${reasonWords}|car|так\sкак)(?!\p{L})`;
const reason = new RegExp(String.raw`^["'*_\x60)\]$]{0,4},?\s${reasons}`, 'iu');
/** Marks that close a choice at the end of the text. */
const closingMarks = /^(?:(?:\*\*|__|[)\]}`$"']|\\[)\]]){1,4}[.!]?|[.!]["'*_)`\]]{0,4})\s*$/;
const closedBracket = /^[)\]*_`"]{1,4}\s+/;
/** What goes on with another choice, or says something of the one before. */
const goesOn =
  /^\s*(?:[,/&+|]|(?:and|or|und|oder|et|ou|y|o|e|is|are|was|would|could|might|may|can|seems?|looks?|says|states|describes|means|but|only|if|unless|when|which|that|to|as|for|in|of|ist|est|es|è|é)(?!\p{L}))/iu;
/** "B) is right; D) is" */
const rightVerdict =
  /^(?:is|ist|est|es|è|é)\s(?:the\s)?(?:only\s)?(?:correct|right|best|answer|richtig|correcte?|correcta|corretta|correta)(?:\s(?:answer|one|option|choice))?["'*_)]{0,3}(?:[.;,](?:\s|$)|\s(?:because|since|weil|car|porque|perché)\s)/i;
/** "B and D are correct, whereas" */
const calledRightTogether =
  /^([^.;\n]{1,80}?)\s(?:are|is)\s(?:both\s|all\s)?(?:correct|true|right)[.;,]/i;
const heading = /^\s*#|[:：][\s*_]*$/;
const explains =
  /^[\s*_#]{0,6}(?:explanation|reasoning|rationale|justification|because|since|the\s(?:correct|answer)|this\sis|here(?:'s|\sis)|erklärung|begründung|explicación|explication|spiegazione|explicação)/i;
/** "C. This option is wrong because it", "B. Incorrect. C. Correct because" */
const rejectedNext =
  /^[\W_]{0,6}(?:(?:this|that|it)\s(?:option\s|choice\s|one\s|answer\s)?(?:is|was)\s)?(?:clearly\s|also\s)?(?:incorrect|wrong|false|untrue|not|no|falsch|nicht|faux|incorrecto|falso)(?!\p{L})/iu;
/** Another option begins a later sentence: the options are gone through. */
const laterOption = /[.!?\n]\s{1,4}[*_(]{0,3}[A-J][).:]/;
const firstHeading = /^(?!A[.!]?\s*$)[\W_]*(?:(?:option|choice|answer|letter)\s)?[\W_]*A[\W_]*$/i;
const nounEnd = new RegExp(`(?:${answerNoun.source})$`, 'iu');
const wholeLabel =
  /^[\s*_#>-]{0,8}(?:(?:final|overall|predicted|main)\s)?(?:label|sentiment|categor(?:y|ie|ía|ia)|class(?:ification)?|verdict|result|prediction|choice|intent|topic|emotion|tone|type|kategorie|klasse|stimmung|overall)[*_]{0,3}:/i;
/** "Réponse B)", "Answer B, because", "Doğru cevap B'dir", "उत्तर B है". */
const namedWhole =
  /^\s[*_"'(]{0,4}[A-Z](?:[)*_".]{0,4}\s*(?:\n|$)|[).*_"]{1,4}\s|,\s(?:because|since|car|weil|porque|perché|так\sкак|потому)|'\p{L}|\s(?:şık|seçene|है))/u;
/** A list that may go on. */
const listItem = /^\s{0,8}(?:(?:[-*•]|\d{1,2}[.)])\s.{0,200}|[\s*_(]{0,4}[A-Za-z][)*_.:]{0,4})$/;

/**
 * The choice that a cut-off answer states: marked as the answer and finished, in a line of its own, or
 * at its very beginning. What it weighs before it was cut off is no choice.
 */
export function findCutOffChoice(answer: string, choices: Choices): CutOffChoice {
  const text = withoutAscribed(
    readChoiceText(shortenAnswer(answer).replace(blankLines, '\n\n')),
    choices,
  );
  const { sentences, rest } = splitCutOff(text);
  const whole = sentences.join('');
  const corrected = findCorrectedChoice(whole, choices);
  const known = (whole + rest).slice(corrected?.start ?? 0);
  const stated = readCutOffMarks(known, { readTail: readTailOf(choices) });
  for (const mark of stated === undefined ? [] : findMarkedAnswers(stated.text)) {
    const named = mark.kind === 'announced' ? readNamed(stated?.text ?? '', mark.start) : 'stated';
    const found = named === 'none' ? undefined : readStatedChoice(plainMath(mark.text), choices);
    if (found === undefined || found.kind === 'none') continue;
    return { found, isSure: stated?.isSure === true && named === 'stated' };
  }
  if (corrected !== undefined) {
    return { found: corrected.found, isSure: findRestart(known) === -1 };
  }
  const plain = plainMath(text);
  const standing = plain.slice(Math.max(0, findRestart(plain)));
  return (
    findLoneLine(standing, choices) ??
    findLabel(standing, choices) ??
    (standing === plain ? findStatedFirst(plain, choices) : undefined) ?? {
      found: { kind: 'none' },
      isSure: false,
    }
  );
}

/** All choices that a cut-off answer states, as `findCutOffChoice` finds one. */
export function findCutOffChoices(
  answer: string,
  choices: Choices,
): { readonly indices: ReadonlySet<number>; readonly isSure: boolean } | undefined {
  const text = readChoicesText(answer);
  const last = text.split('\n').findLast((line) => line.trim() !== '') ?? '';
  const mayGoOn = listItem.test(last);
  const stated = readCutOffMarks(text, { readTail: readListTail });
  const marked =
    stated &&
    (findMarkedChoices(mayGoOn ? text : stated.text, choices) ??
      readFirstSentence(findMarkedAnswers(stated.text)[0]?.text, choices));
  if (marked !== undefined) {
    const isAll = (marked.further?.size ?? 0) === 0;
    return { indices: marked.indices, isSure: stated?.isSure === true && !mayGoOn && isAll };
  }
  const lines = plainMath(text).split('\n');
  const called = calledRightTogether.exec(lines.find((line) => line.trim() !== '') ?? '')?.[1];
  const all = readFirstSentence(called, choices);
  if (all !== undefined) {
    return { ...all, isSure: findRestart(text) === -1 && findHesitation(text) === -1 };
  }
  const isLine = (line: string): boolean => line.trim() !== '' && !heading.test(line);
  const indices =
    findRestart(text) === -1 ? readPlainLines(lines.filter(isLine), choices) : undefined;
  if (indices === undefined) return undefined;
  const isOneLine = lines
    .slice(0, -1)
    .some((line) => isLine(line) && (readPlainLines([line], choices)?.size ?? 0) > 1);
  return { indices, isSure: isOneLine && !mayGoOn && findHesitation(text) === -1 };
}

/** "A and D. B and C are wrong." gives A and D. */
function readFirstSentence(text: string | undefined, choices: Choices): StatedChoices | undefined {
  const sentence = text?.split(/[.;](?:\s|$)/, 1)[0];
  const indices = sentence === undefined ? undefined : readPlainLines([sentence], choices);
  return indices && { indices };
}

/**
 * Whether an option that is only named after the noun is stated: "Answer B describes ..." is not, and
 * "Consider answer B." may not be.
 */
function readNamed(text: string, start: number): 'stated' | 'unclear' | 'none' {
  const before = text.slice(Math.max(0, start - 40), start);
  const noun = nounEnd.exec(before);
  if (noun === null) return 'stated';
  if (!namedWhole.test(text.slice(start, start + 40))) return 'none';
  const isSubject =
    /(?:^|\n|[.!?।。]\s)[\s*_#]{0,8}(?:(?!consider|take|try|check|for|in|of|as|like|see|with)[\p{L}\p{M}]{1,12}\s)?$/iu;
  return isSubject.test(before.slice(0, noun.index)) ? 'stated' : 'unclear';
}

function readTailOf(choices: Choices): TailReader {
  return (text, sentence) => {
    const stated = text.replace(/^[\s*_:"]{1,8}(?=\S)/, '');
    const skipped = text.length - stated.length;
    const leading = readLeading(stated, choices);
    if (leading === undefined) {
      const { kind } = readStatedChoice(plainMath(stated), choices);
      return kind === 'none' ? undefined : { isClosed: false, length: text.length };
    }
    if (isRejected(stated, leading)) return undefined;
    const after = stated.slice(leading.end);
    if (reason.test(after)) return { isClosed: true, length: skipped + leading.end };
    if (closingMarks.test(after)) {
      const mark = /(?:__|[`"])(?=\s*$)/.exec(after)?.[0];
      const isStray = mark !== undefined && sentence.split(mark).length === 2;
      const isClosed = !isStray || !mayBecomeOther(stated, leading.index, choices);
      return { isClosed, length: text.length };
    }
    const bracket = closedBracket.exec(after)?.[0];
    const isClosed = bracket !== undefined && !goesOn.test(after.slice(bracket.length));
    return { isClosed, length: text.length };
  };
}

/** A list is closed by a full stop, emphasis, or the reason for it. */
const readListTail: TailReader = (stated) => {
  const ground = new RegExp(String.raw`,?\s${reasons}`, 'iu').exec(stated);
  if (ground !== null) return { isClosed: true, length: ground.index };
  return { isClosed: /(?:[.!]|\*\*|__|\$|`)\s*$/.test(stated), length: stated.length };
};

/** Lines that hold nothing but a choice, other than headings; the last one only where it is closed. */
function findLoneLine(text: string, choices: Choices): CutOffChoice | undefined {
  const lines = text.split('\n');
  const hesitation = findHesitation(text);
  const listed = new Set(readLetteredLines(lines, choices).map(({ index }) => index));
  const found: { readonly index: number; readonly isSure: boolean }[] = [];
  let open: number | undefined;
  let position = 0;
  for (const [at, line] of lines.entries()) {
    const start = position;
    position += line.length + 1;
    // "(C)" at the end of "(A) 45", "(B) 50".
    const isOption = listed.size > 1 && readLetteredLines([line], choices).length > 0;
    const lone = heading.test(line) || isOption ? undefined : findLastLine([line], choices);
    if (lone?.kind !== 'found') continue;
    const { index } = lone;
    const next = lines.slice(at + 1).find((other) => other.trim() !== '') ?? '';
    if (deniesBefore(next)) continue;
    const isEnded = at < lines.length - 1;
    const mark = isEnded ? undefined : /[.!)\]}*_`$"](?=\s*$)/.exec(line)?.[0];
    const isStray = mark !== undefined && isUnopened(mark, line);
    const isClosed = isEnded || (mark !== undefined && !(isStray && mark === '_'));
    if (!isClosed) open = index;
    // "**Option A**" may be the first of several headings, and "- A" the first of several items.
    const mayBeHeading = isEnded && firstHeading.test(line) && !explains.test(next);
    const mayGoOn = isStray && mayBecomeOther(line, index, choices);
    const isSure = !mayBeHeading && !mayGoOn && !/^\s*[-*•]\s/.test(line) && hesitation < start;
    if (isClosed) found.push({ index, isSure });
  }
  if (found.length > 0) {
    const isSure = found.some((one) => one.isSure);
    return { found: ofIndices(found.map(({ index }) => index)), isSure };
  }
  // A choice and nothing else is what a limit of a few tokens leaves.
  const isAlone = lines.filter((line) => line.trim() !== '').length === 1;
  if (open === undefined) return undefined;
  const isSure = isAlone && !mayBecomeOther(text, open, choices);
  return { found: { kind: 'found', index: open }, isSure };
}

/** Whether a mark of emphasis or a quote closes nothing: "high_" may be cut off before "high_risk". */
function isUnopened(mark: string, line: string): boolean {
  return /[*_`"]/.test(mark) && !(/^[^\p{L}\p{N}]*/u.exec(line)?.[0] ?? '').includes(mark);
}

/** "High" may go on to "High risk", where that is a choice too. */
function mayBecomeOther(text: string, index: number, { texts }: Choices): boolean {
  const own = texts[index];
  if (own === undefined || !/\p{L}{2}/u.test(text)) return false;
  const start = unifySeparators(own);
  return texts.some((other) => other !== own && unifySeparators(other).startsWith(start));
}

/** "Sentiment: negative", where choices have texts; "Staff: negative" may be one aspect of several. */
function findLabel(text: string, choices: Choices): CutOffChoice | undefined {
  if (choices.texts.length === 0) return undefined;
  const lines = text.split('\n').slice(0, -1);
  const found = findLabeledLine(lines, choices);
  if (found === undefined) return undefined;
  const isSure = lines.some((line) => wholeLabel.test(line)) && findHesitation(text) === -1;
  return { found, isSure };
}

function findStatedFirst(text: string, choices: Choices): CutOffChoice | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const [first, next = ''] = lines;
  if (first === undefined || heading.test(first)) return undefined;
  if (withoutOptionLists(lines)[0] !== first) return undefined;
  const leading = readLeading(first, choices);
  if (leading === undefined || isRejected(first, leading)) return undefined;
  const after = first.slice(leading.end);
  const isLetter = /(?<!\p{L})\p{L}$/u.test(first.slice(0, leading.end));
  const finish = isLetter ? readLetterEnd(after, choices) : readTextEnd(after, choices);
  const [, second = ''] = first.split(/[.!]["')*_]{0,3}\s/, 2);
  if (finish === undefined || deniesBefore(second === '' ? next : second)) return undefined;
  if (isLetter && rejectedNext.test(after)) return undefined;
  // "A. Whales are mammals, which" may go through the options, beginning with the first.
  const isFirst = isLetter && leading.index === 0;
  const isWalked = isLetter && laterOption.test(text.slice(leading.end));
  const isSure = finish === 'finished' && !isFirst && !isWalked && findHesitation(text) === -1;
  return { found: { kind: 'found', index: leading.index }, isSure };
}

type Finish = 'finished' | 'open' | undefined;

/** "B. Whales are", "(B) Whales are" and "B because" state B; "(B) seems" and "B, C and" do not. */
function readLetterEnd(after: string, choices: Choices): Finish {
  if (/^["'*_`)\]]{0,4}[.;]["'*_`)\]]{0,3}(?:\s|$)/.test(after) || reason.test(after)) {
    return 'finished';
  }
  const dash = /^["'*_`)\]]{0,4}\s--?\s/.exec(after)?.[0];
  if (dash !== undefined) {
    return /^[*_(]{0,3}[A-Z](?!\p{L})/u.test(after.slice(dash.length)) ? undefined : 'finished';
  }
  const bracket = /^["'*_`]{0,4}[):\]]["'*_`:]{0,4}\s*/.exec(after)?.[0];
  const comma = /^["'*_`)]{0,4},\s(?![*_(]{0,3}(?!I\s\p{Ll})[A-Z](?!\p{L}))/u;
  if (bracket === undefined) return comma.test(after) ? 'open' : undefined;
  const rest = after.slice(bracket.length);
  if (rightVerdict.test(rest)) return 'finished';
  if (goesOn.test(rest)) return undefined;
  const isText = readLeading(rest, { ...choices, letterCount: 0 }) !== undefined;
  return isText || /^["'*_$(]{0,4}(?:[\p{Lu}\d\\]|$)/u.test(rest) ? 'finished' : 'open';
}

/** "Yes, there is" states yes; "Positive: the staff" may be one aspect of several. */
function readTextEnd(after: string, choices: Choices): Finish {
  if (/^["'*_`)\]]{0,4}[.;!]["'*_`)\]]{0,3}(?:\s|$)/.test(after) || reason.test(after)) {
    return 'finished';
  }
  if (/^["'*_`)\]]{0,4}\s--?\s/.test(after)) return 'finished';
  const comma = /^["'*_`]{0,4},\s+/.exec(after)?.[0];
  if (comma === undefined) return /^["'*_`]{0,4}:/.test(after) ? 'open' : undefined;
  const rest = after.slice(comma.length);
  const isList = readLeading(rest, choices) !== undefined || goesOn.test(rest);
  return isList ? 'open' : 'finished';
}
