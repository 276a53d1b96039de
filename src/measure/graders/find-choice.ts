import { letterIndex, type Choices } from './choices.js';
import { findChoiceMentions, findTextMentions, startsWithText } from './find-choice-mentions.js';
import { findMarkedAnswers } from './find-marked-answers.js';
import { simplifyMarkup } from './simplify-markup.js';

const openers = '[\\s*_`"\'“$(\\[{]{0,8}';
const closers = /^[)\]}*_`"'”$.:,;!?]|^\s*$|^\s*[-–—(]|^\s(?:because|since|as|for|which|is)\s/;
const leadingLetter = new RegExp(
  `^${openers}(?:(?:option|choice|letter)\\s${openers})?(\\p{L})`,
  'iu',
);
const letteredLine = new RegExp(`^${openers}([A-Za-z])["'\`*_$]{0,3}[).:\\]]`, 'u');
const loneLetter = new RegExp(`^${openers}([A-Za-z])[\\s*_\`"'”$)\\]}.:!]{0,10}$`, 'u');

/**
 * The index of the choice that an answer states last, or undefined where it states none. A marked
 * answer ("the answer is", `\boxed{}`) beats a line that holds nothing else, which beats a letter in
 * brackets, bold or quotes or a choice's text, which beats a bare capital. The article "A" and the
 * pronoun "I" are no answers.
 */
export function findChoice(answer: string, choices: Choices): number | undefined {
  const text = simplifyMarkup(answer);
  for (const marked of findMarkedAnswers(text)) {
    const index = readStatedChoice(marked, choices);
    if (index !== undefined) return index;
  }
  return findChoiceLine(text, choices) ?? findChoiceMentions(text, choices);
}

/** Reads what follows "the answer is". */
function readStatedChoice(stated: string, choices: Choices): number | undefined {
  const leadingText = startsWithText(stated, choices.texts);
  if (leadingText !== undefined) return leadingText;
  return readLeadingLetter(stated, choices) ?? findTextMentions(stated, choices.texts)[0]?.index;
}

function readLeadingLetter(stated: string, choices: Choices): number | undefined {
  const match = leadingLetter.exec(stated);
  const letter = match?.[1];
  if (match === null || letter === undefined) return undefined;
  const after = stated.slice(match[0].length, match[0].length + 20);
  if (/^['’]?[\p{Script=Latin}\p{N}]/u.test(after)) return undefined;
  // "The answer is B since" is clear; "Answer: A cat" and "answer: I think" are not letters.
  if (/[^B-HJ-Z]/.test(letter) && !closers.test(after)) return undefined;
  return letterIndex(letter, choices);
}

/** The last line that is nothing but a choice; or the only choice that a line starts with. */
function findChoiceLine(text: string, choices: Choices): number | undefined {
  const lettered = new Set<number>();
  const lines = text.split('\n').reverse();
  for (const line of lines) {
    if (line.length > 500) continue;
    const lone = loneLetter.exec(line)?.[1];
    const index =
      readWholeText(line, choices.texts) ?? (lone && letterIndex(lone, choices)) ?? undefined;
    if (typeof index === 'number') return index;
    const start = letteredLine.exec(line)?.[1];
    const startIndex = start === undefined ? undefined : letterIndex(start, choices);
    if (startIndex !== undefined) lettered.add(startIndex);
  }
  // Two or more are the options repeated, not an answer.
  return lettered.size === 1 ? [...lettered][0] : undefined;
}

function readWholeText(line: string, texts: readonly string[]): number | undefined {
  const plain = line
    .replace(/^[\s*_`"'“$(]{1,10}/, '')
    .replace(/[\s*_`"'”$).!]{1,10}$/, '')
    .toLowerCase();
  const index = texts.findIndex((text) => text === plain || text === line.trim().toLowerCase());
  return index === -1 ? undefined : index;
}
