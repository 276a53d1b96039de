import { findGrader } from '../graders/registry.js';
import {
  areBare,
  listSome,
  listTexts,
  referenceRubric,
  type Group,
  type Suggestion,
} from './suggestion.js';

const formula = /\\[A-Za-z]{2,}|\$[^$]+\$|[\w)}]\s?\^\s?[\w{(]/;
/** At least so many of the expected answers are formulas, which others may be without signs of it. */
const minFormulas = 0.2;
/** At most so many are none that `math` compares: matrices, names. */
const maxUncompared = 0.25;

/** A comparison by value, for formulas: "$x^2+1$" is also "\\(1 + x^2\\)". */
export function suggestMath({ references }: Group): Suggestion | undefined {
  const texts = listTexts(references);
  const formulas = texts?.filter((text) => formula.test(text)) ?? [];
  if (formulas.length === 0 || formulas.length < references.length * minFormulas) return undefined;
  const grader = { name: 'math' };
  const isCompared = (text: (typeof references)[number]): boolean =>
    findGrader(grader.name)?.checkTask(text, {}) === undefined;
  const others = references.filter((one) => !isCompared(one));
  if (others.length > references.length * maxUncompared) return undefined;
  const found = 'the expected answers are formulas, compared by their value';
  if (others.length === 0) return { grader, reason: found };
  const reason = `${found}; left out because they are not understood: ${listSome(others)}`;
  return { grader, reason, references: new Set(references.filter(isCompared)) };
}

const heldAnswers = 'short answers, which a longer one may hold (also one that denies them)';

/** A comparison of texts for answers of a few words. */
export function suggestShort({ references, prompts, hasJudge }: Group): Suggestion | undefined {
  const isOfNumbers = references.some(
    (one) => Array.isArray(one) && !one.every((item) => typeof item === 'string'),
  );
  const texts = isOfNumbers ? undefined : listTexts(references.flat());
  if (texts === undefined) return undefined;
  if (texts.some((text) => text.length > 60 || text.split(/\s+/).length > 5)) return undefined;
  const isVarying = holdDates(texts, prompts);
  if (isVarying && hasJudge) {
    const reason = 'dates or times, which are written in many ways: a judge compares the meaning';
    return { grader: referenceRubric, reason };
  }
  const remark = isVarying
    ? '; dates and times are right only as they are written (not 08:30 for 8:30): a judge would be better'
    : '';
  const lists = prompts.filter((_, index) => Array.isArray(references[index]));
  const wantsAll = lists.filter((prompt) => asksForSeveral.test(prompt)).length * 2 > lists.length;
  if (lists.length > 0) {
    const kept = wantsAll ? {} : { all: false };
    return {
      grader: { name: 'contains', wholeWords: true, ...kept },
      reason: `${heldAnswers}; of a list, ${wantsAll ? 'all are needed' : 'one is enough'}${remark}`,
    };
  }
  return areBare(prompts)
    ? {
        grader: { name: 'exact' },
        reason: `short answers, and the prompts ask for nothing else${remark}`,
      }
    : {
        grader: { name: 'contains', wholeWords: true },
        reason: `${heldAnswers}${remark}`,
      };
}

/** Prompts whose expected answers are likely all wanted, where there are several. */
const asksForSeveral = /\b(?:list|every|all|each|both)\b/i;

const time = String.raw`\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]\.?m\.?)?|\d{1,2}\s?[ap]\.?m\.?`;
const day = String.raw`\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}`;
const month =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?';
const named = String.raw`(?:${month})\.?\s\d.*|\d{1,2}(?:st|nd|rd|th)?\s(?:of\s)?(?:${month})\b.*`;
const dateOrTime = new RegExp(`^(?:${time}|(?:${day})(?:[T\\s]+(?:${time}))?|${named})$`, 'i');
/** A prompt that says how a date or time is to be written. */
const format = /\bYYYY|\bHH:MM|\bISO[\s-]?8601|\bDD[-/.]MM|\bMM[-/.]DD|\b24-hour\sformat/i;

/** Whether a fifth or more are dates or times, in a form that most prompts do not ask for. */
function holdDates(texts: readonly string[], prompts: readonly string[]): boolean {
  const dates = texts.filter((text) => dateOrTime.test(text.trim()));
  const formatted = prompts.filter((prompt) => format.test(prompt));
  return dates.length * 5 >= texts.length && formatted.length * 2 <= prompts.length;
}
