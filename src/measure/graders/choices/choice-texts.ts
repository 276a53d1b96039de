/** One space, hyphen or underscore within a label; "3-5" and "9 am - 5 pm" stay as they are. */
const separator = /(?<=\p{L})(?: |[-_])(?=[\p{L}\p{N}])|(?<=\p{N})(?: |[-_])(?=\p{L})/gu;
const anySeparator = String.raw`(?:[^\S\n]{1,4}|[-_])`;
/** "non-toxic", "non toxic" and "nontoxic". */
const negated = /(?<![\p{L}\p{N}])non ?(?=\p{L}{4})/gu;

/** After a letter, what makes it a grade of its own: "B+" and "B-.", while "B+C" is a list. */
export const gradeSign = String.raw`(?:\+(?!\s?[A-Za-z](?![A-Za-z]))|[-−](?=[*_"')\].,;:!?]|\s*(?:\n|$)))`;

/** What finds the text of a choice in lower case. */
export interface ChoicePattern {
  readonly anywhere: RegExp;
  /** The same without the letter of a text ("paris" of "b. paris"), where that is a name of the choice. */
  readonly unlabeled?: RegExp | undefined;
  readonly start: RegExp;
  readonly whole: RegExp;
}

const patternsOf = new WeakMap<readonly string[], readonly ChoicePattern[]>();

/**
 * The patterns of each of a list of choices. A space, a hyphen and an underscore between words are the
 * same, unless two of the texts differ by nothing else.
 */
export function choicePatterns(texts: readonly string[]): readonly ChoicePattern[] {
  const known = patternsOf.get(texts);
  if (known !== undefined) return known;
  const unified = texts.map(unifySeparators);
  const unlabeled = withoutLabels(unified);
  // A number or a "no" that an answer mentions need not be the choice.
  const areNamed = unlabeled?.every((text) => /\p{L}{3}/u.test(text) && !verdictWord.test(text));
  const patterns = texts.map((text, index) => {
    const own = unified[index] as string;
    const isUnique = unified.indexOf(own) === unified.lastIndexOf(own);
    const plain = isUnique ? withAnySeparator(own) : escape(text);
    const source = /^[a-z]$/.test(text) ? `${plain}(?!${gradeSign}${wordOfItsOwn(text)})` : plain;
    const bare = unlabeled?.[index];
    const either = bare === undefined ? source : `(?:${source}|${withAnySeparator(bare)})`;
    const hasWord = bare !== undefined && /\p{L}{3}/u.test(bare);
    return {
      anywhere: new RegExp(source, 'gu'),
      unlabeled: areNamed ? new RegExp(either, 'gu') : undefined,
      start: new RegExp(`^${hasWord ? either : source}`, 'u'),
      whole: new RegExp(`^${either}$`, 'u'),
    };
  });
  patternsOf.set(texts, patterns);
  return patterns;
}

const verdictWord = /^(?:true|false|yes|correct|incorrect|right|wrong)$/;
/** "(b) red", "b. red" */
export const optionLabel = /^\(?([a-j])[).:]\s(?=\S)/;

/** "paris" of the choice "b. paris", where all have a label and are still different without it. */
export function withoutLabels(texts: readonly string[]): readonly string[] | undefined {
  const bare = texts.map((text) => text.replace(optionLabel, ''));
  const areLabeled = texts.every((text) => optionLabel.test(text));
  const areClear =
    new Set(bare).size === bare.length && bare.every((text) => !/^[a-z]$/.test(text));
  return areLabeled && areClear ? bare : undefined;
}

/** "A B" is the article before a grade, where A is a grade too, and "I think" the pronoun. */
function wordOfItsOwn(text: string): string {
  if (text === 'i') return String.raw`|'|\s(?:${pronounVerbs})(?![a-z])`;
  return text === 'a' ? String.raw`|\s[*_"'(\[]{0,3}[a-z](?![a-z])` : '';
}

/** What follows "I", and hardly the number of a stage or a type. */
const pronounVerbs =
  "think|believe|would|say|said|am|guess|choose|chose|pick|picked|select|selected|suspect|conclude|agree|assume|suppose|feel|consider|have|know|see|need|want|lean|prefer|recommend|understand|rate|classify|assign|don't|do\\snot|cannot|can't";

/** The position of the choice that a text is as a whole, or -1. */
export function indexOfText(text: string, texts: readonly string[]): number {
  return choicePatterns(texts).findIndex(({ whole }) => whole.test(text));
}

/** A text with a space for each separator of its words, and none after "non". */
export function unifySeparators(text: string): string {
  return text.replace(separator, ' ').replace(negated, 'non');
}

function withAnySeparator(unified: string): string {
  return escape(unified)
    .replace(separator, anySeparator)
    .replace(/(?<![\p{L}\p{N}])non(?=\p{L}{4})/gu, `non${anySeparator}?[*]{0,2}`);
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
