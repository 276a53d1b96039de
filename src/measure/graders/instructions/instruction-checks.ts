import { createSearchText, includesPart, normalizeForSearch, removeMarkdown } from '../contains.js';
import { findJson } from '../json/find-json.js';
import { countSentences, countWords } from '../texts/split-words.js';

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

const bulletLine = /^\s{0,20}(?:[-*+•◦●○▪■‣▸–—]\s+|・\s*)\S/;
const numberedLine = /^\s{0,20}(?:\*\*|__)?(?:\(?\d{1,3}[.)]|\(?[a-z]\))(?:\*\*|__)?\s+\S/;
/** A line across the page. */
const rule = /^\s{0,3}(?:(?:-\s?){3,}|(?:\*\s?){3,}|(?:_\s?){3,})$/;
const tableRule = /^\s{0,5}\|?\s{0,20}:?-+:?\s{0,20}(?:\||$)/;
const blockMarkdown = /^#{1,6}\s|^\s{0,20}\||^```/m;
const inlineMarkdown =
  /\*\*|__|`[^`\n]+`|\[[^[\]\n]{1,200}\]{1,2}\([^()\n]{1,300}(?:\([^()\n]{0,100}\)[^()\n]{0,100})?\)|(?<![\p{L}\p{N}*])\*(?=\S)[^*\n]{1,200}(?<=\S)\*(?![\p{L}\p{N}*])|(?<![\p{L}\p{N}_/])_(?=\p{L})[^_\n]{1,200}(?<=\p{L})_(?![\p{L}\p{N}_])/u;
/** "1. January was cold." begins with a date, and "- Really? - Yes." is a dialogue. */
const noItem =
  /^\s{0,20}(?:\d{1,2}\.\s(?:January|February|March|April|May|June|July|August|September|October|November|December|Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember)(?!\p{L})|[-–—]\s[^\n]*[.?!]\s[-–—]\s)/u;
/** Lower-case letters without an upper case of their own. */
const caseless = /[ßªºĸµ]/g;

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
  add('minWords', asked.minWords, (text, min) => countWords(text, min) >= min);
  add('maxWords', asked.maxWords, (text, max) => countWords(text, max) <= max);
  add('minSentences', asked.minSentences, (text, min) => countSentences(text, min) >= min);
  add('maxSentences', asked.maxSentences, (text, max) => countSentences(text, max) <= max);
  add('minCharacters', asked.minCharacters, (text, min) => countCharacters(text) >= min);
  add('maxCharacters', asked.maxCharacters, (text, max) => countCharacters(text) <= max);
  add('lines', asked.lines, (text, lines) => listLines(text).length === lines);
  add('paragraphs', asked.paragraphs, (text, number) => countParagraphs(text) === number);
  add('bullets', asked.bullets, (text, number) => countItems(text) === number);
  add('startsWith', asked.startsWith, (text, start) =>
    listReadings(text).some((form) => form.startsWith(normalizeForSearch(start, true))),
  );
  add('endsWith', asked.endsWith, (text, end) =>
    listReadings(text).some((form) => form.endsWith(normalizeForSearch(end, true))),
  );
  add('letters', asked.letters, (text, letters) => {
    const cased = text.replace(caseless, '');
    return cased === (letters === 'upper' ? cased.toUpperCase() : cased.toLowerCase());
  });
  add('format', asked.format, hasFormat);
  add('maxCommas', asked.maxCommas, (text, max) => text.split(/[,，、،]/).length - 1 <= max);
  for (const part of asked.include ?? []) add(`include "${part}"`, part, holds);
  for (const part of asked.exclude ?? []) {
    add(`exclude "${part}"`, part, (text, unwanted) => !holds(text, unwanted));
  }
  return checks;
}

function holds(text: string, part: string): boolean {
  const search = createSearchText(text, false);
  return includesPart(search, part, { caseSensitive: false, wholeWords: true });
}

function hasFormat(text: string, format: NonNullable<Instructions['format']>): boolean {
  const lines = listLines(text);
  switch (format) {
    case 'json':
      return isJsonOnly(text);
    case 'bullets':
      return isList(lines, bulletLine);
    case 'numbered':
      return isList(lines, numberedLine);
    case 'table':
      return lines.length >= 2 && lines.some((line) => line.includes('|') && tableRule.test(line));
    case 'code':
      return /^```(?:[^\n]{0,40}\n[\s\S]*\n?|[^\n`]+)```$/.test(text);
    case 'plain':
      return !blockMarkdown.test(text) && !inlineMarkdown.test(text) && !lines.some(isPlainItem);
  }
}

/** A list whose items may go on in lines that are indented. */
function isList(lines: readonly string[], item: RegExp): boolean {
  const [first = ''] = lines;
  return (
    item.test(first) && lines.every((line) => item.test(line) || /^(?:\s{2,}|\t)\S/.test(line))
  );
}

function isPlainItem(line: string): boolean {
  return isItem(line) && !noItem.test(line);
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
  return (bulletLine.test(line) || numberedLine.test(line)) && !rule.test(line);
}

/** The items of lists, without those of lists inside of an item. */
function countItems(text: string): number {
  const items = listLines(text).filter(isItem);
  const indents = items.map((line) => line.length - line.trimStart().length);
  const outer = Math.min(...indents);
  return indents.filter((indent) => indent <= outer + 1).length;
}

/** Blocks between blank lines; a line across the page is none, and the items of a list are one. */
function countParagraphs(text: string): number {
  const blocks = text.split(/\n\s*\n/).filter((block) => block.trim() !== '' && !rule.test(block));
  return blocks.filter((block, index) => {
    const before = blocks[index - 1];
    return before === undefined || !isListBlock(before) || !isListBlock(block);
  }).length;
}

function isListBlock(block: string): boolean {
  return isItem(listLines(block)[0] ?? '');
}

/** A text as written, without Markdown, and without what is around the whole of it. */
function listReadings(text: string): readonly string[] {
  const inner = text.replace(/^[\s*_#`"“'>]{1,20}/, '').replace(/[\s*_`"”']{1,20}$/, '');
  return [text, removeMarkdown(text), inner === '' ? text : removeMarkdown(inner)].map((form) =>
    normalizeForSearch(form, true),
  );
}

function countCharacters(text: string): number {
  return [...text.normalize('NFC')].length;
}
