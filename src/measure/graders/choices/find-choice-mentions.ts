import { choicePatterns } from './choice-texts.js';
import { letterIndex, type Choices, type Mention } from './choices.js';
import { nonPrefix, readStance } from './read-stance.js';

const wrappedLetter =
  /(?<![\p{L}\p{N})\]])[([{*`"$]{1,6}([A-Za-z])[.):]?[)\]}*`"$]|\b(?:options?|choices?|letters?|answers?|statements?|aussagen?|antwort|propositions?|affirmation|afirmación|afirmação|affermazione|alternativa|opción|opzione|opção|auswahl|вариант)\s\(?([A-Za-z])(?![\p{L}\p{N}'])|(?:选项|選択肢)\s?([A-Za-z])(?![A-Za-z])/giu;
/**
 * Bare capitals; not in words, initials, "A/B", "C++" or "C#", and not what numbers a list of
 * options. A only where a clause ends or something is said of it, I never.
 */
const bareLetter =
  /(?<![\p{Script=Latin}\p{N}.'/&+-])(?:(?<=\b(?:[Ss]o|[Tt]hus|[Hh]ence|[Tt]herefore),?\s)[A-J](?=\)\s)|[B-HJ-Z](?=(?:'d[ıiuü]r)?(?![\p{Script=Latin}\p{N}'/&+#)-])|\.\p{L}|(?<=^[ \t]{0,4}\p{L})[.:])|A(?=[.!?;,:]?(?:\s*$|[.!?;,:]\s)|\s(?:is|was|seems|looks|because|since|best|correctly|accurately|describes|captures|explains|matches|fits|states|represents|shows|follows|satisfies|holds|must|can|would|could|should|has\sto|the\s(?:best|strongest|only|correct|right|most|likeliest))\s|\sremains(?:[.!]|$)|\s(?:and|or|und|oder|et|ou|y|e)\s[B-Z]\b))/gmu;

/** Letters that stand out by brackets, emphasis or a word such as "option". */
export function findWrappedLetters(text: string, choices: Choices): readonly Mention[] {
  return findLetters(text, wrappedLetter, choices);
}

/** Capitals that stand alone. */
export function findBareLetters(text: string, choices: Choices): readonly Mention[] {
  return findLetters(text, bareLetter, choices);
}

/** All letters: those that stand out, and then those that stand alone. */
export function findLetterMentions(text: string, choices: Choices): readonly Mention[] {
  return [...findWrappedLetters(text, choices), ...findBareLetters(text, choices)];
}

/** All texts and then all letters. */
export function findMentions(text: string, choices: Choices): readonly Mention[] {
  return [...findTextMentions(text, choices.texts), ...findLetterMentions(text, choices)];
}

function findLetters(text: string, pattern: RegExp, choices: Choices): readonly Mention[] {
  const mentions: Mention[] = [];
  for (const match of text.matchAll(pattern)) {
    const index = letterIndex(match[1] ?? match[2] ?? match[3] ?? match[0], choices);
    if (index === undefined) continue;
    mentions.push({ position: match.index, end: match.index + match[0].length, index });
  }
  return mentions;
}

/** Where the texts of the choices occur as whole words, in order. */
export function findTextMentions(text: string, texts: readonly string[]): readonly Mention[] {
  const lowerCase = text.toLowerCase();
  const patterns = choicePatterns(texts);
  const areUnlabeled = patterns[0]?.unlabeled !== undefined && !namesLetter(text, texts);
  const mentions = patterns.flatMap(({ anywhere, unlabeled }, index) => {
    const found: Mention[] = [];
    const pattern = areUnlabeled && unlabeled !== undefined ? unlabeled : anywhere;
    for (const { index: at, 0: match } of lowerCase.matchAll(pattern)) {
      const end = at + match.length;
      if (
        isWord(lowerCase, at, end) &&
        !isDeterminer(lowerCase, match, end) &&
        !isIdiom(lowerCase, at)
      ) {
        found.push({ position: at, index, end });
      }
    }
    return found;
  });
  mentions.sort((a, b) => a.position - b.position || b.end - a.end);
  // "not entailed" is not also "entailed": what lies inside a longer mention does not count.
  let coveredTo = 0;
  return mentions.filter(({ end }) => {
    const inside = end <= coveredTo;
    coveredTo = Math.max(coveredTo, end);
    return !inside;
  });
}

/** "B. Rome was only the first": beside a letter that is not rejected, a text is what is spoken of. */
function namesLetter(text: string, texts: readonly string[]): boolean {
  const choices = { texts, letterCount: texts.length };
  return findLetterMentions(text, choices).some(
    (mention) => readStance(text, mention) !== 'rejected',
  );
}

/** "no doubt" does not say no. */
function isDeterminer(text: string, sought: string, end: number): boolean {
  return (
    /^(?:no|kein|keine|non|não|nie)$/.test(sought) && /^\s\p{L}/u.test(text.slice(end, end + 2))
  );
}

/** "In my opinion" is no opinion, and "in fact" no fact. */
function isIdiom(text: string, at: number): boolean {
  const idiom =
    /\b(?:in\s(?:my|our|your)\sopinion|in\sfact|as\sa\smatter\sof\sfact|the\sfact\sthat)\b/g;
  const start = Math.max(0, at - 24);
  return [...text.slice(start, at + 12).matchAll(idiom)].some(
    ({ index, 0: { length } }) => start + index < at && start + index + length > at,
  );
}

/** The longest choice that a text starts with, whatever emphasis or quotes are around it. */
export function startsWithText(
  text: string,
  texts: readonly string[],
): { readonly index: number; readonly end: number } | undefined {
  const opening = /^(?:[\s*_`"'$([{#>]|-(?!\d)){0,12}/.exec(text)?.[0].length ?? 0;
  const start = text.slice(opening).toLowerCase();
  let longest: { readonly index: number; readonly end: number } | undefined;
  for (const [index, pattern] of choicePatterns(texts).entries()) {
    const length = pattern.start.exec(start)?.[0].length;
    if (length === undefined || !isWord(start, 0, length)) continue;
    const end = opening + length;
    if (longest === undefined || end > longest.end) longest = { index, end };
  }
  return longest;
}

const spacedLetter =
  /[\p{N}\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Devanagari}]/u;

/**
 * "very_high" and "high-end" are not "high", and "-3" is not "3"; "_high_" is, and "non-high" speaks
 * of it.
 */
function isWord(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 8), start);
  const after = text.slice(end, end + 2);
  return (
    !spacedLetter.test(before.slice(-1)) &&
    !spacedLetter.test(after.slice(0, 1)) &&
    (!/(?:\p{L}-|[\p{L}\p{N}]_)$/u.test(before) || nonPrefix.test(before)) &&
    !/^(?:-\p{L}|_[\p{L}\p{N}])/u.test(after) &&
    !(/(?<![\p{L}\p{N}])-$/u.test(before) && /\d/.test(text[start] ?? ''))
  );
}
