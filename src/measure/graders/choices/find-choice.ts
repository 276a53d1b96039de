import {
  letterIndex,
  readChoiceText,
  withoutLetters,
  type Choices,
  type FoundChoice,
} from './choices.js';
import { findComplement, withoutAscribed } from './find-complement.js';
import { findCorrectedChoice } from './find-corrected-choice.js';
import {
  findBareLetters,
  findTextMentions,
  isPartlyRight,
  readStance,
  startsWithText,
  type Mention,
} from './find-choice-mentions.js';
import { withOddOne } from './find-odd-choice.js';
import { cutRunOn, findMarkedAnswers, shortenAnswer } from '../texts/find-marked-answers.js';
import { findMentioned } from './find-mentioned-choice.js';
import { plainMath } from '../math/plain-math.js';
import {
  findJudgedLine,
  findLabeledLine,
  findLastLine,
  findOnlyLine,
  withoutOptionLists,
} from './read-choice-lines.js';
import {
  isRejectedOpening,
  ofIndices,
  readFaulted,
  readLeading,
  readStatedChoice,
} from './read-stated-choice.js';
import {
  isHedged,
  weighHedged,
  withoutFaint,
  withoutSupposed,
  type HedgedChoice,
} from './weigh-hedged.js';
import { anyLetter, withoutAssertion, withVerdictWords } from './read-verdict-words.js';
import { readVerdicts } from './read-verdicts.js';

