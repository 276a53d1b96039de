import { contrastWords, contrastWordsAfterComma } from '../texts/connectives.js';
import { findNumbers } from './find-numbers.js';

const suppositionEnd = new RegExp(
  String.raw`;\s|[,.]\s(?:${contrastWords}|${contrastWordsAfterComma})[,\s]|,\s(?=(?:with|mit|avec|con|com|со?)\s)`,
  'iu',
);
const supposing =
  /\b(?:would|could|might)\b|(?<!\p{L})(?:würden?|hätten?|wären?|müssten?)(?!\p{L})|\p{L}{2}r(?:ait|aient)(?!\p{L})|\p{L}{2}r?ía[ns]?(?!\p{L})|\p{L}{2}ria[m]?(?!\p{L})|\p{L}{2}rebbe(?:ro)?(?!\p{L})|(?<!\p{L})бы(?!\p{L})/iu;
/** What does not hold, or no longer. */
const unreal =
  /(?<!\p{L})(?:if|without|otherwise|normally|usually|ordinarily|originally|initially|at\sfull\sprice|before|wenn|falls|ohne|sonst|normalerweise|eigentlich|si|sans|sinon|normalement|sin|normalmente|se|senza|altrimenti|sem|если|без)(?!\p{L})/iu;

/**
 * A sentence without the clause that says what would be if things were different: of "Without the
 * discount she would pay $80; with it she pays $64", the second one. A sentence that has no other
 * number stays whole.
 */
export function dropSupposed(sentence: string): string {
  const clauses = sentence.split(new RegExp(suppositionEnd, 'giu'));
  if (clauses.length < 2) return sentence;
  const real = clauses.filter((clause) => !(supposing.test(clause) && unreal.test(clause)));
  const isStated = real.length < clauses.length && real.some((one) => findNumbers(one).length > 0);
  return isStated ? real.join('; ') : sentence;
}
