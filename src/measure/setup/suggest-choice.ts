import type { JsonValue } from '../../util/json.js';
import { foldReference } from './draft-task-set.js';
import { completeVerdicts } from './expected-answers.js';
import {
  areSets,
  hasLetterLists,
  isGlued,
  listsOption,
  listsOptions,
  readLetters,
  readOption,
} from './letter-lists.js';
import { listSome, listTexts, referenceRubric, type Group, type Suggestion } from './suggestion.js';

const maxChoices = 26;

/** A choice, for letters, lists of letters, verdicts and labels that repeat. */
export function suggestChoice(group: Group): Suggestion | undefined {
  const { references } = group;
  if (!hasLetterLists(references)) return suggestLabels(group);
  const suggestion = suggestLetters(group);
  // As labels, "A, C" and "C" would each be read from an answer that lists both.
  if (references.some(isSeparated)) return suggestion;
  return (
    (mayBeLabels(group) ? suggestLabels(group) : undefined) ?? suggestion ?? suggestLabels(group)
  );
}

/** A choice by its letter, for "B. Paris" and "(B)" where the prompts list the options. */
export function suggestOption({ references, prompts }: Group): Suggestion | undefined {
  const areLetters = references.every((one) => readLetters(one) !== undefined);
  const areListed = references.every((one, index) => listsOption(prompts[index] ?? '', one));
  if (areLetters || !areListed) return undefined;
  return {
    grader: { name: 'choice' },
    reason: 'every expected answer begins with the letter of an option: the letter is compared',
    rewrite: (reference) => readOption(reference) ?? reference,
  };
}

/** Whether "AB" may be a label: others are beside it, such as "O", and no prompt has lettered options. */
function mayBeLabels({ references, prompts }: Group): boolean {
  const hasOthers = references.some((one) => readLetters(one) === undefined);
  return hasOthers && references.some(isGlued) && !prompts.some(listsOptions);
}

function suggestLabels({ references }: Group): Suggestion | undefined {
  const texts = listTexts(references);
  if (texts === undefined) return undefined;
  if (texts.every((text) => /^[A-J]$/.test(text))) {
    return { grader: { name: 'choice' }, reason: 'every expected answer is a letter' };
  }
  const spellings = listSpellings(texts);
  const verdicts = completeVerdicts(spellings);
  const choices = verdicts ?? spellings;
  const isClosed =
    verdicts !== undefined ||
    (choices.length >= 2 && choices.length <= Math.min(maxChoices, texts.length / 2));
  if (!isClosed || choices.some((choice) => choice.length > 60)) return undefined;
  return {
    grader: { name: 'choice', choices },
    reason: `the expected answers are ${choices.length} labels: ${choices.join(', ')}`,
  };
}

/** The distinct texts without regard to case, each in its most frequent spelling. */
function listSpellings(texts: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const best = new Map<string, string>();
  const order = [...counts].sort(
    ([a, countA], [b, countB]) => countB - countA || rankSpelling(a) - rankSpelling(b),
  );
  for (const [text] of order) {
    if (!best.has(foldReference(text))) best.set(foldReference(text), text);
  }
  return [...best.values()].sort();
}

/** Of equally frequent spellings, "Returns" is preferred to "returns", and that to "RETURNS". */
function rankSpelling(text: string): number {
  if (text === text.toLowerCase()) return 1;
  return text === text.toUpperCase() ? 2 : 0;
}

function suggestLetters({ references, prompts, hasJudge }: Group): Suggestion | undefined {
  const letters = references.filter((one) => readLetters(one) !== undefined);
  const others = references.filter((one) => readLetters(one) === undefined);
  if (letters.length < others.length * 2) return undefined;
  if (!areSets(letters, prompts)) {
    if (!hasJudge || others.length > 0) return undefined;
    const reason = 'the expected answers are letters in an order: a judge compares it';
    return { grader: referenceRubric, reason };
  }
  const found = 'the expected answers are letters and lists of letters, of which all are needed';
  const reason =
    others.length === 0
      ? found
      : `${found}; left out because they are neither: ${listSome(others)}`;
  return { grader: { name: 'choice' }, reason, references: new Set(letters) };
}

function isSeparated(reference: JsonValue): boolean {
  const isText = typeof reference === 'string';
  return (!isText || /[^A-J]/.test(reference.trim())) && (readLetters(reference)?.length ?? 0) > 1;
}
