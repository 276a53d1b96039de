import { z } from 'zod';
import type { JsonValue } from '../../util/json.js';
import { ambiguous, createGrader, gradedShare, problem, ready } from './create-grader.js';
import type { Grade } from './grade.js';
import { normalizeText } from './texts/normalize-text.js';
import { levelWidth } from './texts/typography.js';
import { readList, type ListText } from './lists/read-list.js';
import type { ListItem } from './lists/read-list-line.js';
import { createNumberReader, type NumberReading } from './numbers/read-number-list.js';
import {
  readAnnouncedList,
  readNestedLists,
  readOtherLists,
  type AnnouncedList,
} from './lists/read-other-lists.js';
import { splitVerdicts } from './lists/split-verdicts.js';
import { saysNone } from './lists/says-none.js';

/** A text is an item only if it is not longer than twice the longest item, and this for markup. */
const maxMarkup = 200;

/**
 * The answer lists what the reference lists, in any order; quality is F1: twice the number of right
 * items by the number of items in both lists. An empty reference means that there is nothing to
 * find: an empty list, a dash in its place, or one of the words in `none`, is right.
 *
 * The answer's items are read from a JSON or Python list, a table, lines with bullets or numbers,
 * lines, or a single line with commas, semicolons and "and"; a heading that ends with a colon is no
 * item, and what is said of an item after a colon or dash does not belong to it, and neither do indented
 * bullets below it. Case, white space, markup, typography and a last full stop do not count, and neither
 * does saying something twice. Where an answer ends with "Final answer:" or the like, that list counts;
 * of tags or boxes the last, with those beside it.
 * Where other lines than the list's stand around it, and one of them alone, or another level of bullets,
 * would be graded better, the answer is ungraded.
 * Where the reference lists JSON numbers only, items are compared as numbers: "3.10", "1,000", "12 cm",
 * "x = 12", "12 %". With other words around a number ("12 apples", "not in line 12"), it may be an item
 * or not: where that matters, the answer is ungraded, as it is for "2 or 5" ("x = 2 or x = 5" lists both).
 *
 * Options: `caseSensitive` (default false), `separators` (what divides a single line; default
 * [",", ";", "、", "،"], also full-width), `none` (default ["none", "nothing", "n/a"]).
 */
export const setF1Grader = createGrader({
  name: 'set_f1',
  version: 13,
  options: z.strictObject({
    caseSensitive: z.boolean().default(false),
    separators: z.array(z.string().min(1)).min(1).default([',', ';', '、', '،']),
    none: z.array(z.string().trim().min(1)).default(['none', 'nothing', 'n/a']),
  }),
  example: (reference) => JSON.stringify(reference),
  prepare(reference, options) {
    const texts = Array.isArray(reference) ? reference.map(toText) : undefined;
    if (texts === undefined || texts.some((text) => text === undefined)) {
      return problem('reference: give a list of texts or numbers; an empty one means none');
    }
    const separators = options.separators.map(levelWidth);
    const readNumbers = createNumberReader(reference as readonly JsonValue[], separators);
    const normalize = (text: string): string => normalizeItem(text, options.caseSensitive);
    const wanted = new Set((texts as string[]).map(normalize));
    const sought: SoughtList = {
      wanted,
      none: new Set(options.none.map(normalize)),
      separators,
      normalize,
      maxItem: maxMarkup + 2 * Math.max(0, ...[...wanted].map(({ length }) => length)),
    };
    return ready((given) => {
      const answer = levelWidth(given);
      const reader = createReader(sought, answer, readNumbers?.(answer, sureReading));
      const stated = reader.score(readList(reader.text));
      const verdicts = splitVerdicts(answer, reader.text.isItem);
      if (verdicts === undefined && isPerfect(stated)) return toGrade(stated);
      const announced = readAnnouncedList(reader.text);
      const final = announced && reader.score(announced.items);
      const looser = otherReadings.flatMap((rules) =>
        readNumbers === undefined ? [] : [createReader(sought, answer, readNumbers(answer, rules))],
      );
      const others = [
        ...looser.map(({ text, score }) => score(readList(text))),
        ...[reader, ...looser].flatMap(({ text, score }) => readOtherLists(text).map(score)),
      ];
      // Of a partly right list, too little is known to say that its bullets have two levels.
      const nested = readNestedLists(reader.text).map(reader.score).filter(isPerfect);
      if (verdicts === undefined) {
        return gradeListed({ stated, final, announced, others: [...others, ...nested] });
      }
      const [affirmed, denied] = [verdicts.affirmed, verdicts.denied].map((text) => {
        const { score, text: listed } = createReader(
          sought,
          text,
          readNumbers?.(text, sureReading),
        );
        return score(readList(listed));
      }) as [Score, Score];
      const isJudgedAgain =
        announced !== undefined &&
        splitVerdicts(announced.answer, reader.text.isItem) !== undefined;
      return gradeJudged(affirmed, {
        stated,
        final: isJudgedAgain ? undefined : final,
        announced,
        // The question may be what is not there, or what is told of all.
        others: [denied, ...others, ...nested],
      });
    });
  },
});