/** "Ranking: B > A > C" */
const ranking = /^(?:[^\n:]{1,40}:)?[\s*_]{0,4}([A-J])(?:\s?>\s?[A-J]){1,9}[\s*_.]{0,4}$/;
/** "B/C" is two answers, and "N/A" none. */
const slashedPair = /^[\s*_`"'$([]{0,6}(?!N\/A)([A-Z])\s?[/|]\s?([A-Z])[\s*_`"'$)\].]{0,6}$/;
const contrast = /[,;.]?\s(?:but|however|yet|aber|sondern|mais|pero|sino|ma|mas|но|但)\s/iu;
/** "A, B and C are mammals": what several choices have in common. */
const jointSubject =
  /^[\s*_("]{0,6}(?:(?:[Bb]oth|[Oo]ptions?|[Cc]hoices?|[Aa]nswers?|[Ss]tatements?)\s){0,2}(?:[A-J](?:,\s[A-J]){1,8},?\s(?:and|or|und|et|y|e)\s[A-J]\s(?:are|all|sind|sont|son|sono|são)\s|[A-J](?:,\s[A-J]){0,8},?\sand\s[A-J]\s(?!are\s|is\s|both\s(?:are|work)|because\s|since\s|as\s|for\s|work|apply|fit|hold|seem|look|would|could|might|may)\p{Ll}{3,20}\s)/u;
const maxClosing = 300;
const closing =
  /^(.*[^.!?:\s][.!?:])\s{1,2}(?:(?:so|thus|then|therefore|hence|now|yes|instead)[,:]?\s|(?:\p{L}{1,12}\s){1,3}?\p{L}{1,12},\s)?[*_"'`([]{0,4}([A-J])[*_"'`)\]]{0,4}[.!]?\s*$/iu;
/** The letter is what a sentence is about, and not yet what the answer states. */
const subject =
  /^[*_"'`)]{0,4}\s(?:is|was|would|might|may|could|seems?|looks?|appears?|sounds?|nearly|almost)\s(?!(?:the\s|also\s|clearly\s|indeed\s|most\slikely\s|probably\s|definitely\s)?(?:best|correct|right|only|answer|true|most)(?!\p{L}))/u;
/** "D, but A is also defensible" and "D, but many pick A" stay with D. */
const conceding =
  /\b(?:also|too|defensible|possible|plausible|arguabl[ey]|close|tempting|partly|partially)\b|\b(?:many|most|some|people|students|others)\s(?:\w{1,12}\s){0,2}(?:pick|choose|select|say|think|guess|answer|confuse)\b/i;

/**
 * The choice that an answer states. A marked answer ("the answer is", `\boxed{}`) beats a line that
 * holds nothing else, which beats the choice that the answer begins with, which beats what its text
 * mentions and does not reject. Of several statements of the same kind, the last counts; of several
 * mentions without a stance, none. A correction ("Wait, ... So it should be B") beats what comes before
 * it. The article "A" and the pronoun "I" are no answers.
 */
export function findChoice(answer: string, choices: Choices): FoundChoice {
  const found = findNamedChoice(answer, choices);
  const unlabeled = found.kind === 'none' ? withoutLetters(choices) : undefined;
  return unlabeled === undefined ? found : findByText(answer, unlabeled);
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
    [findJudgedLine, findLabeledLine, findClosing, ...openings].reduce(
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
  const [, before = '', letter = ''] = closing.exec(end) ?? [];
  const isOption = /(?:^|[\s(])[A-Z][.)]?$/.test(before) && !/\p{Ll}/u.test(before);
  const isLabeled = /(?:wrong|incorrect|false|not|rejected|eliminated|\bno|than)\s?:$/i.test(
    before,
  );
  const isLabel = before.endsWith(':') && !/(?<!\p{L})[A-J](?!\p{L})/u.test(before);
  const index =
    letter === '' || isOption || isLabeled || isLabel ? undefined : letterIndex(letter, choices);
  return index === undefined ? undefined : { kind: 'found', index };
}

/** The choice that the first line begins with, unless the options are repeated there. */
function findOpening(lines: readonly string[], choices: Choices): FoundChoice | undefined {
  const [first] = lines;
  if (first === undefined || withoutOptionLists(lines)[0] !== first) return undefined;
  const ranked = lines.length === 1 ? ranking.exec(first)?.[1] : undefined;
  const best = ranked === undefined ? undefined : letterIndex(ranked, choices);
  if (best !== undefined) return { kind: 'found', index: best };
  const slashed = slashedPair.exec(first);
  if (slashed !== null && lines.length === 1) {
    const pair = slashed.slice(1).map((letter) => letterIndex(letter, choices));
    return ofIndices(pair.filter((index) => index !== undefined));
  }
  const leading = readLeading(first, choices);
  if (leading === undefined || jointSubject.test(first)) return undefined;
  const isText = startsWithText(first, choices.texts) !== undefined;
  const after = first.slice(leading.end);
  const headings = isText && headingEnd.test(after) ? readHeadings(lines, choices) : undefined;
  if (headings !== undefined) return headings.kind === 'found' ? headings : undefined;
  const all = lines.join('\n');
  if (isRejectedOpening(all, leading, choices)) return undefined;
  const faulted = isText ? undefined : readFaulted(all, leading, choices);
  if (faulted !== undefined) return faulted;
  if (isText && namesPart.test(after)) return undefined;
  if (!isText && isPartlyRight(after)) return undefined;
  const isListed = /^\sis\s(?:true|correct|right)[.,;]\s[B-J]\sis\s/.test(after);
  const isSentence =
    isText && (particle.test(after) || (isSubject(after) && endsWithChoice(lines, choices)));
  if (isSentence || (!isText && (isListed || subject.test(after)))) {
    const mentioned = findMentioned(lines.join('\n'), choices);
    if (mentioned.kind === 'found') return mentioned;
  }
  // "No doubt" and "not" begin like the choice "no".
  const isLone = /^[^\p{L}]{0,4}(?:$|\s*[-.,:;!?)(])|^\s[\p{L}']{1,12}[.!]?$/u.test(after);
  if (
    isText &&
    /^(?:no|yes)$/i.test(choices.texts[leading.index] as string) &&
    !isLone &&
    !/^[\s*"]{1,4}(?:it|this|that|they|he|she|there|i|we|because|since|the)\b/i.test(after)
  ) {
    return undefined;
  }
  const stated = readStatedChoice(first, choices);
  // "B and D look good, but B ...": what comes after two may decide between them.
  const goesOn = lines.length > 1 || /(?<!\.\.)[.!?;]\s|\b(?:but|however)\b/.test(first);
  if (stated.kind === 'ambiguous' && goesOn) return undefined;
  if (stated.kind !== 'found') return stated.kind === 'none' ? undefined : stated;
  const isYesOrNo = /^(?:no|yes|true|false)$/i.test(choices.texts[leading.index] ?? '');
  return isYesOrNo ? stated : (readContrast(first, leading.index, choices) ?? stated);
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
  return isParallel && !isSeparate && !isApart && !others.test(before);
}

const discussed =
  /(?<gap>^|[.!?;]\s{1,2}|\s*\n)[\s>#-]{0,4}(?<mark>[*_]{0,2}(?:(?:option|choice|answer)\s\(?|\())(?<letter>[A-J])(?<separator>(?=[)\s:*,])[)*_]{0,4}(?::|\s\(|,)?)/gi;
/** A line "Why not the others:" between A and B. "This is wrong: it ..." is about A itself. */
const others =
  /(?:\n|[.!?]\s)[\s*_#>-]{0,6}(?:why\s)?(?:(?:all|the|of)\s){0,3}(?:others?|rest|remaining|wrong|incorrect|(?<=why\s)not)(?!\p{L})[^.!?\n]{0,40}:[\s*_]{0,4}$/iu;

/** "Anna is taller than Ben. ... The third is Ben." begins with what it speaks of first. */
function isSubject(after: string): boolean {
  return subject.test(after) || /^\s(?:has|had|sits|lives|can|must|cannot|won|came)\s/.test(after);
}

/** Whether the last line ends with "the third is Ben." */
function endsWithChoice(lines: readonly string[], choices: Choices): boolean {
  const end = (lines.at(-1) ?? '').slice(-maxClosing);
  const last = findTextMentions(end, choices.texts).at(-1);
  return (
    last !== undefined &&
    /\s(?:is|was|be|ist|war|est|es|è|é)\s[*"'`(]{0,4}$/.test(end.slice(0, last.position)) &&
    /^[*"'`)]{0,4}[.!]?\s*$/.test(end.slice(last.end))
  );
}

/** "Positive aspects: ..." */
const namesPart =
  /^\s(?:aspects?|points?|words?|phrases?|signs?|elements?|parts?|notes?|comments?|indicators?|remarks?)(?!\p{L})/u;
/** "Positive: none": nothing is said for it, so that it is no answer either. */
const nothingSaid =
  /^[*_"'`)]{0,4}:[\s*_]{0,4}(?:none|nothing|n\/a|not\s(?:applicable|mentioned|present|found)|-|–|—)[\s*_.!]*$/i;
const headingEnd = /^[*_"'`)]{0,4}:/;

/**
 * "Positive: ..." above "Negative: ...": what is said for each, and not the answer, unless nothing is
 * said for the others. Undefined where there are no two such headings.
 */
function readHeadings(lines: readonly string[], choices: Choices): FoundChoice | undefined {
  const headings = lines.flatMap((line) => {
    const named = startsWithText(line, choices.texts);
    const said = named ? line.slice(named.end) : '';
    return named && headingEnd.test(said) ? [{ ...named, isEmpty: nothingSaid.test(said) }] : [];
  });
  if (new Set(headings.map(({ index }) => index)).size < 2) return undefined;
  const filled = headings.filter(({ isEmpty }) => !isEmpty);
  const found = ofIndices(filled.map(({ index }) => index));
  return found.kind === 'found' ? found : { kind: 'none' };
}

/** "ポジティブとも...": the text is what is spoken of. */
const particle = /^(?:とも|でも|も(?!$)|[や和或与并]|という)/u;

/** "Berlin is large, but Paris": what follows "but" counts, unless it is rejected. */
function readContrast(line: string, index: number, choices: Choices): FoundChoice | undefined {
  const [sentence = ''] = line.split(/[.!?](?=\s)/, 1);
  const at = contrast.exec(sentence);
  if (at === null) return undefined;
  const after = sentence.slice(at.index + at[0].length);
  if (conceding.test(after)) return undefined;
  const named = findTextMentions(after, choices.texts);
  const others = (named.length > 0 ? named : findBareLetters(after, choices)).filter(
    (mention) => mention.index !== index && readStance(after, mention) !== 'rejected',
  );
  return others.length === 1 ? { kind: 'found', index: (others[0] as Mention).index } : undefined;
}
