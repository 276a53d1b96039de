import { letterIndex, type Choices } from './choices.js';
import { findChoiceMentions, findTextMentions, startsWithText } from './find-choice-mentions.js';
import { findMarkedAnswers } from './find-marked-answers.js';
import { simplifyMarkup } from './simplify-markup.js';

/** What stands before a choice in a list of them. */
const separator =
  /^(?:[\s*_`"'“”$()[\]{}.,;:&+/、，-]|(?:and|und|et|y|e|or|option|options|choice|choices|letters?)(?![\p{L}\p{N}])){1,20}/iu;
const letter = /^([A-Za-z])(?![\p{L}\p{N}'’])/u;
const letteredLine = /^[\s*_`"'“$([{+-]{0,8}([A-Za-z])["'`*_$]{0,3}[).:\]](?:\s|\*|$)/u;
const maxChoices = 26;

/**
 * The indices of all choices that an answer states, or undefined where it states none: those of the
 * last marked answer ("the answers are B and D"), or of the last line that holds nothing else, or of
 * the lines that begin with a letter, or all that its text mentions.
 */
export function findChoices(answer: string, choices: Choices): ReadonlySet<number> | undefined {
  const text = simplifyMarkup(answer);
  for (const marked of findMarkedAnswers(text)) {
    const { indices } = readList(marked, choices);
    if (indices.size > 0) return indices;
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '' && line.length <= 500);
  for (const line of lines.toReversed()) {
    const { indices, rest } = readList(line, choices);
    if (indices.size > 1 && rest === '') return indices;
    if (indices.size === 1 && rest === '' && lines.length === 1) return indices;
  }
  const lettered = new Set<number>();
  for (const line of lines) {
    const start = letteredLine.exec(line)?.[1];
    const index = start === undefined ? undefined : letterIndex(start, choices);
    if (index !== undefined) lettered.add(index);
  }
  if (lettered.size > 0) return lettered;
  const mentioned = new Set(findTextMentions(text, choices.texts).map(({ index }) => index));
  if (mentioned.size > 0) return mentioned;
  const single = findChoiceMentions(text, choices);
  return single === undefined ? undefined : new Set([single]);
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
    const index = startsWithText(rest, choices.texts);
    if (index !== undefined) {
      indices.add(index);
      rest = rest.slice((choices.texts[index] as string).length);
      continue;
    }
    const match = letter.exec(rest);
    const named = match === null ? undefined : letterIndex(match[1] as string, choices);
    if (match === null || named === undefined) break;
    indices.add(named);
    rest = rest.slice(match[0].length);
  }
  return { indices, rest: rest.replace(separator, '') };
}
