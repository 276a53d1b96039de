import { answerTags } from './answer-tags.js';
import { abbreviations } from './split-sentences.js';
import { cutRunOn, findMarkedAnswers, type MarkedAnswer } from './find-marked-answers.js';
import { closeCutJson } from '../json/close-cut-json.js';
import { boxedCommand, findClosingBrace } from '../math/plain-math.js';
import {
  deniesBefore,
  findHesitation,
  findRestart,
  isDoubtful,
  isWeighed,
} from './weighed-sentences.js';

/** What a cut-off answer states, as a text that ends with it. */
export interface CutOffStatement {
  readonly text: string;
  /** Whether the text marks its answer; else it holds nothing but the answer. */
  readonly isMarked: boolean;
  /** False where the answer may go on, or may not stand: then it is right at best in one reading. */
  readonly isSure: boolean;
}

/**
 * Whether an announced answer in the sentence that was cut off is closed ("**42**", "B because"), or
 * may go on ("42"); undefined where it is no answer yet. `length` is how much belongs to the answer.
 */
export type TailReader = (
  stated: string,
  sentence: string,
) => { readonly isClosed: boolean; readonly length: number } | undefined;

/** How a kind of answers is read. */
interface CutOffReading {
  readonly readTail: TailReader;
  /** Whether a sentence cannot announce an answer of this kind, whatever its verb. */
  readonly isOther?: (sentence: string) => boolean;
  /** Whether what follows "Answer:" may be the beginning of a solution, and not the answer. */
  readonly isLoose?: (stated: string) => boolean;
}

/**
 * Where a sentence or a line is over. The point of "1. Identify" and of "approx. 5" ends none, and at the end
 * of the text the one of "42." may go on with decimals.
 */
const sentenceEnd = new RegExp(
  String.raw`[.!?…](?<!\b(?:${abbreviations})\.)(?<!(?:^|\n)[\s*_#>]{0,8}\d{1,3}[.!?…])(?:["')*_$\x60\]]{0,4}(?=\s)|(?<=\p{L}["')*_]{0,3}[.!?])["')*_]{0,4}$)|[。！？।]["」』）)*_]{0,4}|\n\s*`,
  'gu',
);
const openTag = new RegExp(String.raw`<(${answerTags})>(?=[^<]{0,2000}$)`, 'i');
const closedTag = new RegExp(String.raw`<(${answerTags})>[^<]{0,2000}</\1>`, 'gi');
/** Thousands of them would be looked at one by one. */
export const blankLines = /\n{3,}/g;
/** Two boxes that are joined are one statement, of which the second is still to come. */
const joinsOther = /^[$\s]{0,4}(?:,|or|and|oder|und|ou|et|o|y)[$\s]{0,4}(?:\\|$)/;
const maxBoxed = 500;
/** Earlier boxes do not end later than all of these. */
const maxBoxes = 12;

/**
 * The statement of a text that was cut off: its marked answers that are whole, without those that
 * are only weighed, and behind the place where it begins again. Undefined where it marks none.
 */
export function readCutOffMarks(text: string, reading: CutOffReading): CutOffStatement | undefined {
  const { isOther = () => false } = reading;
  const json = closeCutJson(text);
  if (json !== undefined) {
    const after = text.slice(text.lastIndexOf('}'));
    const isSure = findHesitation(after) === -1;
    return findRestart(after) === -1 ? { text: json, isMarked: true, isSure } : undefined;
  }
  const answer = cutRunOn(text);
  // What comes before a further question was not cut off.
  const { sentences, rest } = splitCutOff(answer === text ? text : `${answer}\n`);
  const whole = sentences
    .filter(
      (one, at) => !isWeighed(one) && !isOther(one) && !deniesBefore(sentences[at + 1] ?? rest),
    )
    .join('');
  const said = whole + rest;
  const restart = findRestart(said);
  const hesitation = findHesitation(said);
  const isHesitant = hesitation > restart;
  for (const from of isHesitant ? [hesitation, restart] : [restart]) {
    const start = Math.max(0, from);
    const found = readFrom(whole.slice(start), said.slice(Math.max(start, whole.length)), reading);
    if (found === undefined) continue;
    const stands = !isHesitant || from === hesitation;
    return { ...found, isSure: found.isSure && stands };
  }
  return undefined;
}

