import {
  boldLabel,
  maxItems,
  readLine,
  splitNumbered,
  type ListItem,
  type ListRules,
} from './read-list-line.js';
import { readLiteral } from './read-literal.js';
import { readMarkedParts } from './read-marked-list.js';
import { isNoneSign } from './says-none.js';

/** Longer answers are read up to here. */
const maxCharacters = 20_000;
export const bullet = /^\s{0,20}(?:(?:[-*+•◦●▪‣–—]|\(?\d{1,3}[.)]|\(?[A-Za-z]\))\s{1,5}|・\s{0,2})/;
/** "- [ ] Rome", "☐ Rome": where some boxes are ticked, the list is judged, too. */
const emptyBox = /^(\s{0,20})(?:[-*+•]\s{1,5})?(?:\[\s?\]|☐)\ufe0f?[^\S\n]{1,5}(?=\S)/gmu;
const tickedBox = /\[[xX✓✔]\]|[✅✓✔☑❌✗✘]/u;
/** "🇫🇷 France" */
const leadingEmoji =
  /^(?:[\p{Extended_Pictographic}\p{Regional_Indicator}\ufe0f\u200d]{1,8}\s{1,2})(?=\p{L}|\*\*)/u;
/** What a model adds below its list: a courtesy, and a note or an explanation. */
const courtesy = String.raw`(?:(?:please\s)?let\sme\sknow|(?:please\s)?feel\sfree|(?:i\s)?hope\s(?:this|that|it)|would\syou\slike|do\syou\swant|if\syou(?:'d|\s(?:need|want|have|would|like)))(?!\p{L})`;
const addedLine = new RegExp(
  String.raw`^[\s*_#>(-]{0,6}(?:${courtesy}|(?:note|explanation|hinweis|anmerkung|erklärung|remarque|explication|nota|explicación|spiegazione)\s?[*_]{0,2}:)`,
  'iu',
);
const addedSentence = new RegExp(
  String.raw`(?<=[.!?][*_"')]{0,3})\s{1,3}${courtesy}.{0,300}$`,
  'iu',
);

/**
 * The text without the courtesies, notes and explanations that it ends with: "I hope this helps!"
 *
 * @param isItem whether a text is known to be an item, and no addition
 */
function dropAdditions(text: string, isItem: (line: string) => boolean): string {
  const lines = text.split('\n');
  const isEmpty = (line: string): boolean => line.trim() === '';
  let end = lines.length;
  for (let at = end - 1; at > 0; at--) {
    const line = lines[at] as string;
    if (isEmpty(line)) continue;
    if (!addedLine.test(line) || isItem(line) || lines.slice(0, at).every(isEmpty)) break;
    end = at;
  }
  const kept = dropClosing(lines.slice(0, end).join('\n').trimEnd(), isItem);
  return kept.replace(addedSentence, '');
}

/** "These are the three items mentioned.": a paragraph that speaks of the list above it. */
const closing =
  /\n[^\S\n]*\n[\s*_(]{0,4}((?:these|those|they|this|that|all|das|dies|diese|ces?|estos|estas|esos|esas|questi|queste|estes)\s(?:\p{L}{1,12}\s){0,3}?(?:is|are|were|was|ist|sind|est|sont|son|sono|são)\s[^\n]{4,200}[.!][*_)]{0,3})$/iu;
/** "These are all, but eggs are named as well" */
const addsItem =
  /[:;]|(?<!\p{L})(?:and|und|et|y|e|with|mit|avec|con|com|including|also|too|plus|besides|except|but|however|though|another|others?|further|more|as\swell|auch|aber|außer|aussi|mais|también|pero|anche|ma|também|mas|также|но)(?!\p{L})/iu;

