import { findMarkedAnswers } from '../texts/find-marked-answers.js';
import {
  bullet,
  dropBullet,
  findBullets,
  isHeading,
  listLines,
  readBullet,
  readDescribed,
  readList,
  type ListText,
} from './read-list.js';
import { readLine, type ListItem } from './read-list-line.js';

/** Further lines, and sentences, are not looked at. */
const maxUnits = 60;
/** Of longer lists, only single lines are read in another way. */
const maxLines = 200;
/** "No bugs in line 1, but ..." does not say that there is none. */
const contrast =
  /(?<!\p{L})(?:but|however|except|although|though|yet|only|other\sthan|apart\sfrom|besides|aber|jedoch|außer|mais|sauf|pero|salvo|ma|tranne|mas|но|кроме)(?!\p{L})/iu;
/** "Final answer:" at the beginning of a line. */
const label = /(?:^|\n)[\s*_#]{0,8}[^\n,.;:]{1,30}[*_]{0,3}\s?[:：][\s*_]{0,6}$/;
const numbered = /^\s{0,20}\(?\d{1,3}[.)]\s/;
const sentenceGap = /(?<=[.!?][*_"')]{0,3})\s{1,3}(?=[*_"'(]{0,3}\p{Lu})/u;

/** The list that "the answer is" or "Final answer:" announces, up to the end of the answer. */
export interface AnnouncedList {
  readonly items: readonly ListItem[];
  /** Whether a label such as "Final answer:" begins its line. */
  readonly isLabeled: boolean;
}

/** The last list that an answer announces, below or after what it says before; undefined where it has none. */
export function readAnnouncedList(text: ListText): AnnouncedList | undefined {
  const [marked] = findMarkedAnswers(text.answer);
  if (marked?.kind !== 'announced') return undefined;
  const before = text.answer.slice(0, marked.start);
  const answer = text.answer
    .slice(marked.start)
    .replace(/^[\s*_:"]{0,8}\n|^[ \t*_:"]{1,8}(?=\S)/, '');
  return { items: readList({ ...text, answer }), isLabeled: label.test(before) };
}

/**
 * What an answer may list instead, where prose stands around its list, or its bullets have several
 * levels: the items of each line and sentence, of all lines, and of each kind of bullets.
 */
export function readOtherLists(text: ListText): readonly (readonly ListItem[])[] {
  const lines = listLines(text);
  const { outer, inner } = findBullets(lines);
  const bullets = [...outer, ...inner];
  const bulleted = new Set(bullets);
  const listed = lines.filter(
    (line) => !bulleted.has(line) && !line.includes('|') && !isHeading(line),
  );
  if (lines.length > maxLines) return readUnits(listed, text);
  const readEach = (some: readonly string[]): readonly ListItem[] =>
    some.flatMap((line) => readLine(dropBullet(line), text));
  const kinds = [
    outer,
    inner,
    bullets.filter((line) => numbered.test(line)),
    bullets.filter((line) => !numbered.test(line)),
    bullets.filter((line) => !isHeading(line)),
  ].filter((kind) => kind.length > 0);
  const different = new Map(kinds.map((kind) => [kind.join('\n'), kind]));
  return [
    ...readUnits(listed, text),
    ...[...different.values()].flatMap((kind) => [
      kind.map(readBullet),
      kind.map(readNamed),
      readEach(kind),
    ]),
    ...(bullets.length > 0 || listed.length < 2 ? [] : [listed.map(readNamed), readEach(listed)]),
    ...(bullets.length === 0 && saysNoneOnly(lines, text) ? [[]] : []),
  ];
}

/** The lists of single lines and sentences: of several items, or of one that the line alone does not show. */
function readUnits(lines: readonly string[], text: ListText): readonly (readonly ListItem[])[] {
  const units = lines.flatMap((line) => {
    const sentences = line.split(sentenceGap);
    return sentences.length > 1 ? [line, ...sentences] : [line];
  });
  return units.slice(-maxUnits).flatMap((unit) => {
    const items = readLine(unit, text);
    const isFound = !readDescribed(unit).some(text.isItem) && items.flat().some(text.isItem);
    return items.length > 1 || isFound ? [items] : [];
  });
}

/** "Anna Schmidt, CEO" may name Anna Schmidt, described. */
function readNamed(line: string): ListItem {
  const text = dropBullet(line);
  const [name = text] = text.split(/,\s/, 1);
  return [...readBullet(line), name.replace(bullet, '')];
}

/** "The code looks correct; no bugs found." */
function saysNoneOnly(lines: readonly string[], { saysNone }: ListText): boolean {
  const clauses = lines.flatMap((line) => line.split(/[.;:!?,]\s|[.!?]$|\s[-–—]\s/));
  return clauses.slice(0, maxUnits).some(saysNone) && !lines.some((line) => contrast.test(line));
}
