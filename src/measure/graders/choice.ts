import { z } from 'zod';
import type { JsonValue } from '../../util/json.js';
import { indexOfText } from './choices/choice-texts.js';
import {
  createChoices,
  findLetterList,
  haveOwnLetters,
  letterIndex,
  letterOf,
  plainChoiceText,
  withoutLetters,
  type Choices,
  type FoundChoice,
} from './choices/choices.js';
import {
  ambiguous,
  createGrader,
  cutOffEarly,
  graded,
  gradedShare,
  gradeUnfinished,
  problem,
  ready,
} from './create-grader.js';
import { findChoice } from './choices/find-choice.js';
import { findChoices } from './choices/find-choices.js';
import type { StatedChoices } from './choices/read-choice-list.js';
import { findCutOffChoice, findCutOffChoices } from './choices/read-cut-off-choice.js';
import type { Grade } from './grade.js';

const defaultLetterCount = 10;

/**
 * The answer chooses what the reference names: a letter, or one of the texts in `choices`. Where the
 * reference is a list, the answer must choose all of them and nothing else.
 *
 * Options: `choices` (the texts that A, B, C, ... stand for, 2 to 26 of them; default: none, and
 * the letters A to J), `credit` (for a list: "all": 1 or 0; "share": the choices that are right, as
 * a share of all that are right or chosen; default "all"). Where a choice's text is itself a single
 * letter, the text counts; where most are ("B", "(B)") or all begin with one ("B. Rome"), a letter is
 * never a position.
 */
export const choiceGrader = createGrader({
  name: 'choice',
  version: 18,
  options: z.strictObject({
    choices: z.array(z.string().trim().min(1, 'must not be blank')).min(2).max(26).optional(),
    credit: z.enum(['all', 'share']).default('all'),
  }),
  example: (reference) => (Array.isArray(reference) ? reference.join(', ') : reference?.toString()),
  prepare(reference, options) {
    const choices = createChoices(options.choices ?? [], defaultLetterCount);
    const { texts } = choices;
    if (new Set(texts).size < texts.length) return problem('options: choices must all differ');
    const list = findLetterList(texts);
    if (list !== undefined) {
      return problem(
        `options: "${list.toUpperCase()}" is a list of letters: leave out choices, and give references as lists, such as ["A", "C"]`,
      );
    }
    const unlabeled = withoutLetters(choices);
    const isMultiple = Array.isArray(reference);
    const references: readonly JsonValue[] = isMultiple ? reference : [reference ?? null];
    const wanted = references.map((one) => parseReference(one, choices));
    if (wanted.length === 0 || wanted.some((index) => index === undefined)) {
      const letters = `a letter from A to ${letterOf(choices.letterCount - 1)}`;
      const listed = (options.choices ?? []).join(', ');
      return problem(
        texts.length === 0
          ? `reference: give ${letters}, or list the texts in the option "choices"`
          : `reference: give ${haveOwnLetters(texts) ? '' : `${letters}, or `}one of: ${listed}`,
      );
    }
    if (isMultiple) {
      const all = new Set(wanted as number[]);
      const gradeAll = (given: StatedChoices | undefined): Grade =>
        gradeMultiple(given, all, options.credit);
      return ready((answer, isCutOff) => {
        if (!isCutOff) return gradeAll(findChoices(answer, choices));
        const stated =
          findCutOffChoices(answer, choices) ?? (unlabeled && findCutOffChoices(answer, unlabeled));
        if (stated === undefined) return cutOffEarly();
        const { indices, isSure } = stated;
        const grade = gradeAll({ indices });
        return isSure ? grade : gradeUnfinished(grade, [[...indices].map(letterOf).join(', ')]);
      });
    }
    const gradeOne = (found: FoundChoice): Grade => {
      if (found.kind === 'none') return graded(false, 'no choice found');
      const read = listFound(found).map(letterOf);
      if (!listFound(found).includes(wanted[0] as number)) {
        return graded(false, `read ${read.join(' or ')}`);
      }
      return found.kind === 'found' ? graded(true) : ambiguous(read);
    };
    return ready((answer, isCutOff) => {
      if (!isCutOff) return gradeOne(findChoice(answer, choices));
      const lettered = findCutOffChoice(answer, choices);
      const { found, isSure } =
        lettered.found.kind === 'none' && unlabeled !== undefined
          ? findCutOffChoice(answer, unlabeled)
          : lettered;
      if (found.kind === 'none') return cutOffEarly();
      return isSure
        ? gradeOne(found)
        : gradeUnfinished(gradeOne(found), listFound(found).map(letterOf));
    });
  },
});

function listFound(found: Exclude<FoundChoice, { readonly kind: 'none' }>): readonly number[] {
  return found.kind === 'found' ? [found.index] : found.indices;
}

function gradeMultiple(
  given: StatedChoices | undefined,
  wanted: ReadonlySet<number>,
  credit: 'all' | 'share',
): Grade {
  if (given === undefined) return graded(false, 'no choice found');
  const { indices, further } = given;
  const grade = gradeChosen(indices, wanted, credit);
  const possible = new Set([...indices, ...(further ?? [])]);
  if (possible.size === indices.size) return grade;
  // Right where what may be meant as well is, or is not.
  const mayBeRight =
    [...indices].every((index) => wanted.has(index)) &&
    [...wanted].every((index) => possible.has(index));
  const mayShare = credit === 'share' && [...possible].some((index) => wanted.has(index));
  if (!mayBeRight && !mayShare) return grade;
  return ambiguous([indices, possible].filter(({ size }) => size > 0).map(listLetters));
}

function gradeChosen(
  given: ReadonlySet<number>,
  wanted: ReadonlySet<number>,
  credit: 'all' | 'share',
): Grade {
  const right = [...given].filter((index) => wanted.has(index)).length;
  const isRight = right === wanted.size && right === given.size;
  if (isRight) return graded(true);
  const share = right / (given.size + wanted.size - right);
  return gradedShare(credit === 'share' ? share : 0, `read ${listLetters(given)}`);
}

function listLetters(indices: ReadonlySet<number>): string {
  return [...indices]
    .sort((a, b) => a - b)
    .map(letterOf)
    .join(', ');
}

function parseReference(reference: JsonValue, choices: Choices): number | undefined {
  if (typeof reference !== 'string' && typeof reference !== 'number') return undefined;
  const text = String(reference).normalize('NFKC').trim();
  const index = indexOfText(plainChoiceText(text), choices.texts);
  if (index !== -1) return index;
  return /^[A-Za-z]$/.test(text) ? letterIndex(text, choices) : undefined;
}
