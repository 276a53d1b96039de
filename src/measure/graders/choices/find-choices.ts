import { readChoiceText, letterIndex, type Choices } from './choices.js';
import {
  findBareLetters,
  findTextMentions,
  findWrappedLetters,
  readStance,
  startsWithText,
} from './find-choice-mentions.js';
import { readLetteredLines } from './read-choice-lines.js';
import { readVerdicts } from './read-verdicts.js';
import { cutRunOn, findMarkedAnswers, shortenAnswer } from '../texts/find-marked-answers.js';
import { plainMath } from '../math/plain-math.js';

/** What stands before a choice in a list of them; lower case tells the word "e" from the letter E. */
const separator =
  /^(?:[\s*_`"'$()[\]{}.,;:&+/、，-]|[和と및]|(?:[Aa]nd|AND|und|et|y|e|[Oo]r|OR|и|또는|[Bb]oth|[Oo]ptions?|[Cc]hoices?|[Ll]etters?|[Ss]tatements?|[Aa]nswers?|[Ss]elect|[Cc]hoose|[Pp]ick|i|ii|iii|iv|II|III|IV)(?![\p{L}\p{N}])){1,20}/u;
const letter = /^([A-Za-z])(?![\p{Script=Latin}\p{N}'])/u;
/** After a list, what takes it back: "B and C are wrong". */
const rejecting =
  /^(?:are|is|were|was|sind|ist|sont|est|son|es|sono|são)\s(?:both\s|all\s|also\s)?(?:not|wrong|incorrect|false|too|excluded|distractors?|falsch|faux|fausses?|incorrectas?)|^(?:aren't|isn't|fail)/i;
const right =
  /\b(?:correct|right|true|yes|wahr|richtig|vrai|verdader[oa]|vero|verdadeir[oa])\b|[✓✔✅]|^\W{0,4}T\W{0,4}$/i;
const wrong =
  /\b(?:incorrect|wrong|false|not|no|falsch|faux|falso)\b|n't|[✗✘❌]|^\W{0,4}F\W{0,4}$/i;
/** "(B and D are wrong)" after the list. */
const rejectedAside =
  /\([^()\n]{0,120}\b(?:wrong|incorrect|false|not|falsch|faux|fausses?)\b[^()\n]{0,60}\)/gi;
const maxChoices = 26;
const maxLine = 500;

/**
 * The indices of all choices that an answer states, or undefined where it states none: those of the
 * last marked answer ("the answers are B and D"), or of the lines that hold nothing else, or of the
 * lines that begin with a letter (with verdicts, those that are true), or those that its text
 * mentions and does not reject.
 */
export function findChoices(answer: string, choices: Choices): ReadonlySet<number> | undefined {
  const text = readChoicesText(answer);
  const marked = findMarkedChoices(text, choices);
  if (marked !== undefined) return marked;
  const judged = readVerdicts(text, choices)?.chosen ?? readMarks(text, choices);
  if (judged !== undefined && judged.size > 0) return judged;
  const lines = plainMath(text)
    .split('\n')
    .filter((line) => line.trim() !== '' && line.length <= maxLine);
  const hasOptions = readLetteredLines(lines, choices).length > 1;
  return (
    readPlainLines(lines, choices) ??
    readLabeledLines(lines, choices) ??
    (hasOptions ? undefined : readOpening(lines, choices)) ??
    readJudgedLines(lines, choices) ??
    readOpening(lines, choices) ??
    readMentions(lines.join('\n'), choices)
  );
}

/** An answer in which several choices are looked for. */
export function readChoicesText(answer: string): string {
  return cutRunOn(readChoiceText(shortenAnswer(answer))).replace(rejectedAside, '');
}

/** All choices of a text's last marked answer that names any. */
export function findMarkedChoices(text: string, choices: Choices): ReadonlySet<number> | undefined {
  for (const { text: marked } of findMarkedAnswers(text)) {
    const indices = readLists(plainMath(marked), choices);
    if (indices.size > 0) return indices;
  }
  return undefined;
}

/** The lists that a statement begins with, sentence by sentence, without those that are taken back. */
function readLists(text: string, choices: Choices): ReadonlySet<number> {
  const items = text.split('\n').filter((line) => line.trim() !== '');
  const other = items.findIndex((line) => !/^\s{0,8}(?:[-*•]|\d{1,2}[.)])\s/.test(line));
  const bulleted = (other === -1 ? items : items.slice(0, other)).map(
    (line) => readList(line.replace(/^\s{0,8}(?:[-*•]|\d{1,2}[.)])\s{1,4}/, ''), choices).indices,
  );
  if (bulleted.length > 1 && bulleted.every(({ size }) => size === 1)) {
    return new Set(bulleted.flatMap((indices) => [...indices]));
  }
  const sentences = text.split(
    /(?<=[\p{L}\p{N}*)"'][.;])(?<!(?<![\p{L}\p{N}])[A-Z]\.)\s+(?=[([*"]?(?:[A-Z]\s(?:and|is|are|or)\b|[A-Z]?[a-z]))/u,
  );
  const [first = ''] = sentences;
  const { indices, rest } = readList(first, choices);
  return rejecting.test(rest) ? new Set() : indices;
}

/** Lines of nothing but choices: the last with several, or all with one each. */
export function readPlainLines(
  lines: readonly string[],
  choices: Choices,
): ReadonlySet<number> | undefined {
  const lists = lines.map((line) => readList(line, choices));
  const several = lists.findLast(({ indices, rest }) => indices.size > 1 && rest === '');
  if (several !== undefined) return several.indices;
  const single = lists.filter(({ indices, rest }) => indices.size === 1 && rest === '');
  return single.length > 0 ? new Set(single.flatMap(({ indices }) => [...indices])) : undefined;
}

/** "Correct: A, C" above or below "Incorrect: B, D". */
function readLabeledLines(
  lines: readonly string[],
  choices: Choices,
): ReadonlySet<number> | undefined {
  const stated = lines.flatMap((line) => {
    const match = /^[\s*_#>-]{0,8}([^:\n]{2,40}):[\s*_]{0,6}(\S[^\n]*)$/.exec(line);
    const [, label = '', value = ''] = match ?? [];
    if (!right.test(label) || wrong.test(label)) return [];
    const { indices, rest } = readList(value, choices);
    return indices.size > 0 && rest === '' ? [indices] : [];
  });
  return stated.at(-1);
}

function readJudgedLines(
  lines: readonly string[],
  choices: Choices,
): ReadonlySet<number> | undefined {
  const lettered = readLetteredLines(lines, choices);
  if (lettered.length === 0) return undefined;
  const chosen = lettered.filter(({ rest }) => right.test(rest) && !wrong.test(rest));
  const rejected = lettered.filter(({ rest }) => wrong.test(rest));
  const isJudged = chosen.length > 0 && chosen.length + rejected.length === lettered.length;
  return new Set((isJudged ? chosen : lettered).map(({ index }) => index));
}

/** "A" and "A, B and C": what a mark beside them stands for. */
const letters = String.raw`[A-J](?:[)\].*_]{0,3}(?:,|[^\S\n]?&|,?[^\S\n](?:and|und|et|y|e))[^\S\n]?[(*_]{0,3}[A-J](?![\p{L}\p{N}])){0,9}`;
const markAfter = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(${letters})[)\].:*_]{0,3}[^\S\n]?(?:[:→-][^\S\n]?)?(?:([✅✓✔])|[❌✗✘])`,
  'gu',
);
const markBefore = new RegExp(
  String.raw`(?:([✅✓✔])|[❌✗✘])\ufe0f?[^\S\n]?[(*_]{0,3}(${letters})(?![\p{L}\p{N}])`,
  'gu',
);

