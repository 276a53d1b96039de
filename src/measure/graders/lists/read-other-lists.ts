import { contrastWords } from '../texts/connectives.js';
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
  readParts,
  type ListText,
} from './read-list.js';
import { readLine, type ListItem, type ListRules } from './read-list-line.js';
import { readOtherLiterals } from './read-literal.js';
import { readMarkedParts, readOtherMarkedParts } from './read-marked-list.js';
import { maySayNone } from './says-none.js';

/** Further lines, and sentences, are not looked at. */
const maxUnits = 60;
/** Of longer lists, only single lines are read in another way. */
const maxLines = 200;
/** "No bugs in line 1, but ..." does not say that there is none. */
const contrast = new RegExp(
  String.raw`(?<!\p{L})(?:except|although|though|yet|only|other\sthan|apart\sfrom|besides|außer|sauf|salvo|tranne|кроме|${contrastWords})(?!\p{L})`,
  'iu',
);
/** "no other issues found" tells of others, unless the rest is said to be fine. */
const furtherOnly =
  /(?<!\p{L})(?:other|others|further|more|else|additional|weitere\p{L}{0,2}|sonst|andere\p{L}{0,2}|autres?|otr[oa]s?|altr[oiae]|outr[oa]s?|других)(?!\p{L})/iu;
const soundWord =
  /(?<!\p{L})(?:correct|fine|good|well|clean|safe|secure|works?|right|ok|okay|valid|sound|korrekt|gut|ordnung|bien|bon|bonne|correct[oe]|corrett[oa]|corret[oa])(?!\p{L})/iu;
const isSound = new RegExp(
  String.raw`(?<!\p{L})(?:is|are|looks?|seems?|appears?|ist|sind|est|sont|es|è|é)\s[^,;:]{0,40}${soundWord.source}`,
  'iu',
);
const negated = /n't|(?<!\p{L})(?:not|never|nicht|pas|no|non|não)(?!\p{L})/iu;
const maxSound = 100;
/** "If Nice is excluded, the answer would be Rome and Lyon" */
const supposing =
  /(?<!\p{L})(?:(?:if|unless|assuming|supposing|provided|wenn|falls|si|se|если)(?!\p{L})(?!\s(?:I|you|we)(?!\p{L}))|(?<!(?:I|we|ich)\s)(?:would|could|might|würde|wäre|könnte|serait|pourrait|sería|podría|sarebbe|potrebbe|seria|poderia)(?!\p{L}))/iu;
/** "Many would say the answer is Rome" */
const ascribing =
  /(?<!\p{L})(?:many|some|others|people|someone|critics|students|according\sto|supposedly|allegedly|it\sis\s(?:often\s)?(?:said|claimed|thought)|viele|manche|andere|laut|angeblich|certains|beaucoup|algunos|muchos|alcuni|molti|alguns|muitos)(?!\p{L})/iu;
