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
  if (/[?=≈]/.test(first)) return numbers;
  const opening = withoutDenied(first, findQuantities(first, locale));
  return opening.length === 1 ? distinct([...opening, ...numbers]) : numbers;
}
