import {
  letterIndex,
  readChoiceText,
  withoutLetters,
  type Choices,
  type Mention,
} from './choices.js';
import {
  findBareLetters,
  findLetterMentions,
  findTextMentions,
  findWrappedLetters,
} from './find-choice-mentions.js';
import { readStance } from './read-stance.js';
import { withJoined } from './find-mentioned-choice.js';
import {
  readDescribed,
  readList,
  readLists,
  readOptionsBelow,
  rejecting,
  right,
  wrong,
  type StatedChoices,
} from './read-choice-list.js';
import { readLetteredLines } from './read-choice-lines.js';
import { readVerdicts } from './read-verdicts.js';
import { cutRunOn, findMarkedAnswers, shortenAnswer } from '../texts/find-marked-answers.js';
import { plainMath } from '../math/plain-math.js';

/** "(B and D are wrong)" after the list. */
const rejectedAside =
  /\([^()\n]{0,120}\b(?:wrong|incorrect|false|not|falsch|faux|fausses?)\b[^()\n]{0,60}\)/gi;
const maxLine = 500;

/**
 * All choices that an answer states, or undefined where it states none: those of the
 * last marked answer ("the answers are B and D"), or of the lines that hold nothing else, or of the
 * lines that begin with a letter (with verdicts, those that are true), or those that its text
 * mentions and does not reject.
 */
export function findChoices(answer: string, choices: Choices): StatedChoices | undefined {
  const found = findNamedChoices(answer, choices);
  const unlabeled = found === undefined ? withoutLetters(choices) : undefined;
  return unlabeled === undefined ? found : findByTexts(answer, unlabeled);
}

/** Of choices that have letters, the texts that an answer states; numbers that it only mentions may be meant. */
function findByTexts(answer: string, choices: Choices): StatedChoices | undefined {
  if (choices.texts.every((text) => /\p{L}{2}/u.test(text))) {
    return findNamedChoices(answer, choices);
  }
  const text = readChoicesText(answer);
  const mentioned = findTextMentions(plainMath(text), choices.texts).map(({ index }) => index);
  const further = mentioned.length === 0 ? undefined : new Set(mentioned);
  return findMarkedChoices(text, choices) ?? (further && { indices: new Set(), further });
}

function findNamedChoices(answer: string, choices: Choices): StatedChoices | undefined {
  const text = readChoicesText(answer);
  const marked = findMarkedChoices(text, choices);
  if (marked !== undefined) return withAddition(marked, text, choices);
  const judged = readVerdicts(text, choices)?.chosen ?? readMarks(text, choices);
  if (judged !== undefined && judged.size > 0) return { indices: judged };
  const lines = plainMath(text)
    .split('\n')
    .filter((line) => line.trim() !== '' && line.length <= maxLine);
  const hasOptions = readLetteredLines(lines, choices).length > 1;
  const listed = readPlainLines(lines, choices) ?? readLabeledLines(lines, choices);
  const opening = readOpening(lines, choices);
  if (listed !== undefined) return { indices: listed };
  if (!hasOptions && opening !== undefined) return opening;
  const lined = readJudgedLines(lines, choices);
  if (lined !== undefined) return { indices: lined };
  const mentioned = opening === undefined ? readMentions(lines.join('\n'), choices) : undefined;
  return opening ?? mentioned;
}

/** An answer in which several choices are looked for. */
export function readChoicesText(answer: string): string {
  return cutRunOn(readChoiceText(shortenAnswer(answer))).replace(rejectedAside, '');
}

