import {
  letterIndex,
  readChoiceText,
  withoutLetters,
  type Choices,
  type FoundChoice,
} from './choices.js';
import { findComplement, withoutAscribed } from './find-complement.js';
import { findCorrectedChoice } from './find-corrected-choice.js';
import { findTextMentions } from './find-choice-mentions.js';
import { withOddOne } from './find-odd-choice.js';
import { cutRunOn, findMarkedAnswers, shortenAnswer } from '../texts/find-marked-answers.js';
import { findOpening } from './find-opening.js';
import { findReply } from './find-reply.js';
import { findMentioned } from './find-mentioned-choice.js';
import { plainMath } from '../math/plain-math.js';
import {
  findJudgedLine,
  findLabeledLine,
  findLastLine,
  findOnlyLine,
  withoutOptionLists,
} from './read-choice-lines.js';
import { ofIndices, readStatedChoice } from './read-stated-choice.js';
import {
  isHedged,
  weighHedged,
  withoutFaint,
  withoutSupposed,
  type HedgedChoice,
} from './weigh-hedged.js';
import { readAssent } from './read-assent.js';
import { anyLetter, withoutAssertion, withVerdictWords } from './read-verdict-words.js';
import { readVerdicts } from './read-verdicts.js';

const maxClosing = 300;
const closingLetter =
  /^(.*[^.!?:\s][.!?:])\s{1,2}(?:(?:so|thus|then|therefore|hence|now|yes|instead)[,:]?\s|(?:\p{L}{1,12}\s){1,3}?\p{L}{1,12},\s)?[*_"'`([]{0,4}([A-J])[*_"'`)\]]{0,4}[.!]?\s*$/iu;

/**
 * The choice that an answer states. A marked answer ("the answer is", `\boxed{}`) beats a line that
 * holds nothing else, which beats the choice that the answer begins with, which beats what its text
 * mentions and does not reject. Of several statements of the same kind, the last counts; of several
 * mentions without a stance, none. A correction ("Wait, ... So it should be B") beats what comes before
 * it. The article "A" and the pronoun "I" are no answers.
 */
export function findChoice(answer: string, choices: Choices): FoundChoice {
  const found = findNamedChoice(answer, choices);
  if (found.kind !== 'none') return found;
  const unlabeled = withoutLetters(choices);
  const named = unlabeled === undefined ? found : findByText(answer, unlabeled);
  if (named.kind !== 'none') return named;
  return readAssent(readChoiceText(shortenAnswer(answer)), unlabeled ?? choices) ?? named;
}

/**
 * What an answer states of choices that have letters, where it has none: words as if there were no letters;
 * a number ("B. 5") where it is marked as the answer, while one that is only mentioned may be meant.
 */
function findByText(answer: string, choices: Choices): FoundChoice {
  const { texts } = choices;
  if (texts.every((text) => /\p{L}{2}/u.test(text))) return findNamedChoice(answer, choices);
  const text = withoutAscribed(cutRunOn(readChoiceText(shortenAnswer(answer))), choices);
  for (const { text: marked } of findMarkedAnswers(text)) {
    const found = readStatedChoice(plainMath(marked), choices);
    if (found.kind !== 'none') return found;
  }
  const mentioned = new Set(findTextMentions(plainMath(text), texts).map(({ index }) => index));
  return mentioned.size === 0
    ? { kind: 'none' }
    : { kind: 'ambiguous', indices: [...mentioned].sort((a, b) => a - b) };
}

function findNamedChoice(answer: string, choices: Choices): FoundChoice {
  const whole = withoutAscribed(cutRunOn(readChoiceText(shortenAnswer(answer))), choices);
  const unasserted = withoutAssertion(whole, choices);
  const text = withVerdictWords(unasserted ?? whole, choices);
  const corrected = findCorrectedChoice(text, choices);
  let hedged: HedgedChoice | undefined;
  for (const mark of findMarkedAnswers(text)) {
    const { kind, text: marked, start } = mark;
    if (corrected !== undefined && kind !== 'json' && start < corrected.start) continue;
    const isObject = kind === 'json' || /^\s*[{[]/.test(marked);
    const verdicts = isObject ? readVerdicts(marked, choices) : undefined;
    const found = verdicts?.found ?? readStatedChoice(plainMath(marked), choices);
    if (found.kind === 'none') continue;
    if (!isHedged(text, mark)) return found;
    hedged ??= { found, mark };
  }
  if (corrected !== undefined) return corrected.found;
  const rest = withoutSupposed(text, hedged);
  const found = withoutFaint(findUnmarked(rest, choices), rest, choices);
  if (hedged !== undefined) return weighHedged(hedged, found, text, choices);
  return found.kind === 'none' && unasserted !== undefined ? anyLetter(choices) : found;
}

function findUnmarked(text: string, choices: Choices): FoundChoice {
  const plain = plainMath(text);
  const judged = findVerdict(text, choices);
  if (judged !== undefined) return judged;
  const lines = plain.split('\n').filter((line) => line.trim() !== '');
  const isDiscussion = discussesEach(plain);
  const openings = isDiscussion ? [] : [findOpening, findOnlyLine];
  // Among headings that are choices, the last one is no answer.
  const lone = findLastLine(isDiscussion ? lines.slice(-1) : lines, choices);
  const found =
    [findJudgedLine, findLabeledLine, findClosing, ...openings, findReply].reduce(
      (found, find) => found ?? find(lines, choices),
      lone,
    ) ?? findMentioned(withoutOptionLists(lines).join('\n'), choices);
  const read = found.kind === 'none' ? findComplement(lines.join('\n'), choices) : found;
  return lone === undefined ? withOddOne(read, plain, choices) : read;
}

/** What verdicts on each choice come to; where the rest of the answer says otherwise, either may be meant. */
function findVerdict(text: string, choices: Choices): FoundChoice | undefined {
  const verdicts = readVerdicts(text, choices);
  if (verdicts === undefined) return undefined;
  const { found, rest } = verdicts;
  const stated = /\p{L}/u.test(rest) ? findChoice(rest, choices) : undefined;
  if (stated?.kind !== 'found') return found;
  return found.kind === 'found' ? ofIndices([found.index, stated.index]) : stated;
}

/** "I doubt it is C. D." and "In air, C.": a last sentence that is a letter, but for a few words. */
function findClosing(lines: readonly string[], choices: Choices): FoundChoice | undefined {
  const end = (lines.at(-1) ?? '').slice(-maxClosing);
  const [, before = '', letter = ''] = closingLetter.exec(end) ?? [];
  const isOption = /(?:^|[\s(])[A-Z][.)]?$/.test(before) && !/\p{Ll}/u.test(before);
  const isLabeled = /(?:wrong|incorrect|false|not|rejected|eliminated|\bno|than)\s?:$/i.test(
    before,
  );
  const isLabel = before.endsWith(':') && !/(?<!\p{L})[A-J](?!\p{L})/u.test(before);
  const index =
    letter === '' || isOption || isLabeled || isLabel ? undefined : letterIndex(letter, choices);
  return index === undefined ? undefined : { kind: 'found', index };
}

/**
 * "Option A: irrelevant. Option B: ... . Option C: ...": the first that is discussed is not the answer. What
 * is stated before such a discussion is, and so is an A that is not written as the others are.
 */
function discussesEach(text: string): boolean {
  const found = [...text.trimStart().matchAll(discussed)];
  const [a, b, c] = found.map((match) => match.groups as Readonly<Record<string, string>>);
  const letters = found.map(({ groups }) => groups?.['letter']).join('');
  if (found[0]?.index !== 0 || !letters.toUpperCase().startsWith('ABC')) return false;
  if (a === undefined || b === undefined || c === undefined) return false;
  const before = text.trimStart().slice(0, found[1]?.index);
  const isAlone = !/[\p{L}\d]/u.test(before.slice(found[0][0].length));
  const isParallel = [a, b].every((one) => one['mark'] === c['mark']);
  const isSeparate = isAlone && a['separator'] !== c['separator'];
  const isApart = /\n\s*\n/.test(b['gap'] ?? '') && !/\n\s*\n/.test(c['gap'] ?? '');
  return isParallel && !isSeparate && !isApart && !othersHeading.test(before);
}

const discussed =
  /(?<gap>^|[.!?;]\s{1,2}|\s*\n)[\s>#-]{0,4}(?<mark>[*_]{0,2}(?:(?:option|choice|answer)\s\(?|\())(?<letter>[A-J])(?<separator>(?=[)\s:*,])[)*_]{0,4}(?::|\s\(|,)?)/gi;
/** A line "Why not the others:" between A and B. "This is wrong: it ..." is about A itself. */
const othersHeading =
  /(?:\n|[.!?]\s)[\s*_#>-]{0,6}(?:why\s)?(?:(?:all|the|of)\s){0,3}(?:others?|rest|remaining|wrong|incorrect|(?<=why\s)not)(?!\p{L})[^.!?\n]{0,40}:[\s*_]{0,4}$/iu;