/** The lines without such a paragraph, where they are several and none is a sentence. */
function dropClosing(text: string, isItem: (line: string) => boolean): string {
  const [found, said = ''] = closing.exec(text) ?? [];
  if (found === undefined || addsItem.test(said) || isItem(said)) return text;
  const kept = text.slice(0, -found.length).trimEnd();
  const lines = kept.split('\n').filter((line) => line.trim() !== '');
  const areItems = lines.length > 1 && lines.every((line) => !/[.!?][*_"')]{0,3}\s*$/.test(line));
  return areItems ? kept : text;
}

/** A text that lists something, and what is known of its items. */
export interface ListText extends ListRules {
  readonly answer: string;
  /** What is done with a text that is no literal before it is divided. */
  rewrite(text: string): string;
  /** Whether a text says that there is nothing to list. */
  saysNone(text: string): boolean;
}

/**
 * The items of an answer's list: of a JSON or Python list, a table, lines with bullets or numbers,
 * lines, or a single line with separators and "and".
 */
export function readList(text: ListText): readonly ListItem[] {
  if (text.saysNone(text.answer)) return [];
  const parts = readMarkedParts(text.answer);
  const areBullets = !tickedBox.test(text.answer);
  return readParts(text, areBullets ? parts.map((part) => part.replace(emptyBox, '$1- ')) : parts);
}

/** The items of the parts of an answer that make up its list. */
export function readParts(text: ListText, parts: readonly string[]): readonly ListItem[] {
  const isNone = (said: string): boolean =>
    text.saysNone(said) || (isNoneSign(said) && !text.isItem(said));
  const items = parts.flatMap((part) => {
    const literal = readLiteral(part);
    if (literal !== undefined) {
      const [[only = ''] = [], ...more] = literal;
      return more.length === 0 && isNone(only) ? [] : literal;
    }
    const lines = dropAdditions(text.rewrite(part.slice(0, maxCharacters)), text.isItem);
    return isNone(lines) ? [] : readLines(splitLines(lines), text);
  });
  return items.slice(0, maxItems);
}

/** The lines of a list that is no literal; none where it is one. */
export function listLines({ answer, rewrite, isItem }: ListText): readonly string[] {
  return readMarkedParts(answer).flatMap((part) =>
    readLiteral(part) === undefined
      ? splitLines(dropAdditions(rewrite(part.slice(0, maxCharacters)), isItem))
      : [],
  );
}

function splitLines(text: string): readonly string[] {
  return text
    .replace(/<li[^>]{0,80}>/gi, '\n- ')
    .replace(/<\/?(?:ul|ol|li)[^>]{0,80}>/gi, '\n')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trim().startsWith('```'));
}

function readLines(lines: readonly string[], rules: ListRules): readonly ListItem[] {
  const rows = readTable(lines, rules.isItem);
  if (rows !== undefined) return rows;
  const [first = '', ...others] = lines;
  // One line with "1. " in it several times is a list too.
  const isInline = lines.length === 1 && splitNumbered(first) !== undefined;
  const { outer, inner } = findBullets(lines);
  if (outer.length > 0 && !isInline) {
    const [items, details] = [outer, inner].map((bullets) => bullets.map(readBullet)) as [
      ListItem[],
      ListItem[],
    ];
    // "- Rome", and below it "  - Capital of Italy": a detail, unless such bullets are wanted too.
    return details.flat().some(rules.isItem) ? [...items, ...details] : items;
  }
  // "Cities:" above the list.
  if (others.length > 0) {
    const listed = isHeading(first) ? others : lines;
    // "**Languages:** Python, Rust" above "**Frameworks:** none"
    const labels = listed.map((line) => boldLabel.exec(line)?.[0].replace(/[:*_]/g, ''));
    if (labels.every((label) => label !== undefined && !rules.isItem(label))) {
      return listed.flatMap((line) => readLine(line, rules));
    }
    return listed.length > 1 ? listed.map(readDescribed) : readLine(listed[0] as string, rules);
  }
  return readLine(first, rules);
}

/** "Cities:" */
export function isHeading(line: string): boolean {
  return /:\*{0,3}$/.test(line.trimEnd().slice(-4));
}

/** The lines with bullets, and of these the ones that are indented below others. */
export function findBullets(lines: readonly string[]): {
  readonly outer: readonly string[];
  readonly inner: readonly string[];
} {
  const bullets = lines.filter(
    (line) => bullet.test(line) && !/ • /.test(line.trimStart().slice(1)),
  );
  const indents = bullets.map(findIndent);
  // The indent of an answer's first line is not kept.
  const [, ...later] = indents;
  const known = bullets[0] === lines[0] && later.length > 0 ? later : indents;
  const least = Math.min(...known);
  const isOuter = (index: number): boolean => (indents[index] as number) <= least + 1;
  return {
    outer: bullets.filter((_, index) => isOuter(index)),
    inner: bullets.filter((_, index) => !isOuter(index)),
  };
}

function findIndent(line: string): number {
  const spread = line.replaceAll('\t', '    ');
  return spread.length - spread.trimStart().length;
}

/** The item of a line with a bullet, as a whole and without what is said of it. */
export function readBullet(line: string): ListItem {
  return readDescribed(dropBullet(line));
}

export function dropBullet(line: string): string {
  return line.replace(bullet, '').replace(leadingEmoji, '');
}

/** "**Rome**: capital of Italy" is Rome, described. */
export function readDescribed(line: string): ListItem {
  const head = /^(.{1,200}?)\s?(?::|\s[-–—]|\s\()\s?\S/.exec(line.replace(/\*\*|__/g, ''))?.[1];
  return head === undefined ? [line] : [line, head];
}

/** The rows of a table: the cell that is an item, or else the first. */
function readTable(
  lines: readonly string[],
  isItem: (text: string) => boolean,
): readonly ListItem[] | undefined {
  const divider = lines.findIndex((line) => line.includes('|') && /^[\s|:-]+$/.test(line));
  if (divider === -1) return undefined;
  return lines.slice(divider + 1).flatMap((line) => {
    if (!line.includes('|')) return [];
    const cells = line.replace(/^\s*\||\|\s*$/g, '').split('|');
    return [[cells.find(isItem) ?? (cells[0] as string)]];
  });
}
