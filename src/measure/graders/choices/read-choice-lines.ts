import { contrastWords, spacelessContrasts } from '../texts/connectives.js';
import { rejectingLabel } from '../texts/answer-words.js';
import { indexOfText, unifySeparators } from './choice-texts.js';
import { letterIndex, placeOfLetter, type Choices, type FoundChoice } from './choices.js';
import { findBareLetters, findTextMentions, findWrappedLetters } from './find-choice-mentions.js';
import { readStance } from './read-stance.js';
import { ofIndices, openers } from './read-stated-choice.js';

const letteredLine = new RegExp(
  `^${openers}(?:[-•]\\s[\\s*_(]{0,4})?([A-Za-z])["'\`*_$]{0,3}(?:[).:\\]](?![A-Za-z])|\\s?\\|(?=.)|(?=\\s{0,2}[✓✔✅✗✘❌]))`,
  'u',
);
const loneLetter = new RegExp(
  `^${openers}(?:[-•]\\s)?(?:(?:option|choice|letter)\\s)?([A-Za-z])[\\s*_\`"'$)\\]}.:!]{0,10}$`,
  'iu',
);
const right = /\b(?:correct|right|true|yes|fits|best)\b|[✓✔✅]/i;
const wrong = /\b(?:incorrect|wrong|false|not|no|too|fails?|n't)\b|n't|[✗✘❌]/i;
const maxLine = 500;

/** The last line that is nothing but a choice. */
export function findLastLine(lines: readonly string[], choices: Choices): FoundChoice | undefined {
  for (const line of lines.toReversed()) {
    const index = line.length > maxLine ? undefined : readWholeLine(line, choices);
    if (index !== undefined) return { kind: 'found', index };
  }
  return undefined;
}

function readWholeLine(line: string, choices: Choices): number | undefined {
  const plain = line
    .replace(/^(?:[\s*_`"'$([{#>]|-(?!\d)){1,10}/, '')
    .replace(/[\s*_`"'$).!\]}]{1,10}$/, '')
    .toLowerCase();
  const named = [plain, line.trim().toLowerCase()]
    .map((text) => indexOfText(text, choices.texts))
    .find((index) => index !== -1);
  if (named !== undefined) return named;
  const letter = loneLetter.exec(line)?.[1];
  return letter === undefined ? undefined : letterIndex(letter, choices);
}

/** The options with a verdict each: "A) 3 - wrong", "B) 5 - correct". */
export function findJudgedLine(
  lines: readonly string[],
  choices: Choices,
): FoundChoice | undefined {
  const lettered = readLetteredLines(lines, choices);
  if (lettered.length < 2) return undefined;
  const [ticked, ...others] = lettered.filter(({ rest }) => /[✓✔✅✗✘❌]/u.test(rest));
  const isTicked = ticked !== undefined && /[✓✔✅][\s*_]{0,4}$/u.test(ticked.rest);
  // The only line with a mark, and the others say nothing for or against an option.
  if (isTicked && others.length === 0) return { kind: 'found', index: ticked.index };
  const chosen = lettered.filter(({ rest }) => right.test(rest) && !wrong.test(rest));
  const rejected = lettered.filter(({ rest }) => wrong.test(rest) && !/✓|✔|✅/.test(rest));
  if (chosen.length !== 1 || chosen.length + rejected.length < lettered.length) return undefined;
  return { kind: 'found', index: (chosen[0] as { index: number }).index };
}

/** The lines that begin with a choice's letter, with the rest of each. */
export function readLetteredLines(
  lines: readonly string[],
  choices: Choices,
): readonly { readonly index: number; readonly rest: string; readonly line: number }[] {
  return lines.flatMap((text, line) => {
    const match = text.length > maxLine ? null : letteredLine.exec(text);
    const index = match === null ? undefined : letterIndex(match[1] as string, choices);
    return match === null || index === undefined
      ? []
      : [{ index, rest: text.slice(match[0].length), line }];
  });
}

const labeled = /^[\s*_#>-]{0,8}([^:\n]{1,40}):[\s*_]{0,6}(\S[^\n]*)$/;

/** "Sentiment: negative 😞" */
const emoji = /(?:\s?[\p{Extended_Pictographic}\ufe0f\u200d]){1,8}\s{0,4}$/u;

/** "Sentiment: negative", whatever the label, unless it labels what was rejected. */
export function findLabeledLine(
  lines: readonly string[],
  choices: Choices,
): FoundChoice | undefined {
  const stated = lines.flatMap((line) => {
    const match = labeled.exec(line);
    const [, label = '', value = ''] = match ?? [];
    if (match === null || rejectingLabel.test(label.trim()) || label.trim().length < 2) return [];
    const index =
      readWholeLine(value.replace(/\s\([^()]{0,200}\)\W{0,5}$/, '').replace(emoji, ''), choices) ??
      readFirstClause(value, choices);
    return index === undefined ? [] : [index];
  });
  const found = ofIndices(stated);
  if (found.kind === 'found') return found;
  // Several labels that differ are what the last line sums up: "So seat 1 is Tess's."
  const isLast = found.kind === 'ambiguous' && labeled.test(lines.at(-1) ?? '');
  return isLast ? found : undefined;
}

/** What a label's value begins with: "情感:负面。虽然...", "Class: negative - the rest is noise". */
function readFirstClause(value: string, choices: Choices): number | undefined {
  const clause = clauseBreak.exec(value);
  if (clause === null) return undefined;
  const head = squeeze(value.slice(0, clause.index).toLowerCase());
  const rest = value.slice(clause.index);
  const turn = turningWord.exec(rest);
  // "Tone: positive. Overall, however, negative"
  const isTurned = turn && findTextMentions(rest.slice(turn.index), choices.texts).length > 0;
  const fitting = choices.texts.flatMap((text, index) => (squeeze(text) === head ? [index] : []));
  return fitting.length !== 1 || isTurned ? undefined : fitting[0];
}

function squeeze(text: string): string {
  return unifySeparators(text).replace(/[\s*_"'`]/g, '');
}

const clauseBreak = /[.;:](?=[*_]{0,3}\s)|[。；;]|,(?=\s)|\s[-–—(]|[（(]/;
const turningWord = new RegExp(
  String.raw`(?<!\p{L})(?:${contrastWords}|overall|finally|in\stotal|insgesamt)(?!\p{L})|${spacelessContrasts}`,
  'iu',
);

const opensWithWrong = /^[\s*_]{0,4}(?:wrong|incorrect|false)[*_]{0,2}[.,;!]/i;

/** The only line that begins with a letter. */
export function findOnlyLine(lines: readonly string[], choices: Choices): FoundChoice | undefined {
  const lettered = readLetteredLines(lines, choices);
  const said = lines
    .map((line, at) => lettered.find((one) => one.line === at)?.rest ?? line)
    .join('\n');
  // Without another letter, "Incorrect" is the text of the option.
  const isJudged =
    findBareLetters(said, choices).length > 0 || findWrappedLetters(said, choices).length > 0;
  const kept = lettered.filter(
    ({ index, rest }) =>
      !(isJudged && opensWithWrong.test(rest)) &&
      readStance(rest, { position: 0, end: 0, index }) !== 'rejected',
  );
  const indices = new Set(kept.map(({ index }) => index));
  // Two or more are the options repeated, not an answer.
  return indices.size === 1 ? { kind: 'found', index: [...indices][0] as number } : undefined;
}

/** Lines without lists of options: neighbors that go on from A to B, and further. */
export function withoutOptionLists(lines: readonly string[]): readonly string[] {
  const dropped = new Set<number>();
  for (let start = 0; start < lines.length; start++) {
    if (readOrder(lines[start]) !== 0) continue;
    let end = start;
    while (readOrder(lines[end + 1]) === end + 1 - start) end++;
    if (end === start) continue;
    for (let line = start; line <= end; line++) dropped.add(line);
  }
  return lines.filter((_, line) => !dropped.has(line));
}

function readOrder(line: string | undefined): number | undefined {
  const letter =
    line === undefined || line.length > maxLine ? undefined : letteredLine.exec(line)?.[1];
  return letter === undefined ? undefined : placeOfLetter(letter);
}