const box = /^([ \t>]{0,8}(?:[-*•+][ \t]{1,4})?)(?:(\[[ \t]?\]|[☐⬜□])|\[[xX✓✔]\]|[☑☒])/gmu;

/** "A ✅ B ❌ C ✅", "✅ A, C ❌ B": the letters that are ticked, where two or more have a mark. */
function readMarks(answer: string, choices: Choices): ReadonlySet<number> | undefined {
  const text = answer.replace(
    box,
    (_, start: string, empty?: string) => start + (empty ? '❌' : '✅'),
  );
  const [first] = /[✅✓✔❌✗✘]|(?<![\p{L}\p{N}])[A-J](?![\p{L}\p{N}])/u.exec(text) ?? [];
  const isBefore = first !== undefined && !/[A-J]/.test(first);
  const marks = [...text.matchAll(isBefore ? markBefore : markAfter)].flatMap((match) => {
    const [, one = '', other = ''] = match;
    const [names, tick] = isBefore ? [other, one] : [one, other];
    return (names.match(/[A-J]/g) ?? []).map((name) => ({
      index: letterIndex(name, choices),
      isRight: tick !== '',
    }));
  });
  const indices = new Set(marks.map(({ index }) => index));
  if (indices.size < 2 || indices.size < marks.length || indices.has(undefined)) return undefined;
  return new Set(marks.flatMap(({ index, isRight }) => (isRight ? [index as number] : [])));
}

