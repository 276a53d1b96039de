import { findQuantities } from './find-quantities.js';
import { plainMath } from './math/plain-math.js';
import type { NumberLocale } from './read-digits.js';
import { distinct, dropBrackets, withoutDenied, type FinalNumbers } from './read-number-clause.js';
import { splitSentences, statesSomething } from './split-sentences.js';

/** A last sentence that concludes, or goes on from what is said before it, says what the answer is. */
const concludes =
  /[=≈≡→⇒]|(?<!\p{L})(?:so|thus|therefore|hence|finally|final|answer|total|altogether|overall|now|then|after|afterwards|left|leaving|leaves|remain(?:s|ing)?|result(?:s|ing)?|gives?|makes?|becomes?|needs?|must|will|would|can|also|daher|insgesamt|somit|damit|dann|jetzt|danach|bleiben|bleibt|übrig|donc|ainsi|alors|total|reste(?:nt)?|entonces|ahora|quedan?|quindi|dunque|poi|ora|totale|restano|rimangono|portanto|agora|então|restam|итого|значит|теперь|потом)(?!\p{L})|因此|所以|一共|现在|然后|合計|따라서/iu;
/** A first sentence that only begins the solution. */
const begins =
  /^[\s*_#]{0,6}(?:first(?:ly)?|to\s(?:find|solve|calculate|determine|get)|let(?:'s|\sus|\sme)?|step|given|we\s(?:know|have|are\sgiven|need|start)|if|since|because|start|zuerst|zunächst|d'abord|primero|prima|primeiro|сначала|首先|まず)(?!\p{L})/iu;
/** What was said first does not stand. */
const corrects =
  /(?<!\p{L})(?:no|not|wait|oops|sorry|actually|correct(?:ion|ed|ly)?|mistake|wrong|instead|rather|earlier|first\swrote|nein|nicht|falsch|non|pas|erreur|perdón|error|но|нет|неверно)(?!\p{L})|n't|\.{3}|…|不|错/iu;
/** What happens to the numbers before: "Mary gave him 3 more", "she buys 3 boxes". */
const operates =
  /(?<!\p{L})(?:more|fewer|less|another|extra|additional|gives?|gave|gets?|got|receives?d?|buys?|bought|adds?|added|finds?|found|loses?|lost|eats?|ate|sells?|sold|spends?|spent|uses?d?|takes?|took|removes?d?|each|per|times|half|twice|doubles?d?|triples?d?|third|quarter|mehr|weniger|gibt|gab|kauft|jede[rs]?|pro|hälfte|doppelt|plus|moins|donne|achète|chaque|chacun|moitié|double|más|menos|dio|compra|cada|mitad|doble|più|meno|ogni|metà|doppio|mais|metade|dobro)(?!\p{L})/iu;
/** A last sentence that tells what was before: how the first number came about. */
const looksBack =
  /(?<!\p{L})(?:had|was|were|started?|starts|began|begins|originally|original|initially|first|before|regular|because|since|this\sis|of\s(?:the|them|which)|hatte|war|waren|begann|ursprünglich|vorher|avait|était|avant|tenía|había|era|antes|aveva|prima|tinha|havia)(?!\p{L})/iu;
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
  if (numbers.length !== 1 || text.length > maxLength) return numbers;
  const sentences = dropBrackets(plainMath(text), locale)
    .split('\n')
    .flatMap(splitSentences)
    .filter((sentence) => /\d/.test(sentence) && statesSomething(sentence));
  const [first, ...others] = sentences;
  const last = others.at(-1);
  if (first === undefined || last === undefined || sentences.length > maxSentences) return numbers;
  if (concludes.test(last) || begins.test(first) || corrects.test(text)) return numbers;
  if (/[?=≈]/.test(first) || isResult(sentences, numbers, locale)) return numbers;
  const opening = withoutDenied(first, findQuantities(first, locale));
  return opening.length === 1 ? distinct([...opening, ...numbers]) : numbers;
}

/** "John has 5 apples. Mary gave him 3 more. He has 8.": a story that ends with its result. */
function isResult(
  sentences: readonly string[],
  numbers: FinalNumbers,
  locale: NumberLocale,
): boolean {
  const [first = '', middle = '', last] = sentences;
  if (last === undefined || looksBack.test(last) || concludes.test(first)) return false;
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
