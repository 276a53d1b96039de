import { findTextMentions } from './find-choice-mentions.js';
import { letterIndex, type Choices, type FoundChoice } from './choices.js';

const subject = String.raw`(?:this|that|it|(?:the|this|that)\s(?:given\s)?(?:statement|claim|assertion|sentence|hypothesis|proposition))`;
const verdictFirst = new RegExp(
  String.raw`^([\s*_>"]{0,6}${subject}\s(?:is|was)\s(?:therefore\s|thus\s|clearly\s|actually\s)?)(not\s)?(?:(correct|right|accurate|true)|incorrect|wrong|inaccurate|untrue|false)(?=[*_"]{0,4}(?:[.,;:!]|\s[–—-]\s|\s*(?:$|\n)|\s(?:because|since|as)\s))`,
  'iu',
);
/** "The true capital is Canberra" and "a false alarm", and not "a true statement" or "a false rumor". */
const attributive =
  /(?<!\p{L})(the|its|their|his|her|an?(?=\s(?:true|false)\s(?:positive|negative|alarm)))\s(?:true|false)\s(?!(?:statements?|claims?|assertions?|sentences?|propositions?|answers?|options?|choices?|ones?|or|and|because|since|if|for|in|as|is|was)(?!\p{L}))(?=\p{Ll})/giu;

/**
 * A text in which "This is incorrect" at the beginning is the choice "false" or "no", where there is one, and
 * "the true value" says nothing.
 */
export function withVerdictWords(text: string, { texts }: Choices): string {
  const words = [
    ['true', 'false'],
    ['yes', 'no'],
  ].find((pair) => pair.every((word) => texts.includes(word)));
  if (words === undefined || texts.length > 3) return text;
  const [said = ''] = verdictFirst.exec(text) ?? [];
  // "The statement is correct. No, it has no error": the verdict only leads to the answer.
  const isOpen = words[0] === 'yes' || texts.length > 2;
  const isStated = isOpen && findTextMentions(text.slice(said.length), texts).length > 0;
  const read = isStated
    ? text
    : text.replace(
        verdictFirst,
        (_, start: string, not: string | undefined, right: string | undefined) =>
          `${start}"${words[(right !== undefined) === (not === undefined) ? 0 : 1] as string}"`,
      );
  return texts.includes('true') ? read.replace(attributive, '$1 ') : read;
}

/** "Both A and R are true, but R is not the correct explanation of A": an assertion and a reason. */
const both =
  /(?<!\p{L})(?:[Bb]oth\s)?(?:[Aa]ssertion\s)?\(?A\)?,?\sand\s(?:the\s)?(?:[Rr]eason\s)?\(?R\)?(?![\p{L}\p{N}])/gu;
const ofAssertion =
  /(?<=\b(?:explanation|reason|explains?|cause)\s(?:of|for|to|why)?\s?(?:the\s)?)(?:[Aa]ssertion\s)?\(?A\)?(?![\p{L}\p{N}])/gu;

/** A text without the letter of its assertion, or undefined where it has no assertion and reason. */
export function withoutAssertion(text: string, choices: Choices): string | undefined {
  if (choices.texts.length > 0 || letterIndex('R', choices) !== undefined) return undefined;
  const plain = text.replace(both, 'both');
  return plain === text ? undefined : plain.replace(ofAssertion, 'it');
}

/** Any of the letters: what an assertion and a reason come to is said without one. */
export function anyLetter({ letterCount }: Choices): FoundChoice {
  return { kind: 'ambiguous', indices: [...Array(letterCount).keys()] };
}
