import { detectNumberLocale, readDigits } from './read-digits.js';
import { addsNothing, readNumberItem } from './read-number-item.js';
import { chooseTolerance, isSameNumber } from './same-number.js';

/** How an answer's numbers are read where the reference lists nothing else. */
export interface NumberReading {
  /** The answer's text, where nothing inside a number divides the list: "1,000" and "2,5". */
  rewrite(text: string): string;
  /** The wanted number that a text is, and nothing else. */
  readItem(text: string): string | undefined;
  /** The wanted number that one of an item's readings is. */
  readReadings(readings: readonly string[]): string | undefined;
}

/** Which of two readings an answer gets, where it leaves open what its numbers are. */
interface ReadingRules {
  /** Whether "12 apples" and "no error in line 12" count as 12, and "1 or 2" as both. */
  readonly isLoose: boolean;
  /** Whether "1.234" is read the other way, where nothing shows which is meant. */
  readonly isOther: boolean;
}

const digitsWithComma = /(?<![\d.,])\d+(?:[.,]\d+)*,\d+(?:\.\d+)?(?![\d,]|\.\d)/g;
const grouped = /^[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/;
const continental = /^\d{1,3}(?:\.\d{3})+,\d+$/;
const conjunction = /\s(?:and|&|or|und|oder|et|ou|y|o|e|en|i|и|или)\s/iu;
/** "1 or 2" */
const either = new RegExp(
  [
    String.raw`(?<=[\d¼-¾⅐-⅞]\s?(?:\p{L}{1,12}|[\s%°$€£)}\]\\]){0,4})`,
    String.raw`\s(?:or|oder|ou|o|или)\s`,
    String.raw`(?=[\s$\\({[*]{0,4}(?:\p{L}[\p{L}\p{N}_{}]{0,7}\s?=\s?)?[-+−–]?\s?[$€£]?\s?(?:\.?\d|[¼-¾⅐-⅞]|\\frac|\\sqrt|√))`,
  ].join(''),
  'giu',
);
/** "x = 1 or x = 2" lists two numbers; "1 or 2" may also be one that the answer is not sure of. */
const namedBefore = /[=≈][^=\n]{1,30}$/;
const namedAfter = /^\s\p{L}+\s[\s$\\({[*]{0,4}\p{L}[\p{L}\p{N}_{}]{0,7}\s?=/u;
const orInMath =
  /(?:\\q?quad\s?)?\\(?:text|mathrm)\s?\{\s*(or|and)\s*\}(?:\s?\\q?quad(?![A-Za-z]))?/g;
/** "x ∈ {2, 3}" */
const membership = /(?<!\p{L})\p{L}\s?(?:∈|\\in(?![A-Za-z]))\s?(?=\\?\{)/gu;
/** "x = ±3" */
const bothSigns =
  /(?<![\d)}\]]\s?)(?:(?<!\p{L})\p{L}\s?=\s?)?(?:±|\\pm(?![A-Za-z]))\s?(\d+(?:\.\d+)?)/gu;

/**
 * Reads answers to a reference that lists numbers only; undefined where it lists anything else.
 *
 * @param separators what divides a line
 */
export function createNumberReader(
  reference: readonly unknown[],
  separators: readonly string[],
): ((answer: string, rules: ReadingRules) => NumberReading) | undefined {
  const wanted = reference.filter((value) => typeof value === 'number');
  if (wanted.length === 0 || wanted.length < reference.length) return undefined;
  const tolerance = chooseTolerance(undefined, 1e-9);
  const find = (value: number | undefined): string | undefined => {
    if (value === undefined) return undefined;
    const found = wanted.find((expected) => isSameNumber(expected, value, tolerance));
    return found === undefined ? undefined : String(found);
  };
  return (answer, { isLoose, isOther }) => {
    const detected = detectNumberLocale(answer);
    const isOpen = detected === undefined || detected === 'probably comma';
    // One reading for the whole answer: of two, the wanted one would always be found.
    const hasThousandPoints = (detected ?? 'point') === 'point' ? isOther && isOpen : !isOther;
    const readItem = (text: string): string | undefined => {
      const item = readNumberItem(text);
      if (item === undefined || !(isLoose || item.isAlone)) return undefined;
      const value = hasThousandPoints ? (item.alternative ?? item.value) : item.value;
      if (!item.percent) return find(value);
      // "0.5 %" for 0.5 may count in percent, or be a mistake.
      const isCount = isLoose || Math.abs(value) >= 1;
      return (isCount ? find(value) : undefined) ?? find(value / 100);
    };
    return {
      rewrite: (text) =>
        unifyRuns(
          text.replace(membership, '').replace(bothSigns, '-$1 and $1').replace(orInMath, ' $1 '),
          {
            separators,
            locale: detected ?? 'point',
            find,
            mayDivideGroups: isLoose && wanted.length > 1,
          },
        ).replace(either, (or, at: number, all: string) =>
          isLoose || isNamed(all, at) ? ' and ' : or,
        ),
      readItem,
      readReadings(readings) {
        const [whole = ''] = readings;
        return readings
          .filter((reading) => isLoose || addsNothing(whole, reading))
          .map(readItem)
          .find((found) => found !== undefined);
      },
    };
  };
}

/** Whether an equation stands before or after the "or" at a position. */
function isNamed(text: string, at: number): boolean {
  return (
    namedBefore.test(text.slice(Math.max(0, at - 40), at)) ||
    namedAfter.test(text.slice(at, at + 40))
  );
}

type Find = (value: number | undefined) => string | undefined;

interface RunReading {
  readonly separators: readonly string[];
  readonly locale: Exclude<ReturnType<typeof detectNumberLocale>, undefined>;
  readonly find: Find;
  /** Whether "101,206" is two numbers where only one of them is wanted. */
  readonly mayDivideGroups: boolean;
}

/** Writes numbers with commas as plain ones, unless their commas divide a list. */
function unifyRuns(
  text: string,
  { separators, locale, find, mayDivideGroups }: RunReading,
): string {
  const masked = text.replace(digitsWithComma, '0');
  const isDivided =
    conjunction.test(masked) ||
    separators.some((separator) => masked.includes(separator)) ||
    masked.split('\n').filter((line) => /\d/.test(line)).length > 1;
  const readings = [...text.matchAll(digitsWithComma)].map(([run]) => readDigits(run, locale));
  const isOther =
    readings.every((reading) => find(reading?.value) === undefined) &&
    readings.some((reading) => find(reading?.alternative) !== undefined);
  return text.replace(digitsWithComma, (run) => {
    const { value, alternative } = readDigits(run, locale) ?? {};
    const whole = isOther ? (alternative ?? value) : value;
    const isList = separators.includes(',') && dividesList(run, whole, find);
    if (whole === undefined || isList) return run;
    // The zero keeps the point from being read as one of thousands.
    return String(whole).replace(/\.\d{3}$/, '$&0');
  });

  function dividesList(run: string, whole: number | undefined, find: Find): boolean {
    const parts = run.split(',');
    if (parts.slice(1).some((part) => /^0\d/.test(part))) return false;
    const found = parts.filter((part) => find(Number(part)) !== undefined).length;
    if (found === parts.length) return true;
    if (find(whole) !== undefined || continental.test(run)) return false;
    if (grouped.test(run))
      return !isDivided && ((found > 0 && mayDivideGroups) || parts.length > 2);
    return locale === 'point' || parts.length > 2;
  }
}
