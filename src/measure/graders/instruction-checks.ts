import { includesPart, normalizeForSearch } from './contains.js';
import { findJson } from './find-json.js';
import { countSentences, countWords } from './split-words.js';

/** Instructions that an answer is checked for; what is absent was not asked for. */
export interface Instructions {
  readonly minWords?: number;
  readonly maxWords?: number;
  readonly minSentences?: number;
  readonly maxSentences?: number;
  readonly minCharacters?: number;
  readonly maxCharacters?: number;
  readonly lines?: number;
  readonly paragraphs?: number;
  readonly bullets?: number;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly startsWith?: string;
  readonly endsWith?: string;
  readonly letters?: 'upper' | 'lower';
  readonly format?: 'json' | 'bullets' | 'numbered' | 'table' | 'code' | 'plain';
  readonly maxCommas?: number;
}

/** One instruction, and whether a text keeps to it. */
export interface InstructionCheck {
  readonly name: string;
  keeps(text: string): boolean;
}

const bulletLine = /^\s{0,20}[-*+•–]\s+\S/;
const numberedLine = /^\s{0,20}\d{1,3}[.)]\s+\S/;
const tableRule = /^\s{0,5}\|?\s{0,20}:?-+:?\s{0,20}(?:\||$)/;
const markdown = /\*\*|__|```|^#{1,6}\s|^\s{0,20}[-*+•]\s|^\s{0,20}\d{1,3}[.)]\s|^\s{0,20}\|/m;

/** The checks that instructions ask for, one each; a list of texts is a check for every text. */
export function listInstructionChecks(asked: Instructions): readonly InstructionCheck[] {
  const checks: InstructionCheck[] = [];
  const add = <Value>(
    name: string,
    value: Value | undefined,
    keeps: (text: string, value: Value) => boolean,
  ): void => {
    if (value !== undefined) checks.push({ name, keeps: (text) => keeps(text, value) });
  };
  add('minWords', asked.minWords, (text, least) => countWords(text) >= least);
  add('maxWords', asked.maxWords, (text, most) => countWords(text) <= most);
  add('minSentences', asked.minSentences, (text, least) => countSentences(text) >= least);
  add('maxSentences', asked.maxSentences, (text, most) => countSentences(text) <= most);
  add('minCharacters', asked.minCharacters, (text, least) => countCharacters(text) >= least);
  add('maxCharacters', asked.maxCharacters, (text, most) => countCharacters(text) <= most);
  add('lines', asked.lines, (text, lines) => listLines(text).length === lines);
  add('paragraphs', asked.paragraphs, (text, number) => text.split(/\n\s*\n/).length === number);
  add('bullets', asked.bullets, (text, number) => listLines(text).filter(isItem).length === number);
  add('startsWith', asked.startsWith, (text, start) =>
    bare(text).startsWith(normalizeForSearch(start, true)),
  );
  add('endsWith', asked.endsWith, (text, end) =>
    bare(text).endsWith(normalizeForSearch(end, true)),
  );
  add('letters', asked.letters, (text, letters) =>
    letters === 'upper' ? text === text.toUpperCase() : text === text.toLowerCase(),
  );
  add('format', asked.format, hasFormat);
  add('maxCommas', asked.maxCommas, (text, most) => text.split(/[,，、،]/).length - 1 <= most);
  for (const part of asked.include ?? []) add(`include "${part}"`, part, holds);
  for (const part of asked.exclude ?? []) {
    add(`exclude "${part}"`, part, (text, unwanted) => !holds(text, unwanted));
  }
  return checks;
}

function holds(text: string, part: string): boolean {
  const plain = normalizeForSearch(text, false);
  return includesPart(plain, part, { caseSensitive: false, wholeWords: true });
}

function hasFormat(text: string, format: NonNullable<Instructions['format']>): boolean {
  const lines = listLines(text);
  switch (format) {
    case 'json':
      return isJsonOnly(text);
    case 'bullets':
      return lines.every((line) => bulletLine.test(line));
    case 'numbered':
      return lines.every((line) => numberedLine.test(line));
    case 'table':
      return lines.length >= 2 && lines.some((line) => line.includes('|') && tableRule.test(line));
    case 'code':
      return /^```[^\n]{0,40}\n[\s\S]*\n?```$/.test(text);
    case 'plain':
      return !markdown.test(text);
  }
}

/** JSON and nothing else, in a code fence or not. */
function isJsonOnly(text: string): boolean {
  const unfenced = text.replace(/^```(?:json)?[^\S\n]{0,20}\n/i, '').replace(/\n?```$/, '');
  return findJson(unfenced)?.isWhole === true;
}

function listLines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

function isItem(line: string): boolean {
  return bulletLine.test(line) || numberedLine.test(line);
}

/** Without emphasis, quotation marks or heading marks around it. */
function bare(text: string): string {
  const inner = text.replace(/^[\s*_#`"“'>]{1,20}/, '').replace(/[\s*_`"”']{1,20}$/, '');
  return normalizeForSearch(inner === '' ? text : inner, true);
}

function countCharacters(text: string): number {
  return [...text].length;
}
