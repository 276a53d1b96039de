import { letterIndex, type Choices } from './choices.js';

export interface Mention {
  readonly position: number;
  readonly index: number;
}

const wrappedLetter =
  /(?<![\p{Script=Latin}\p{N})\]])[([{*`"“$]{1,6}([A-Za-z])[.):]?[)\]}*`"”$]|\b(?:option|choice|letter)\s([A-Za-z])(?![\p{Script=Latin}\p{N}'’])/giu;
/**
 * Bare capitals; not in words, initials, "A/B", "C++" or "C#", and not what numbers a list of
 * options. A only where a clause ends, I never.
 */
const bareLetter =
  /(?<![\p{Script=Latin}\p{N}.'’/&+-])(?:[B-HJ-Z](?![\p{Script=Latin}\p{N}'’/&+#)-]|\.\p{L}|(?<=^[ \t]{0,4}\p{L})[.:])|A(?=[.!?;,]?(?:\s*$|[.!?;,]\s)))/gmu;
const negation =
  /(?:\b(?:not|nor|neither|never|no|than|instead of)|n['’]t(?: be)?)\s(?:(?:option|choice|the|an?|\(?[A-Z][).:])\s)?$/i;

/** The choice that running text mentions last and does not deny, or undefined. */
export function findChoiceMentions(text: string, choices: Choices): number | undefined {
  const wrapped = findLetters(text, wrappedLetter, choices);
  const strong = [...wrapped, ...findTextMentions(text, choices.texts)];
  const mentions = strong.length > 0 ? strong : findLetters(text, bareLetter, choices);
  let last: Mention | undefined;
  for (const mention of mentions) {
    if (last === undefined || mention.position >= last.position) last = mention;
  }
  return last?.index;
}

function findLetters(text: string, pattern: RegExp, choices: Choices): readonly Mention[] {
  const mentions: Mention[] = [];
  for (const match of text.matchAll(pattern)) {
    const index = letterIndex(match[1] ?? match[2] ?? match[0], choices);
    if (index === undefined || isNegated(text, match.index)) continue;
    mentions.push({ position: match.index, index });
  }
  return mentions;
}

/** Where the texts of the choices occur as whole words and are not denied, in order. */
export function findTextMentions(text: string, texts: readonly string[]): readonly Mention[] {
  const lowerCase = text.toLowerCase();
  const mentions = texts.flatMap((sought, index) => {
    const found: (Mention & { readonly end: number })[] = [];
    for (let at = lowerCase.indexOf(sought); at !== -1; at = lowerCase.indexOf(sought, at + 1)) {
      const end = at + sought.length;
      if (isWord(lowerCase, at, end)) found.push({ position: at, index, end });
    }
    return found;
  });
  mentions.sort((a, b) => a.position - b.position || b.end - a.end);
  // "not entailed" is not also "entailed": what lies inside a longer mention does not count.
  let coveredTo = 0;
  return mentions.filter(({ position, end }) => {
    const inside = end <= coveredTo;
    coveredTo = Math.max(coveredTo, end);
    return !inside && !isNegated(lowerCase, position);
  });
}

/** The longest choice that a text starts with, whatever emphasis or quotes are around it. */
export function startsWithText(text: string, texts: readonly string[]): number | undefined {
  const start = text.replace(/^[\s*_`"'“$(]{1,10}/, '').toLowerCase();
  let longest = -1;
  for (const [index, sought] of texts.entries()) {
    if (!start.startsWith(sought) || !isWord(start, 0, sought.length)) continue;
    if (longest === -1 || sought.length > (texts[longest] as string).length) longest = index;
  }
  return longest === -1 ? undefined : longest;
}

function isWord(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 1), start);
  const after = text.slice(end, end + 1);
  return !/[\p{Script=Latin}\p{N}]/u.test(before + after);
}

function isNegated(text: string, position: number): boolean {
  return negation.test(text.slice(Math.max(0, position - 32), position));
}