const sentenceEnd = /[.!?](?=\s|$)|\n/;
/** "Final answer:" at the beginning of a line. */
const answerHeading = /(?:^|\n)[\s*_#]{0,8}[^\n,.;:]{1,30}[*_]{0,3}\s?[:：][\s*_]{0,6}$/;
const numbered = /^\s{0,20}\(?\d{1,3}[.)]\s/;
const sentenceGap = /(?<=[.!?][*_"')]{0,3})\s{1,3}(?=[*_"'(]{0,3}\p{Lu})/u;

/** The list that "the answer is" or "Final answer:" announces, up to the end of the answer. */
export interface AnnouncedList {
  /** What the items are read from. */
  readonly answer: string;
  readonly items: readonly ListItem[];
  /** Whether a label such as "Final answer:" begins its line. */
  readonly isLabeled: boolean;
  /** Whether its sentence supposes something, or says what others think. */
  readonly isSupposed: boolean;
}

/** The last list that an answer announces, below or after what it says before; undefined where it has none. */
export function readAnnouncedList(text: ListText): AnnouncedList | undefined {
  const [marked] = findMarkedAnswers(text.answer);
  if (marked?.kind !== 'announced') return undefined;
  const before = text.answer.slice(0, marked.start);
  const answer = text.answer
    .slice(marked.start)
    .replace(/^[\s*_:"]{0,8}\n|^[ \t*_:"]{1,8}(?=\S)/, '');
  const isLabeled = answerHeading.test(before);
  return {
    answer,
    items: readList({ ...text, answer }),
    isLabeled,
    isSupposed: !isLabeled && isSupposed(before, answer),
  };
}

/** Whether an announcement depends on a condition, or is not the answer's own. */
function isSupposed(before: string, after: string): boolean {
  const [start = ''] = before.split(sentenceEnd).slice(-1);
  const [end = ''] = after.split(sentenceEnd, 1);
  return ascribing.test(start) || [start, end].some((part) => supposing.test(part));
}

/**
 * What an answer may list instead, where prose stands around its list, or its bullets have several
 * levels: the items of each line and sentence, of all lines, and of each kind of bullets.
 */
export function readOtherLists(text: ListText): readonly (readonly ListItem[])[] {
  const lines = listLines(text);
  const marked = [
    ...readOtherMarkedParts(text.answer).map((parts) => readParts(text, parts)),
    ...readMarkedParts(text.answer).flatMap(readOtherLiterals),
  ];
  const { outer, inner } = findBullets(lines);
  const bullets = [...outer, ...inner];
  const bulleted = new Set(bullets);
  const listed = lines.filter(
    (line) => !bulleted.has(line) && !line.includes('|') && !isHeading(line),
  );
  if (lines.length > maxLines) return [...marked, ...readUnits(listed, text)];
  const denied = { ...text, takesDenied: true };
  const readEach = (some: readonly string[], rules: ListRules): readonly ListItem[] =>
    some.flatMap((line) => readLine(dropBullet(line), rules));
  const kinds = [
    outer,
    inner,
    bullets.filter((line) => numbered.test(line)),
    bullets.filter((line) => !numbered.test(line)),
    bullets.filter((line) => !isHeading(line)),
  ].filter((kind) => kind.length > 0);
  const different = new Map(kinds.map((kind) => [kind.join('\n'), kind]));
  return [
    ...marked,
    ...readUnits(listed, text),
    ...readUnits(listed, denied),
    ...[...different.values()].flatMap((kind) => [
      kind.map(readBullet),
      kind.map(readNamed),
      readEach(kind, text),
      readEach(kind, denied),
    ]),
    ...(bullets.length > 0 || listed.length < 2
      ? []
      : [listed.map(readNamed), readEach(listed, text)]),
    ...(bullets.length === 0 && (saysNoneOnly(lines, text) || saysSound(lines)) ? [[]] : []),
    ...(lines.length === 1 && maySayNone(dropBullet(lines[0] as string)) ? [[]] : []),
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
  const clauses = lines
    .flatMap((line) => line.split(/[.;:!?,]\s|[.!?]$|\s[-–—]\s/))
    .slice(0, maxUnits);
  const isSound = clauses.some((clause) => soundWord.test(clause));
  const isNone = (clause: string): boolean =>
    saysNone(clause) && (isSound || !furtherOnly.test(clause));
  return clauses.some(isNone) && !lines.some((line) => contrast.test(line));
}

/** "The sentence is grammatically correct." may say that there is nothing to list. */
function saysSound(lines: readonly string[]): boolean {
  const [line = '', ...others] = lines;
  const isShort = others.length === 0 && line.length <= maxSound;
  return isShort && isSound.test(line) && !contrast.test(line) && !negated.test(line);
}

/**
 * What the list is if its first bullet has the others below it: that item alone, or those below. Only where
 * the indent of the first is not known, so that all may be items of one level, too.
 */
export function readNestedLists(text: ListText): readonly (readonly ListItem[])[] {
  const lines = listLines(text);
  const { outer, inner } = findBullets(lines);
  const [first, ...later] = outer;
  const isNested = later.length > 0 && later.every((line) => /^(?: {2}|\t)/.test(line));
  if (first === undefined || first !== lines[0] || inner.length > 0 || !isNested) return [];
  return [[readBullet(first)], later.map(readBullet)];
}