/** What an answer has to list. */
interface SoughtList {
  /** Normalized. */
  readonly wanted: ReadonlySet<string>;
  /** Words for an empty list, normalized. */
  readonly none: ReadonlySet<string>;
  /** What divides a line. */
  readonly separators: readonly string[];
  readonly normalize: (text: string) => string;
  /** Characters of the longest text that may be an item. */
  readonly maxItem: number;
}

/** Reads lists from an answer, and counts their items. */
interface ListReader {
  readonly text: ListText;
  score(this: void, items: readonly ListItem[]): Score;
}

/** @param numbers reads the items, where the reference lists numbers */
function createReader(
  { wanted, none, separators, normalize, maxItem }: SoughtList,
  answer: string,
  numbers?: NumberReading,
): ListReader {
  const normalizeOnce = memoize((text) => numbers?.readItem(text) ?? normalize(text));
  const isItem = (text: string): boolean =>
    text.length <= maxItem && wanted.has(normalizeOnce(text));
  const isNone = (text: string): boolean =>
    !isItem(text) && (saysNone(text) || (text.length <= maxItem && none.has(normalize(text))));
  const read = (readings: ListItem): string =>
    numbers === undefined
      ? normalizeOnce(readings.find(isItem) ?? readings.at(-1) ?? '')
      : (numbers.readReadings(readings) ?? normalize(readings[0] ?? ''));
  const rewrite = memoize((text) => numbers?.rewrite(text) ?? text);
  return {
    text: { answer, separators, isItem, rewrite, saysNone: isNone },
    score(items) {
      const given = new Set(items.map(read).filter((item) => item !== '' && !none.has(item)));
      const right = [...given].filter((item) => wanted.has(item)).length;
      return { right, wrong: given.size - right, missing: wanted.size - right };
    },
  };
}

function memoize(compute: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const result = known.get(text) ?? compute(text);
    known.set(text, result);
    return result;
  };
}

/** How a list of numbers is read: nothing that may be no number is one. */
const sureReading = { isLoose: false, isOther: false };
/** How it may be read, too. */
const otherReadings = [
  { isLoose: true, isOther: false },
  { isLoose: false, isOther: true },
  { isLoose: true, isOther: true },
];

/** What an answer lists, read in several ways. */
interface Readings {
  readonly stated: Score;
  /** Of the list that it announces. */
  readonly final: Score | undefined;
  readonly announced: AnnouncedList | undefined;
  readonly others: readonly Score[];
}

function gradeListed({ stated, final = stated, announced, others }: Readings): Grade {
  const gain = computeF1(final) - computeF1(stated);
  const isUnsure = gain < 0 ? announced?.isLabeled : gain > 0 && announced?.isSupposed;
  if (isUnsure === true) return ambiguous([describe(stated), describe(final)]);
  const sure = gain > 0 ? final : stated;
  const better = others.find((other) => computeF1(other) > computeF1(sure));
  return better === undefined ? toGrade(sure) : ambiguous([describe(sure), describe(better)]);
}

/**
 * What verdicts affirm, or a better list that the answer announces. Ambiguous where that list is a worse one, or
 * only supposed, and where any other reading is better.
 */
function gradeJudged(affirmed: Score, { stated, final, announced, others }: Readings): Grade {
  const gain = final === undefined ? 0 : computeF1(final) - computeF1(affirmed);
  const isFinal = gain > 0 && announced?.isSupposed === false;
  const sure = isFinal && final !== undefined ? final : affirmed;
  const better = [stated, ...others].find((one) => computeF1(one) > computeF1(sure));
  const rival = gain !== 0 && !isFinal ? final : better;
  return rival === undefined ? toGrade(sure) : ambiguous([describe(sure), describe(rival)]);
}

/** How many items of the answer are right and wrong, and how many of the reference it lacks. */
interface Score {
  readonly right: number;
  readonly wrong: number;
  readonly missing: number;
}

function computeF1({ right, wrong, missing }: Score): number {
  const all = 2 * right + wrong + missing;
  return all === 0 ? 1 : (2 * right) / all;
}

function isPerfect(score: Score): boolean {
  return computeF1(score) === 1;
}

function describe({ right, wrong, missing }: Score): string {
  return `${right} right, ${wrong} wrong, ${missing} missing`;
}

function toGrade(score: Score): Grade {
  const quality = computeF1(score);
  return quality === 1 ? gradedShare(1) : gradedShare(quality, describe(score));
}

function toText(value: JsonValue): string | undefined {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return text.trim() === '' ? undefined : text;
}

function normalizeItem(text: string, caseSensitive: boolean): string {
  return normalizeText(text, {
    typography: true,
    trim: true,
    caseSensitive,
    collapseWhitespace: true,
    stripMarkup: true,
    stripTrailingPunctuation: true,
  });
}
