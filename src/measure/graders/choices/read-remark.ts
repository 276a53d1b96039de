import type { Mention } from './choices.js';

/** How a remark ranks a choice behind the answer, and whether it says no more than that. */
export type Rank = 'behind' | 'behind in something' | undefined;

const letterEnd = String.raw`[)\]}*\x60"$]{0,4}(?:\s\([A-J]\)[*_]{0,2})?`;
const ordinal = [
  'second|third|next|runner-up',
  'secondo|seconda|terzo|terza',
  'deuxième|seconde|troisième',
  'segundo|segunda|tercero|tercera|terceiro|terceira',
  'zweite[rs]?|dritte[rs]?',
].join('|');
const article = String.raw`(?:(?:the|der|die|das|le|la|el|il|lo|o|a)\s)?`;
/** "Saturno (B) è il secondo.", "Saturn (B) comes second." */
const ranked = new RegExp(
  String.raw`^${letterEnd},?\s(?:(?:is|was|comes|came|ranks|follows|est|vient|arrive|es|sería|ocupa|viene|è|arriva|é|vem|fica|ist|wäre|kommt|folgt|liegt)\s)(?:(?:only|in|en|em|auf|as|an|als|solo|seulement|nur|erst)\s){0,2}${article}(?:(?:${ordinal})(?:\s(?:place|posto|lugar|stelle))?|((?:zweit|dritt)\p{L}{2,12}?))(?![\p{L}-])`,
  'iu',
);
const clauseEnd = /^[*_"')\]]{0,4}\s{0,2}(?:$|[.,;!\n])/;

/** What the text after a mention says of its rank: "is second", or "is the second largest". */
export function readRank(text: string, { end }: Mention): Rank {
  const after = text.slice(end, end + 80);
  const match = ranked.exec(after);
  if (match === null) return undefined;
  const isBare = match[1] === undefined && clauseEnd.test(after.slice(match[0].length));
  return isBare ? 'behind' : 'behind in something';
}

const statingBefore = new RegExp(
  String.raw`\s(?:is|are|ist|sind|est|es|è|é|jest)\s${article}[*"'\x60(]{0,4}$`,
  'i',
);
const statementEnd = /^[*"'`)]{0,4}(?:\s\([^()\n]{1,60}\))?(?:[.,;!]|\s{0,2}$|\n)/;

/** "The largest is Jupiter, with ...": the choice is what a clause states of its subject. */
export function isPredicate(text: string, { position, end }: Mention): boolean {
  return (
    statingBefore.test(text.slice(Math.max(0, position - 16), position)) &&
    statementEnd.test(text.slice(end, end + 70))
  );
}

const sentenceStart = new RegExp(
  String.raw`(?:^|[.!?;]\s{1,2}|\n)\s{0,4}${article}[*"']{0,4}$`,
  'i',
);
const letterInBrackets = /^[*"']{0,4}\s\([A-J]\)[*"']{0,4}\s\p{L}/u;

/** "Saturn (B) has rings": a sentence about a choice, which its letter explains. */
export function isLetteredSubject(text: string, { position, end }: Mention): boolean {
  return (
    sentenceStart.test(text.slice(Math.max(0, position - 12), position)) &&
    letterInBrackets.test(text.slice(end, end + 16))
  );
}