/** "Options A and D are correct.", "A is correct. D is correct." */
function readOpening(lines: readonly string[], choices: Choices): ReadonlySet<number> | undefined {
  for (const line of lines) {
    const { indices, rest } = readList(line, choices);
    if (indices.size === 0 || rejecting.test(rest)) continue;
    if (indices.size > 1) return indices;
    if (/^(?:is|are)\s(?:the\s)?(?:only\s|also\s)?(?:correct|right|true|best)/i.test(rest)) {
      return new Set([...indices, ...findChosen(lines.join('\n'), choices)]);
    }
  }
  return undefined;
}

/** The letters that are called right, each by a clause that says nothing else. */
function findChosen(text: string, choices: Choices): readonly number[] {
  const mentions = [...findWrappedLetters(text, choices), ...findBareLetters(text, choices)];
  return mentions.flatMap((mention) => {
    const before = text.slice(Math.max(0, mention.position - 40), mention.position);
    const isWhole = clauseStart.test(before) && calledRight.test(text.slice(mention.end));
    return isWhole && readStance(text, mention) === 'chosen' ? [mention.index] : [];
  });
}

const clauseStart =
  /(?:^|[.!?;,\n]|\band|\b(?:also|so):?)[\s*_("'[>-]{0,6}(?:(?:option|statement|answer|choice)\s)?[(*_"']{0,4}$/i;
/** "is also correct": and not "is correct only in winter", "is right in theory" or "is true of mammals". */
const calledRight =
  /^[)*_"'\]]{0,4}\s(?:is|are)\s(?:(?:also|clearly|indeed|fully|completely|entirely)\s)?(?:the\s)?(?:correct|right|true)(?:\s(?:too|as\swell|(?:answer|option|choice|one|statement)s?)){0,2}[*_]{0,2}\s{0,4}(?:[.;!\n]|$|(?:,|-{1,2}(?=\s))(?!\s(?:but|yet|though|although|however|except|only|if|when|unless|in)(?!\p{L}))|(?<=\s)(?:and|because|since|while|whereas)\s)/iu;

function readMentions(text: string, choices: Choices): ReadonlySet<number> | undefined {
  const named = findTextMentions(text, choices.texts);
  const wrapped = findWrappedLetters(text, choices);
  const mentions =
    named.length > 0 ? named : wrapped.length > 0 ? wrapped : findBareLetters(text, choices);
  const kept = mentions.filter((mention) => readStance(text, mention) !== 'rejected');
  return kept.length > 0 ? new Set(kept.map(({ index }) => index)) : undefined;
}

/** Reads choices from a text for as long as nothing else comes; `rest` is what comes then. */
function readList(
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
    rest = rest.replace(separator, '');
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
