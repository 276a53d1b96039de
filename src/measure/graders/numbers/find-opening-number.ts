import { findQuantities } from './find-quantities.js';
import { plainMath } from '../math/plain-math.js';
import { isPeer } from './is-peer.js';
import type { NumberLocale } from './read-digits.js';
import { distinct, dropBrackets, withoutDenied, type FinalNumbers } from './read-number-clause.js';
import { inferenceWords, spacelessConclusions } from '../texts/connectives.js';
import { splitSentences, statesSomething } from '../texts/split-sentences.js';

/** A last sentence that concludes, or goes on from what is said before it, says what the answer is. */
const concludingSentence = new RegExp(
  [
    '[=≈≡→⇒]',
    String.raw`(?<!\p{L})(?:so|also|finally|final|answer|total|altogether|overall|now|then|after|afterwards|left|leaving|leaves|remain(?:s|ing)?|result(?:s|ing)?|gives?|makes?|becomes?|needs?|must|will|can|insgesamt|damit|dann|jetzt|danach|bleiben|bleibt|übrig|ainsi|alors|reste(?:nt)?|entonces|ahora|quedan?|poi|ora|totale|restano|rimangono|agora|então|restam|итого|теперь|потом|${inferenceWords})(?!\p{L})`,
    String.raw`一共|现在|然后|合計|${spacelessConclusions}`,
  ].join('|'),
  'iu',
);
/** A first sentence that only begins the solution. */
export const begins =
  /^[\s*_#]{0,6}(?:first(?:ly)?|to\s(?:find|solve|calculate|determine|get)|let(?:'s|\sus|\sme)?|step|given|we\s(?:know|have|are\sgiven|need|start)|if|since|because|start|zuerst|zunächst|d'abord|primero|prima|primeiro|сначала|首先|まず)(?!\p{L})/iu;
/** What was said first does not stand. */
const corrects =
  /(?:^|[.,;:!?(-]\s{0,3})wait(?!\p{L})|(?<!\p{L})(?:oops|sorry|correct(?:ion|ed|ly)?|mistake|wrong|instead|rather|earlier|first\swrote|falsch|erreur|perdón|error|неверно)(?!\p{L})|\.{3}|…|错/iu;
/** "No, 5", "That's not right", "That does not add up": what is denied is the number. */
const denies =
  /(?:^|[,;:])[\s*_]{0,4}(?:no|nope|not|actually|nein|nicht|non|pas|но|нет)(?!\p{L})|(?:(?<!\p{L})(?:not|nicht|pas|non|не)|n't)\s(?:\p{L}{1,12}\s){0,2}?(?:right|quite|true|enough|add\sup|fit(?!\s[\p{L}\d])|match|work|richtig|ganz|juste|correct)(?!\p{L})|不/iu;
/** "It is not 5 but 8" denies the number that it names, and "He does not have 8 any more" no other one. */
const deniesNumber =
  /(?:(?<!\p{L})(?:not|nicht|pas|non|не)|n't)\s(?:\p{L}{1,12}\s){0,2}?(?=[$€£]?\d)/iu;
/** What is not: "won't need 2 of them" concludes nothing. "did not sell 3 so 12 are left" goes on. */
const deniedClause =
  /(?:(?<!\p{L})(?:not|nicht|pas|non|не)|n't)(?:(?!\s(?:so|then|and|but|thus|hence|therefore|which|leaving|leaves|is|are|also|und|aber|dann|donc|et|mais|alors|entonces|pero|quindi)(?!\p{L}))[^,;:.])*/giu;
/** "left in 2020" and "after 1990" tell of a time, and "the remaining 3 must wait" of the others. */
const tellsMore =
  /(?<!\p{L})(?:left|after|now|then|will|would|can)(?=\s(?:[^\d]{0,40}\s)?(?:1[5-9]|20)\d\d(?!\d|\s\p{L}))|(?<!\p{L})the\s(?:remaining|other)\s\d[\d.,]{0,12}\s(?:\p{L}{1,20}\s){0,2}?(?:must|will|would|can|need)(?!\p{L})/giu;
/** What happens to the numbers before: "Mary gave him 3 more", "she buys 3 boxes". */
const operates =
  /(?<!\p{L})(?:more|fewer|less|another|extra|additional|gives?|gave|gets?|got|receives?d?|buys?|bought|adds?|added|finds?|found|loses?|lost|eats?|ate|sells?|sold|spends?|spent|uses?d?|takes?|took|removes?d?|each|per|times|half|twice|doubles?d?|triples?d?|third|quarter|mehr|weniger|gibt|gab|kauft|jede[rs]?|pro|hälfte|doppelt|plus|moins|donne|achète|chaque|chacun|moitié|double|más|menos|dio|compra|cada|mitad|doble|più|meno|ogni|metà|doppio|mais|metade|dobro)(?!\p{L})/iu;
/** A last sentence that tells what was before: how the first number came about. */
const looksBack =
  /(?<!\p{L})(?:had|was|were|started?|starts|began|begins|originally|original|initially|first|before|regular|because|since|this\sis|of\s(?:the|them|which)|hatte|war|waren|begann|ursprünglich|vorher|avait|était|avant|tenía|había|era|antes|aveva|prima|tinha|havia)(?!\p{L})/iu;
/** "**13 years**": a first line that is emphasized, and not a step of a calculation such as "12 eggs a day". */
const aloneLine =
  /^\s{0,3}(?:#{1,4}\s)?(?:\*\*|__)[$€£]?\s?-?(?:\d[\d.,⟨⟩/]{0,20}|[.⟨]\d[\d⟨⟩/]{0,20})\s?(?:[%°\p{L}²³/]{1,15}\s?){0,3}[\s*_`.!]{0,6}$/u;
/** A first line that is a sentence with a bold number: "Sally has **1 sister**." */
const boldSentence = /^[^*\n\d]{2,120}\*\*[^*\n\d]{0,20}\d[^*\n]{0,30}\*\*[^*\n\d]{0,60}$/;
/** What follows goes on from the first line: "So the total is 72", "× 6 = 72". */
const goesOn =
  /^[\s*_$\\([]{0,6}(?:[-+×·*/÷](?!\*)|(?:so|thus|therefore|hence|total|altogether|(?:the|final)\s(?:total|answer))(?!\p{L}))/iu;
/** "A car drives for **2 hours**." sets the scene of "Distance = 60 × 2 = 120 km". */
const sceneInBold = /(?<!\p{L})(?:for|at|with|of|every|after)\s\*\*[^*\n]{1,60}\*\*[.!]?\s*$/iu;
const namedCalculation =
  /(?:^|\n)[\s*_]{0,4}\p{L}[\p{L} ]{1,40}\s?[=≈]([^=≈\n]{1,60})[=≈][^=≈\n]{1,40}$/u;
/** "9 eggs per day", and below it "9 × 2 = $18": a rate, and what comes of it. */
const rate = /^[^$€£]{1,60}(?<!\p{L})per\s\p{L}{1,12}[\s*_.]{0,6}$/u;
const amountCalculation =
  /\p{L}[^\n]{0,200}[,:]\s([^=≈\n]{1,60})[=≈]\s?\*{0,2}[$€£]\s?[\d.,]{1,15}[\s*_.!]{0,6}$/u;
/** "Each box holds 5, so there are 15 items." */
const inferred =
  /(?<!\p{L})(?:each|every|per|apiece)(?!\p{L})[^\n]{0,200}?,\s(?:so|thus|therefore|hence|which)\s(?:\p{L}{1,12}\s){1,3}[$€£]?[\d.,]{1,15}(?!\d)[^\d\n]{0,60}$/iu;
/** "Wait, that's wrong" after a number. */
export const takesBack = /(?:^|[.!?\n]\s{0,3})(?:wait|oops|sorry|correction)(?!\p{L})/iu;
/** Longer texts are solutions, which begin with what is given. */
const maxLength = 400;
const maxSentences = 3;

/**
 * Final numbers with the number of the first sentence, where the last one concludes nothing: "She has
 * 20 left. She started with 28 and ate 8." may answer first and then explain.
 */
export function withOpening(
  numbers: FinalNumbers,
  text: string,
  locale: NumberLocale,
): FinalNumbers {
  if (numbers.length !== 1 && !endsWithPeers(numbers, text, locale)) return numbers;
  const alone = readOpeningLine(text, locale);
  if (alone !== undefined) return distinct([alone, ...numbers]);
  if (text.length > maxLength) return numbers;
  const said = dropBrackets(plainMath(text), locale).split('\n').flatMap(splitSentences);
  const sentences = said.filter((one) => /\d/.test(one) && statesSomething(one));
  const [first, ...others] = sentences;
  const last = others.at(-1);
  if (first === undefined || last === undefined || sentences.length > maxSentences) return numbers;
  const concluded = last.replace(deniedClause, ' ').replace(tellsMore, ' ');
  if (concludingSentence.test(concluded) || begins.test(first)) return numbers;
  const opening = withoutDenied(first, findQuantities(first, locale));
  const rest = said.slice(said.indexOf(first) + 1).map((sentence) => sentence.trim());
  const isDenied = rest.some((one) => denies.test(one) || deniesOne(one, opening, locale));
  if (corrects.test(text) || isDenied) return numbers;
  if (/[?=≈]/.test(first) || isResult(sentences, numbers, locale)) return numbers;
  return opening.length === 1 ? distinct([...opening, ...numbers]) : numbers;
}

/** "Anna has 25 and Ben has 15" at the end. */
function endsWithPeers(numbers: FinalNumbers, text: string, locale: NumberLocale): boolean {
  if (numbers.length !== 2) return false;
  const line = text.trimEnd().split('\n').at(-1)?.slice(-maxLength) ?? '';
  const [first, second] = findQuantities(line, locale).slice(-2);
  if (first === undefined || second === undefined) return false;
  return isPeer(line.slice(0, first.start), line.slice(first.end, second.start));
}

/** Whether a sentence says "not" of one of the numbers. */
function deniesOne(sentence: string, numbers: FinalNumbers, locale: NumberLocale): boolean {
  const denial = deniesNumber.exec(sentence);
  if (denial === null) return false;
  const [denied] = findQuantities(sentence.slice(denial.index + denial[0].length), locale);
  return numbers.some(({ value }) => value === denied?.value);
}

/** The number, with its unit, that stands alone in an emphasized first line: it may be the answer. */
function readOpeningLine(text: string, locale: NumberLocale): FinalNumbers[number] | undefined {
  const [first = '', ...rest] = text.split('\n').filter((line) => line.trim() !== '');
  const below = rest.join('\n');
  const isSentence = boldSentence.test(first) && !begins.test(first) && /^.+\n\s*\n/.test(text);
  if (!(aloneLine.test(first) || isSentence) || goesOn.test(below) || takesBack.test(below))
    return undefined;
  if (/:[\s*_]{0,4}$/.test(first)) return undefined;
  const [number, ...others] = findQuantities(plainMath(first), locale);
  if (number === undefined || others.length > 0) return undefined;
  return isOperand(number.value, first, plainMath(below).trim(), locale) ? undefined : number;
}

/** Whether the text below a first line ends with another quantity that it calculates from the line's number. */
function isOperand(opening: number, first: string, below: string, locale: NumberLocale): boolean {
  const calculation =
    (sceneInBold.test(first) ? namedCalculation.exec(below) : null) ??
    (rate.test(first) ? amountCalculation.exec(below) : null);
  const operands = (calculation?.[1] ?? '')
    .split(/[*/+×·÷-]/)
    .flatMap((part) => findQuantities(part, locale).map(({ value }) => value));
  if (operands.length > 1 && operands.includes(opening)) return true;
  const said = inferred.exec(below);
  if (said === null || opening === 1) return false;
  const values = findQuantities(said[0], locale).map(({ value }) => value);
  const result = values.at(-1);
  return !values.includes(opening) && values.some((value) => value * opening === result);
}

/** "John has 5 apples. Mary gave him 3 more. He has 8.": a story that ends with its result. */
function isResult(
  sentences: readonly string[],
  numbers: FinalNumbers,
  locale: NumberLocale,
): boolean {
  const [first = '', middle = '', last] = sentences;
  if (last === undefined || looksBack.test(last) || concludingSentence.test(first)) return false;
  const [given, change, end] = [first, middle, last].map((one) => findQuantities(one, locale));
  const [a, b, result] = [given, change, end].map((found) =>
    found?.length === 1 ? found[0]?.value : undefined,
  );
  if (a === undefined || b === undefined || result === undefined) return false;
  if (!operates.test(middle) || result !== numbers[0]?.value) return false;
  return [a + b, a - b, a * b, a / b].some(
    (one) => Math.abs(one - result) <= 1e-9 * Math.max(1, Math.abs(one)),
  );
}