/** The whole sentences of a cut-off text, and what there is of the one that was cut. */
export function splitCutOff(text: string): {
  readonly sentences: readonly string[];
  readonly rest: string;
} {
  const known = cutOpenFormula(text.replace(openTag, 'Answer: '));
  const sentences: string[] = [];
  let from = 0;
  for (const { index, 0: mark } of known.matchAll(sentenceEnd)) {
    const end = index + mark.length;
    if (end <= from) continue;
    const space = /^\s*/.exec(known.slice(end, end + 8))?.[0].length ?? 0;
    sentences.push(known.slice(from, end + space));
    from = end + space;
  }
  const closed = findClosedMark(known);
  if (closed > from) sentences.push(known.slice(from, closed));
  return { sentences, rest: known.slice(Math.max(from, closed)) };
}

function readFrom(
  whole: string,
  rest: string,
  { readTail, isLoose }: CutOffReading,
): CutOffStatement | undefined {
  const tail = readAnnouncedTail(whole, rest, readTail);
  const closed = tail?.isClosed === true ? whole + rest.slice(0, tail.end) : whole;
  const [mark] = findMarkedAnswers(closed);
  if (mark !== undefined) {
    const isBegun =
      mark.kind === 'announced' &&
      isLoose?.(mark.text) === true &&
      /[:：\n][\s*_]{0,8}$/.test(closed.slice(Math.max(0, mark.start - 12), mark.start));
    const isSure =
      !isBegun && !isDoubtful(findSentence(closed, mark.start)) && !joinsOther.test(rest);
    return { text: closed, isMarked: true, isSure };
  }
  return tail === undefined
    ? undefined
    : { text: whole + rest.slice(0, tail.end), isMarked: true, isSure: false };
}

/** The sentence that a position of a text lies in. */
function findSentence(text: string, position: number): string {
  const { sentences, rest } = splitCutOff(text);
  let end = 0;
  for (const sentence of sentences) {
    end += sentence.length;
    if (position < end) return sentence;
  }
  return rest;
}

/** What the sentence that was cut off announces. */
function readAnnouncedTail(
  whole: string,
  rest: string,
  readTail: TailReader,
): { readonly isClosed: boolean; readonly end: number } | undefined {
  if (rest.trim() === '' || isWeighed(rest)) return undefined;
  const said = whole + rest;
  const last = findMarkedAnswers(said)
    .filter(({ kind }) => kind === 'announced' || kind === 'hashes')
    .reduce<MarkedAnswer | undefined>(
      (latest, one) => (latest === undefined || one.start > latest.start ? one : latest),
      undefined,
    );
  if (last === undefined || /[^\s*_:]/.test(said.slice(last.start, whole.length))) return undefined;
  const stated = said.slice(last.start).replace(/^#{4}/, '');
  const read = readTail(stated, rest);
  if (read === undefined) return undefined;
  return { isClosed: read.isClosed, end: rest.length - stated.length + read.length };
}

/** Where the last box or tag that is closed ends; 0 where there is none. */
function findClosedMark(text: string): number {
  const boxes = [...text.matchAll(boxedCommand)]
    .slice(-maxBoxes)
    .map(({ index, 0: { length } }) => {
      const open = index + length - 1;
      return findClosingBrace(text, open, Math.min(text.length, open + maxBoxed)) + 1;
    });
  const tags = [...text.matchAll(closedTag)].map(({ index, 0: { length } }) => index + length);
  return Math.max(0, ...boxes, ...tags);
}

/** A text without the formula, or the box, at its end that is not closed. */
function cutOpenFormula(text: string): string {
  const dollars = [...text.matchAll(/\$\$/g)].map(({ index }) => index);
  const open = [
    dollars.length % 2 === 1 ? dollars.at(-1) : undefined,
    ...delimiters.map(([opening, closing]) => {
      const at = [...text.matchAll(opening)].at(-1)?.index;
      return at === undefined || closing.test(text.slice(at)) ? undefined : at;
    }),
    findOpenBox(text),
  ].filter((at) => at !== undefined);
  return text.slice(0, Math.min(text.length, ...open));
}

/** Behind a second backslash, "\\[2pt]" is the space between two lines. */
const delimiters = [
  [/(?<!\\)\\\[/g, /\\\]/],
  [/(?<!\\)\\\(/g, /\\\)/],
  [/\\begin\{/g, /\\end\{/],
] as const;

function findOpenBox(text: string): number | undefined {
  const last = [...text.matchAll(boxedCommand)].at(-1);
  if (last === undefined) return undefined;
  const open = last.index + last[0].length - 1;
  const isClosed =
    text.length - open > maxBoxed || findClosingBrace(text, open, text.length) !== -1;
  return isClosed ? undefined : last.index;
}