/** All choices of a text's last marked answer that names any. */
export function findMarkedChoices(text: string, choices: Choices): StatedChoices | undefined {
  for (const { kind, text: marked, start, isSupposed } of findMarkedAnswers(text)) {
    if (isSupposed) continue;
    const stated = readLists(plainMath(marked), choices);
    if (stated.indices.size === 0) continue;
    const below =
      kind === 'announced' && stated.indices.size === 1
        ? readOptionsBelow(text, start, choices)
        : undefined;
    return below ?? stated;
  }
  return undefined;
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

/** "Options A and D are correct.", "A is correct. D is correct.", "A) Dolphin, D) Bat" */
function readOpening(lines: readonly string[], choices: Choices): StatedChoices | undefined {
  for (const line of lines) {
    const { indices, rest } = readList(line, choices);
    if (indices.size === 0 || rejecting.test(rest)) continue;
    if (indices.size > 1) return { indices };
    if (/^(?:is|are)\s(?:the\s)?(?:only\s|also\s)?(?:correct|right|true|best)/i.test(rest)) {
      const { sure, possible } = findCalledRight(lines.join('\n'), choices);
      return { indices: new Set([...indices, ...sure]), further: new Set(possible) };
    }
    const described = readDescribed(line, choices);
    // From A onwards, the options may only be repeated.
    if (described !== undefined && !isFromFirst(described.indices)) return described;
  }
  return undefined;
}

function isFromFirst(indices: ReadonlySet<number>): boolean {
  return indices.size > 2 && [...indices].every((index, at) => index === at);
}

/**
 * The letters that are called right: surely, each by a clause that says nothing else, and possibly, by one
 * that says more, but no condition or "but".
 */
function findCalledRight(
  text: string,
  choices: Choices,
): { readonly sure: readonly number[]; readonly possible: readonly number[] } {
  const called = findLetterMentions(text, choices).filter((mention) => {
    const before = text.slice(Math.max(0, mention.position - 40), mention.position);
    return startsClause.test(before) && readStance(text, mention) === 'chosen';
  });
  const isSure = ({ position, end }: Mention): boolean =>
    calledRight.test(text.slice(end)) && !underCondition.test(text.slice(0, position));
  const isPossible = ({ end }: Mention): boolean => {
    const [said = ''] = text.slice(end, end + 200).split(/[.!?;](?=\s|$)|\n/, 1);
    return !qualifier.test(said);
  };
  return {
    sure: called.filter(isSure).map(({ index }) => index),
    possible: called.filter(isPossible).map(({ index }) => index),
  };
}

/** "The correct answer is A. Additionally, C is also correct.", where no other choice is called right. */
function withAddition(stated: StatedChoices, text: string, choices: Choices): StatedChoices {
  const others = findLetterMentions(text, choices).filter(
    (mention) => !stated.indices.has(mention.index) && readStance(text, mention) === 'chosen',
  );
  const isAdded = others.every(({ end }) => calledRightToo.test(text.slice(end)));
  if (others.length === 0 || !isAdded) return stated;
  const further = [...(stated.further ?? []), ...others.map(({ index }) => index)];
  return { indices: stated.indices, further: new Set(further) };
}

const startsClause =
  /(?:^|[.!?;,\n]|\band|\b(?:also|so):?)[\s*_("'[>-]{0,6}(?:(?:option|statement|answer|choice)\s)?[(*_"']{0,4}$/i;
/** "Under the old guideline, D is correct": several words before a comma, and no other choice among them. */
const underCondition =
  /(?:^|[.!?;\n])[\s*_>-]{0,6}(?!(?:for\sthe\ssame|in\saddition|as\sa\sresult)(?!\p{L}))(?:(?![A-J](?!\p{L}))[\p{L}\d'-]{1,20}\s){1,14}(?![A-J],)[\p{L}\d'-]{1,20},\s[*_("'[]{0,4}(?:(?:option|statement|answer|choice)\s)?[(*_"']{0,4}$/iu;
/** "is also correct": and not "is correct only in winter", "is right in theory" or "is true of mammals". */
const calledRight =
  /^[)*_"'\]]{0,4}\s(?:is|are)\s(?:(?:also|clearly|indeed|fully|completely|entirely)\s)?(?:the\s)?(?:correct|right|true)(?:\s(?:too|as\swell|(?:answer|option|choice|one|statement)s?)){0,2}[*_]{0,2}\s{0,4}(?:[.;!\n]|$|(?:,|-{1,2}(?=\s))(?!\s(?:but|yet|though|although|however|except|only|if|when|unless|in)(?!\p{L}))|(?<=\s)(?:and|because|since|while|whereas|as(?=\s(?:it|they|this|that|these|those|there|we|both|all)\s)|for(?=\sthe\s(?:same|very\ssame|following)\sreasons?(?!\p{L}))|by(?=\sdefinition))\s)/iu;
/** "is also correct", "is correct as well" */
const calledRightToo =
  /^[)*_"'\]]{0,4}\s(?:is|are)\s(?:also\s(?:the\s|a\s)?(?:correct|right)|(?:correct|right)\s(?:too|as\swell))(?!\p{L})(?![^.!?\n]{0,80}\b(?:but|only|if|when|unless|though|although|however|except)\b)/iu;
/** What is right only under a condition, or only nearly. */
const qualifier =
  /(?<!\p{L})(?:but|yet|only|if|when|unless|though|although|however|except|in\s(?:theory|general|principle|practice|itself)|distractor|closest|(?:second|next)\sbest|not)(?!\p{L})|n't/iu;

/** "All are correct except B and D": which letters there are, and which are meant, is not said. */
const allExcept =
  /^[^.;\n]{0,20}(?<!\p{L})(?:all|everything|every\s\p{L}{1,10})[^.;\n]{0,24}\s(?:but|except(?:\sfor)?|other\sthan|besides|apart\sfrom|save)\s(?:for\s)?(?:options?\s|choices?\s)?[*_(]{0,3}[A-J](?:[)*_]{0,3}(?:,|,?\s(?:and|or))\s[*_(]{0,3}[A-J]){1,8}[)*_]{0,3}[^\p{L}]{0,3}(?:\s\p{L}{2,12}){0,3}\.?$/iu;

/** "All are wrong except B and D": the exceptions are what is chosen. */
const judgedWrong =
  /(?<!\p{L})(?:wrong|incorrect|false|untrue|invalid|fails?|ruled\sout|eliminated|excluded|rejected)(?!\p{L})/iu;

function readMentions(text: string, choices: Choices): StatedChoices | undefined {
  const named = findTextMentions(text, choices.texts);
  const wrapped = findWrappedLetters(text, choices);
  const mentions =
    named.length > 0
      ? named
      : wrapped.length > 0
        ? withJoined(text, choices, wrapped)
        : findBareLetters(text, choices);
  const except = allExcept.exec(text)?.[0];
  if (except !== undefined && !judgedWrong.test(except)) {
    const further = new Set(Array(choices.letterCount).keys());
    return { indices: new Set(), further };
  }
  const kept = mentions.filter((mention) => readStance(text, mention) !== 'rejected');
  if (kept.length === 0) return undefined;
  const indices = new Set(kept.map(({ index }) => index));
  const called = wrongOnes.exec(text);
  const wrongList = called === null ? '' : text.slice(called.index + called[0].length - 1);
  const [ones = ''] = wrongList.split(/[.!?;](?:\s|$)|\n/, 1);
  const areWrong = readList(ones, choices).indices;
  // "The incorrect ones are B and C. A and D are correct": the question may be which are wrong.
  const isEither = areWrong.size > 0 && [...indices].some((index) => !areWrong.has(index));
  return isEither ? { indices: new Set(), further: indices } : { indices };
}

/** "Falsch sind B und D", "The incorrect statements are B and C" */
const wrongOnes =
  /(?<!\p{L})(?:(?:incorrect|wrong|false)\s(?:(?:answer|option|choice|statement|one)s?\s)?(?:are|is)|falsch\s(?:sind|ist)|(?:faux|fausses)\ssont|(?:incorrectas|falsas)\sson)\s[*_(]{0,3}[A-J](?![\p{L}\p{N}])/iu;
