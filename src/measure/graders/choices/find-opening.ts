import { applyRules } from '../texts/apply-rules.js';
import {
  contrastWords,
  contrastWordsAfterComma,
  spacelessContrasts,
} from '../texts/connectives.js';
import { letterIndex, type Choices, type FoundChoice, type Mention } from './choices.js';
import { findBareLetters, findTextMentions, startsWithText } from './find-choice-mentions.js';
import { isPartlyRight, readStance } from './read-stance.js';
import { findConclusion, isSentenceSubject, type ChoiceConclusion } from './find-conclusion.js';
import { findMentioned } from './find-mentioned-choice.js';
import { withoutOptionLists } from './read-choice-lines.js';
import {
  isRejectedOpening,
  ofIndices,
  readFaulted,
  readLeading,
  readStatedChoice,
  type LeadingChoice,
} from './read-stated-choice.js';

/** "Ranking: B > A > C" */
const ranking = /^(?:[^\n:]{1,40}:)?[\s*_]{0,4}([A-J])(?:\s?>\s?[A-J]){1,9}[\s*_.]{0,4}$/;
/** "B/C" is two answers, and "N/A" none. */
const slashedPair = /^[\s*_`"'$([]{0,6}(?!N\/A)([A-Z])\s?[/|]\s?([A-Z])[\s*_`"'$)\].]{0,6}$/;
/** "Positive, though ..." stays positive. */
const contrastBreak = new RegExp(
  String.raw`(?:[,;.]?\s(?:${contrastWords})|[,;.]\s(?!though|still)(?:${contrastWordsAfterComma}))\s|${spacelessContrasts}`,
  'iu',
);
/** "A, B and C are mammals": what several choices have in common. */
const jointSubject =
  /^[\s*_("]{0,6}(?:(?:[Bb]oth|[Oo]ptions?|[Cc]hoices?|[Aa]nswers?|[Ss]tatements?)\s){0,2}(?:[A-J](?:,\s[A-J]){1,8},?\s(?:and|or|und|et|y|e)\s[A-J]\s(?:are|all|sind|sont|son|sono|são)\s|[A-J](?:,\s[A-J]){0,8},?\sand\s[A-J]\s(?!are\s|is\s|both\s(?:are|work)|because\s|since\s|as\s|for\s|work|apply|fit|hold|seem|look|would|could|might|may)\p{Ll}{3,20}\s)/u;
/** Nothing but choices with a rating each: "A (3/10), B (9/10)", "A: 30 %". */
const rated =
  /^(?:[\s*_#>,;.-]{0,8}(?:(?:[Oo]ption|[Cc]hoice|[Aa]nswer)\s)?\(?[A-J][*_)]{0,3}\s?[:(=–—-]{1,2}\s?[*_]{0,2}\d{1,3}(?:\.\d{1,2})?\s?(?:\/\s?\d{1,3}|%)\)?){2,10}[\s*_.]{0,6}$/;
const rating =
  /([A-J])[*_)]{0,3}\s?[:(=–—-]{1,2}\s?[*_]{0,2}(\d{1,3}(?:\.\d{1,2})?)\s?(\/\s?\d{1,3}|%)/g;
/** The letter is what a sentence is about, and not yet what the answer states. */
const spokenOf =
  /^[*_"'`)]{0,4}\s(?:is|was|would|might|may|could|seems?|looks?|appears?|sounds?|nearly|almost)\s(?!(?:the\s|also\s|clearly\s|indeed\s|most\slikely\s|probably\s|definitely\s)?(?:best|correct|right|only|answer|true|most)(?!\p{L}))/u;
/** "D, but A is also defensible" and "D, but many pick A" stay with D. */
const conceding =
  /\b(?:also|too|defensible|possible|plausible|arguabl[ey]|close|tempting|partly|partially)\b|\b(?:many|most|some|people|students|others)\s(?:\w{1,12}\s){0,2}(?:pick|choose|select|say|think|guess|answer|confuse)\b/i;

/** " and C look plausible", ", B and C seem": after a first letter. ", and B is wrong" is a clause. */
const joinedLetter =
  /^[*_"'`)]{0,4}(?:,\s[*_(]{0,3}[A-J][*_)]{0,3}){0,8},?\s(?:and|or|und|oder|et|ou|y|e|o)\s(?:(?:option|choice|answer)\s)?[*_"'`(]{0,4}([A-J])(?![\p{L}\d])/u;
const ownClause =
  /^[*_"'`)]{0,4},\s(?:and|or|und|oder|et|ou|y|e|o)\s(?:(?:option|choice|answer)\s)?[*_"'`(]{0,4}[A-J][*_"'`)]{0,4}\s(?:is|was|isn't|has|does|says|would|might|could|may|in)(?!\p{L})/u;

/** "High priority.": a statement of its own, and no sentence about the choice. */
const ownStatement = /^[*_"'`)]{0,4}\s\p{L}{2,20}[*_]{0,3}(?:[.!]|\s*$|\n)/u;
const maxEnd = 300;

/** An answer, and the choice that its first line begins with. */
interface Opening extends LeadingChoice {
  readonly lines: readonly string[];
  readonly first: string;
  /** What the first line says after the choice. */
  readonly after: string;
  readonly choices: Choices;
  /** Whether the choice is named by its text, and not by a letter. */
  readonly isText: boolean;
  readonly isYesOrNo: boolean;
  /** Another choice that the answer comes to, where it only speaks of the first one. */
  readonly conclusion: ChoiceConclusion | undefined;
}

/** What an opening comes to: `none` where it states nothing, and undefined where the next rule decides. */
type OpeningRule = (opening: Opening) => FoundChoice | undefined;

const none: FoundChoice = { kind: 'none' };

/** In this order: the first rule that has an opinion decides. */
const rules: readonly OpeningRule[] = [
  readOpeningHeading,
  refuseRejected,
  readFault,
  refusePart,
  readStatedConclusion,
  readSubject,
  refuseDoubt,
  readOpeningStatement,
];

/** The choice that the first line begins with, unless the options are repeated there. */
export function findOpening(lines: readonly string[], choices: Choices): FoundChoice | undefined {
  const [first] = lines;
  const best = readRated(lines, choices);
  if (best !== undefined) return best;
  if (first === undefined || withoutOptionLists(lines)[0] !== first) return undefined;
  const several = lines.length === 1 ? readSeveral(first, choices) : undefined;
  if (several !== undefined) return several;
  const opening = readOpening(lines, first, choices);
  if (opening === undefined || jointSubject.test(first)) return undefined;
  const found = applyRules(rules, opening);
  return found?.kind === 'none' ? undefined : found;
}

/** "B > A > C" is B, and "B/C" either. */
function readSeveral(line: string, choices: Choices): FoundChoice | undefined {
  const ranked = ranking.exec(line)?.[1];
  const best = ranked === undefined ? undefined : letterIndex(ranked, choices);
  if (best !== undefined) return { kind: 'found', index: best };
  const pair = slashedPair.exec(line)?.slice(1);
  return pair && ofIndices(pair.flatMap((letter) => letterIndex(letter, choices) ?? []));
}

/** The best of choices that have a rating on one scale; undefined where there is more to read. */
function readRated(lines: readonly string[], choices: Choices): FoundChoice | undefined {
  const text = lines.join('\n');
  if (!rated.test(text)) return undefined;
  const ratings = [...text.matchAll(rating)].map(([, letter = '', points, scale = '']) => ({
    index: letterIndex(letter, choices),
    points: Number(points),
    scale: scale.replace(' ', ''),
  }));
  if (new Set(ratings.map(({ scale }) => scale)).size > 1) return undefined;
  const most = Math.max(...ratings.map(({ points }) => points));
  return ofIndices(ratings.flatMap(({ index, points }) => (points === most ? (index ?? []) : [])));
}

function readOpening(
  lines: readonly string[],
  first: string,
  choices: Choices,
): Opening | undefined {
  const leading = readLeading(first, choices);
  if (leading === undefined) return undefined;
  const isText = startsWithText(first, choices.texts) !== undefined;
  const isYesOrNo = /^(?:no|yes|true|false)$/i.test(choices.texts[leading.index] ?? '');
  const rest = lines.join('\n').slice(leading.end);
  const concluded =
    isText && !isYesOrNo && isSentenceSubject(rest) ? findConclusion(rest, choices) : undefined;
  const isOther = concluded?.index !== leading.index;
  const isFound = isOther && (concluded?.isStated === true || !ownStatement.test(rest));
  const conclusion = isFound ? concluded : undefined;
  const after = first.slice(leading.end);
  return { ...leading, lines, first, after, choices, isText, isYesOrNo, conclusion };
}

function readOpeningHeading({ isText, after, lines, choices }: Opening): FoundChoice | undefined {
  return isText && headingEnd.test(after) ? readHeadings(lines, choices) : undefined;
}

function refuseRejected({ lines, choices, index, end }: Opening): FoundChoice | undefined {
  return isRejectedOpening(lines.join('\n'), { index, end }, choices) ? none : undefined;
}

function readFault({ isText, lines, choices, index, end }: Opening): FoundChoice | undefined {
  return isText ? undefined : readFaulted(lines.join('\n'), { index, end }, choices);
}

function refusePart({ isText, after }: Opening): FoundChoice | undefined {
  return (isText ? namesPart.test(after) : isPartlyRight(after)) ? none : undefined;
}

/** "React is popular. Vue is easy. So Svelte." */
function readStatedConclusion({ conclusion, ...opening }: Opening): FoundChoice | undefined {
  if (conclusion?.isStated !== true) return undefined;
  const { lines, index, end } = opening;
  const stance = readStance(lines.join('\n'), { position: 0, index, end });
  return stance === 'chosen' ? undefined : { kind: 'found', index: conclusion.index };
}

/** Where a sentence is about the choice, what the answer mentions decides. */
function readSubject({ lines, choices, index, ...opening }: Opening): FoundChoice | undefined {
  const { after, isText, conclusion } = opening;
  const isListed = /^\sis\s(?:true|correct|right)[.,;]\s[B-J]\sis\s/.test(after);
  const isAbout = isText
    ? particle.test(after) || (isSubject(after) && endsWithChoice(lines, choices))
    : isListed || spokenOf.test(after);
  const mentioned = isAbout ? findMentioned(lines.join('\n'), choices) : none;
  if (mentioned.kind !== 'found') return undefined;
  return conclusion !== undefined && mentioned.index === index ? undefined : mentioned;
}

/** "No doubt" and "not" begin like the choice "no". */
function refuseDoubt({
  isText,
  isYesOrNo,
  after,
  choices,
  index,
}: Opening): FoundChoice | undefined {
  if (!isText || !isYesOrNo || !/^(?:no|yes)$/i.test(choices.texts[index] ?? '')) return undefined;
  const isLone = /^[^\p{L}]{0,4}(?:$|\s*[-.,:;!?)(])|^\s[\p{L}']{1,12}[.!]?$/u.test(after);
  const isClause = /^[\s*"]{1,4}(?:it|this|that|they|he|she|there|i|we|because|since|the)\b/i.test(
    after,
  );
  return isLone || isClause ? undefined : none;
}

function readOpeningStatement(opening: Opening): FoundChoice | undefined {
  const { lines, first, choices, isYesOrNo, index, conclusion } = opening;
  const stated = readStatedChoice(first, choices);
  // "B and D look good, but B ...": what comes after two may decide between them.
  const goesOn = lines.length > 1 || /(?<!\.\.)[.!?;]\s|\b(?:but|however)\b/.test(first);
  if (stated.kind === 'ambiguous' && goesOn) return namesNoMore(opening) ? stated : none;
  if (stated.kind !== 'found' || isYesOrNo) return stated;
  const joined = stated.index === index ? readJoined(opening) : undefined;
  const decided = joined ?? readContrast(opening);
  if (decided !== undefined) return decided;
  return conclusion === undefined ? stated : ofIndices([index, conclusion.index]);
}

/** A second letter that is joined to the first, and all that follows it. */
function readJoint({ isText, lines, first, after, choices }: Opening) {
  const match = isText || ownClause.test(after) ? null : joinedLetter.exec(after);
  const [joint = '', letter = ''] = match ?? [];
  const second = letterIndex(letter, choices);
  const rest = [after.slice(joint.length), ...lines.slice(lines.indexOf(first) + 1)].join('\n');
  return letter === '' || second === undefined ? undefined : { second, rest };
}

/** "A and C look plausible; C is more accurate": what follows two letters decides, or both may be meant. */
function readJoined(opening: Opening): FoundChoice | undefined {
  const joint = readJoint(opening);
  if (joint === undefined) return undefined;
  const following = findMentioned(joint.rest, opening.choices);
  const both = [opening.index, joint.second];
  return following.kind === 'found' && both.includes(following.index) ? following : ofIndices(both);
}

/** "A and C seem right to me. Hard to say." */
function namesNoMore(opening: Opening): boolean {
  const { rest = 'A' } = readJoint(opening) ?? {};
  const isLetterNamed = /(?<![\p{L}\d])[A-J](?![\p{L}\d])/u.test(rest);
  return !isLetterNamed && findTextMentions(rest, opening.choices.texts).length === 0;
}

/** "Anna is taller than Ben. ... The third is Ben." begins with what it speaks of first. */
function isSubject(after: string): boolean {
  return spokenOf.test(after) || /^\s(?:has|had|sits|lives|can|must|cannot|won|came)\s/.test(after);
}

/** Whether the last line ends with "the third is Ben." */
function endsWithChoice(lines: readonly string[], choices: Choices): boolean {
  const end = (lines.at(-1) ?? '').slice(-maxEnd);
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
function readContrast({ first, after: said, index, choices }: Opening): FoundChoice | undefined {
  const [sentence = ''] = first.split(/[.!?](?=\s)/, 1);
  const at = contrastBreak.exec(sentence);
  if (at === null) return undefined;
  const after = sentence.slice(at.index + at[0].length);
  if (conceding.test(after)) return undefined;
  const named = findTextMentions(after, choices.texts);
  const others = (named.length > 0 ? named : findBareLetters(after, choices)).filter(
    (mention) =>
      mention.index !== index &&
      readStance(after, mention) !== 'rejected' &&
      !isCount(after, mention),
  );
  const [other] = others;
  if (other === undefined || others.length > 1) return undefined;
  // "Positive, but one remark is negative" states the first one, too.
  const isStated = contrastBreak.exec(said)?.index === 0;
  return ofIndices(isStated ? [index, other.index] : [other.index]);
}

/** "4 - good, but there are 2 typos" */
function isCount(text: string, { position, end }: Mention): boolean {
  return /^\d+$/.test(text.slice(position, end)) && /^\s\p{Ll}{3}/u.test(text.slice(end));
}
