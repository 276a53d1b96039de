import { rejectingLabel } from '../texts/answer-words.js';
import { plainMath } from '../math/plain-math.js';
import { letterIndex, type Choices } from './choices.js';
import { startsWithText } from './find-choice-mentions.js';
import { readLetteredLines } from './read-choice-lines.js';

/** Several choices that an answer states. */
export interface StatedChoices {
  readonly indices: ReadonlySet<number>;
  /** Those that may be meant as well: `indices` alone is one reading, and with any of these another. */
  readonly further?: ReadonlySet<number>;
}

/** What stands before a choice in a list of them; lower case tells the word "e" from the letter E. */
const separator =
  /^(?:[\s*_`"'$()[\]{}.,;:&+/、，-]|[和と및]|(?:[Aa]nd|AND|und|et|y|e|[Oo]r|OR|и|또는|[Bb]oth|[Oo]ptions?|[Cc]hoices?|[Ll]etters?|[Ss]tatements?|[Aa]nswers?|[Ss]elect|[Cc]hoose|[Pp]ick|i|ii|iii|iv|II|III|IV)(?![\p{L}\p{N}])){1,20}/u;
const letter = /^([A-Za-z])(?![\p{Script=Latin}\p{N}'])/u;
/** "A and C. B is wrong.": a sentence about further ones, which are not in the list. */
const letteredSubject =
  /^[*_(]{0,3}[A-J](?:[)*_]{0,3}(?:,|\s?&|,?\s(?:and|or|und|et|y|e))\s?[(*_]{0,3}[A-J]){0,9}[)*_]{0,3}\s(?!(?:and|or|und|et|y|e)\s)\p{Ll}{2}/u;
/** After a list, what takes it back: "B and C are wrong". */
export const rejecting =
  /^(?:are|is|were|was|sind|ist|sont|est|son|es|sono|são)\s(?:both\s|all\s|also\s)?(?:not|wrong|incorrect|false|too|excluded|distractors?|falsch|faux|fausses?|incorrectas?)|^(?:aren't|isn't|fail)/i;
export const right =
  /\b(?:correct|right|true|yes|wahr|richtig|vrai|verdader[oa]|vero|verdadeir[oa])\b|[✓✔✅]|^\W{0,4}T\W{0,4}$/i;
export const wrong =
  /\b(?:incorrect|wrong|false|not|no|falsch|faux|falso)\b|n't|[✗✘❌]|^\W{0,4}F\W{0,4}$/i;
const maxChoices = 26;
const maxList = 4000;

/** The lists that a statement begins with, without those that are taken back. */
export function readLists(text: string, choices: Choices): StatedChoices {
  const items = text.split('\n').filter((line) => line.trim() !== '');
  const other = items.findIndex((line) => !/^\s{0,8}(?:[-*•]|\d{1,2}[.)])\s/.test(line));
  const bulleted = (other === -1 ? items : items.slice(0, other)).map(
    (line) => readList(line.replace(/^\s{0,8}(?:[-*•]|\d{1,2}[.)])\s{1,4}/, ''), choices).indices,
  );
  if (bulleted.length > 1 && bulleted.every(({ size }) => size === 1)) {
    return { indices: new Set(bulleted.flatMap((indices) => [...indices])) };
  }
  const sentences = text.split(
    /(?<=[\p{L}\p{N}*)"'][.;])(?<!(?<![\p{L}\p{N}])[A-Z]\.)\s+(?!(?:and|or|und|et|y|e)\s[(*"]{0,3}[A-J](?!\p{L}))(?=[([*"]?(?:[A-Z]\s(?:and|is|are|or)\b|[A-Z]?[a-z]))/u,
  );
  const [first = ''] = sentences;
  const { indices, rest } = readList(first, choices);
  if (rejecting.test(rest)) return { indices: new Set() };
  return indices.size === 1 ? (readDescribed(text, choices) ?? { indices }) : { indices };
}

/** Reads choices from a text for as long as nothing else comes; `rest` is what comes then. */
export function readList(
  text: string,
  choices: Choices,
): { readonly indices: ReadonlySet<number>; readonly rest: string } {
  const indices = new Set<number>();
  const glued = /^\s*([A-J]{2,10})[\s.]{0,3}$/.exec(text)?.[1];
  const isGlued =
    glued !== undefined && choices.texts.every((other) => other !== glued.toLowerCase());
  if (isGlued && [...glued].every((one) => letterIndex(one, choices) !== undefined)) {
    return {
      indices: new Set([...glued].map((one) => letterIndex(one, choices) as number)),
      rest: '',
    };
  }
  let rest = text.trim();
  for (let round = 0; round < maxChoices * 2; round++) {
    const next = rest.replace(separator, '');
    const skipped = rest.slice(0, rest.length - next.length);
    if (indices.size > 0 && /[.;]["'*_)]{0,3}\s/.test(skipped) && letteredSubject.test(next)) break;
    rest = next;
    const named = startsWithText(rest, choices.texts);
    if (named !== undefined) {
      indices.add(named.index);
      rest = rest.slice(named.end);
      continue;
    }
    const match = letter.exec(rest);
    const index = match === null ? undefined : letterIndex(match[1] as string, choices);
    if (match === null || index === undefined) break;
    indices.add(index);
    rest = rest.slice(match[0].length);
  }
  return { indices, rest: rest.replace(separator, '') };
}

const option = String.raw`(?<![\p{Script=Latin}\p{N}])([A-J])[*_]{0,3}(?:[).:](?=[*_]{0,3}\s?\S)|\s?(?=\((?![^()\n]{0,60}\b(?:wrong|incorrect|false|not)\b)[^()\n]{1,80}\))|\s[-–—](?=\s))`;
const optionStart = new RegExp(
  String.raw`^[\s*_"(]{0,6}(?:(?:options?|choices?|statements?|both)\s)?[*_"(]{0,4}${option}`,
  'iu',
);
/** The next option of a sentence, after a comma or "and". */
const nextOption = new RegExp(
  String.raw`(?:[,;、，；]\s?(?:(?:and|und|et|y|e|also)\s)?|\s(?:and|&|und|et|y|e|и)\s|[和及与と]\s?)(?:(?:option|choice|statement)\s)?[*_"(]{0,4}${option}`,
  'gu',
);
const sentenceEnd =
  /(?<!(?<!\p{L})[A-J])[.;!?。；](?:["'*_)]{0,4}\s|$)(?!\s{0,2}[*_(]{0,4}[A-J][).:])/u;
const beginsLower = /^[\s*_(")]{0,6}\p{Ll}/u;
/** What is said of an option, and is not its text. */
const verdictEnd =
  /\s(?:is|are|ist|est|es|è|é)\s(?:also\s)?(?:wrong|incorrect|false|not\s(?:correct|right|true)|falsch|faux|incorrect[ao]|fals[ao])[^\p{L}]{0,4}$/iu;

/** "B (S3), while A (EBS) stores blocks", "B (S3), and A (EBS) is slower": a sentence about another option. */
const otherOptionWord = /(?<!\p{L})(?:while|whereas|because|since|unlike|but)(?!\p{L})/iu;
const bracketedSubject =
  /^\s?\(?[^()]{0,80}\)[*_]{0,3}\s(?:is|(are)|isn't|(aren't)|being|was)(?!\p{L}|\s(?:(?:also|both|all|the)\s){0,2}(?:correct|right|true))/u;

/** Whether something is said of an option alone; "A (Dolphin) and C (Bat) are mammals" is about both. */
function isSubject(joint: string, said: string): boolean {
  const verb = bracketedSubject.exec(said);
  const isPlural = (verb?.[1] ?? verb?.[2]) !== undefined;
  return verb !== null && (!isPlural || /^[,;、，；]/.test(joint));
}

/** "A. Dolphin, C. Bat", "A (Dolphin) and C (Bat)": the options of a sentence that begins with one. */
export function readDescribed(text: string, choices: Choices): StatedChoices | undefined {
  const [line = ''] = text.trimStart().split('\n', 1);
  const start = optionStart.exec(line);
  const first = start === null ? undefined : letterIndex(start[1] as string, choices);
  if (start === null || first === undefined) return undefined;
  const from = start[0].length;
  const end = sentenceEnd.exec(line.slice(from))?.index;
  const sentence = end === undefined ? line : line.slice(0, from + end);
  const found = [...sentence.matchAll(nextOption)].filter(({ index }) => index >= from - 1);
  const indices = new Set([first]);
  const further = new Set<number>();
  for (const [at, { index, 0: words, 1: name = '' }] of found.entries()) {
    const one = letterIndex(name, choices);
    const said = sentence.slice(index + words.length, found[at + 1]?.index);
    if (one === undefined || indices.has(one) || verdictEnd.test(said)) continue;
    // "A. Dolphins are mammals, and C. elegans is a worm."
    const isName = beginsLower.test(said) && !beginsLower.test(sentence.slice(from));
    const isAside = otherOptionWord.test(sentence.slice(from, index)) || isSubject(words, said);
    if (isAside || isName || wrong.test(said)) further.add(one);
    else indices.add(one);
  }
  return indices.size + further.size > 1 ? { indices, further } : undefined;
}

/** Where a list of options is over: what is said of the others, or why. */
const afterwards = /:[\s*_]{0,4}$/;
const severalBefore =
  /(?:answers|options|choices|statements|ones|antworten|optionen|aussagen|réponses|respuestas|risposte|respostas|opciones)(?!\p{L})[^.!?\n]{0,24}\s*$/iu;
const verdictOnly =
  /^[)\].:*_\s]{0,6}(?:true|false|correct|incorrect|right|wrong|yes|no|✓|✔|✅|✗|✘|❌|t|f)[\s.*_!]*$/iu;

/**
 * "Correct answers:", and below it "A) Dolphin" and "C) Bat": the lettered lines that follow directly.
 * Those that come after other lines, or say "not", may be meant as well.
 */
export function readOptionsBelow(
  text: string,
  start: number,
  choices: Choices,
): StatedChoices | undefined {
  const announced = text.slice(start, start + maxList);
  const isBelow =
    /^[\s*_:"]{0,8}\n/.test(announced) || /\n[\s*_#>"]*$/.test(text.slice(0, start).slice(-12));
  const lines = plainMath(announced)
    .replace(/^[\s*_:"]{0,8}(?=\S)/, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const end = lines.findIndex(
    (line) => afterwards.test(line) || rejectingLabel.test(line.replace(/^[\s*_#>-]{1,8}/, '')),
  );
  const lettered = readLetteredLines(end === -1 ? lines : lines.slice(0, end), choices);
  const [first] = lettered;
  if (first === undefined || first.line !== 0 || lettered.length < 2) return undefined;
  const again = lettered.findIndex(({ index }, at) =>
    lettered.slice(0, at).some((one) => one.index === index),
  );
  const options = again === -1 ? lettered : lettered.slice(0, again);
  if (options.every(({ rest }) => verdictOnly.test(rest))) {
    return {
      indices: new Set(options.filter(({ rest }) => !wrong.test(rest)).map(({ index }) => index)),
    };
  }
  const isDirect = options.every(({ line }, at) => line === at);
  if (!isBelow) {
    // "Answer: A) Dolphin" may go on in the next line, or the next line be about another option.
    const next = options
      .slice(1)
      .filter(({ line, rest }, at) => line === at + 1 && !wrong.test(rest));
    return next.length === 0
      ? undefined
      : { indices: new Set([first.index]), further: new Set(next.map(({ index }) => index)) };
  }
  const isAll = isDirect && options.length > 2 && options.every(({ index }, at) => index === at);
  if (isAll && !severalBefore.test(text.slice(Math.max(0, start - 60), start).trimEnd())) {
    // The options may only be repeated.
    return { indices: new Set(), further: new Set(options.map(({ index }) => index)) };
  }
  const indices = new Set([first.index]);
  const further = new Set<number>();
  let isExplained = false;
  for (const [at, { index, rest, line }] of options.entries()) {
    if (/\b(?:wrong|incorrect|false)\b|[✗✘❌]/i.test(rest)) continue;
    // "B) Shark" above "A) Dolphins are mammals": once a letter goes back, the options are explained.
    isExplained ||= options.slice(0, at).some((one) => one.index > index);
    if (isExplained || line !== at || wrong.test(rest)) further.add(index);
    else indices.add(index);
  }
  return { indices, further };
}
