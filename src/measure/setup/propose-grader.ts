import { formatCount } from '../../util/format-number.js';
import { groupBy } from '../../util/group-by.js';
import type { JsonObject, JsonValue } from '../../util/json.js';
import { isJsonObject } from '../../util/json.js';
import { parseJsonObject } from '../../util/parse-json.js';
import { findGrader } from '../graders/registry.js';
import { keepCodeLists } from './code-lists.js';
import { decodeReference } from './decode-reference.js';
import type { DraftExample } from './draft-task-set.js';
import { hasDecimalCommas, splitNumbers, writeWithoutGroups } from './expected-answers.js';
import { hasLetterLists, readLetters } from './letter-lists.js';
import { suggestChoice, suggestOption } from './suggest-choice.js';
import { suggestMath, suggestShort } from './suggest-short.js';
import {
  areBare,
  listSome,
  openRubric,
  referenceRubric,
  type Group,
  type Suggestion,
} from './suggestion.js';

/** A grader for the examples of a label, and why it suits them. */
export interface GraderProposal {
  readonly label: string | undefined;
  readonly examples: readonly DraftExample[];
  /** Examples of the label that it cannot grade: they have no reference, or none that it reads. */
  readonly ungradable: readonly DraftExample[];
  /** Undefined if nothing can grade them without a judge. */
  readonly grader: (JsonObject & { readonly name: string }) | undefined;
  readonly reason: string;
}

/**
 * Proposes a grader for each label: the first one whose kind of reference fits, and that accepts
 * every reference of the label.
 *
 * @param hasJudge whether a model is there to grade what no rule can
 */
export function proposeGraders(
  examples: readonly DraftExample[],
  hasJudge: boolean,
): readonly GraderProposal[] {
  return [...groupBy(examples, ({ task }) => task)].map(([label, members]) =>
    proposeForLabel(label, members, hasJudge),
  );
}

function proposeForLabel(
  label: string | undefined,
  given: readonly DraftExample[],
  hasJudge: boolean,
): GraderProposal {
  const { examples: members, kept } = keepCodeLists(given);
  const withReference = members.filter(({ reference }) => reference !== undefined);
  const without = members.filter(({ reference }) => reference === undefined);
  if (withReference.length === 0) {
    if (!hasJudge) {
      const reason = 'no expected answers, and no judge: nothing can grade them';
      return { label, examples: [], ungradable: members, grader: undefined, reason };
    }
    const reason = 'no expected answers: a judge grades whether the instruction is followed';
    return { label, examples: members, ungradable: [], grader: openRubric, reason };
  }
  const group: Group = {
    references: withReference.map(({ reference }) => reference ?? null),
    hasJudge,
    prompts: withReference.map(({ request }) => JSON.stringify(request)),
  };
  const suggestion = suggest(group);
  const { grader, references, rewrite } = suggestion;
  const ofLists =
    kept === 0
      ? ''
      : `; ${formatCount(kept, 'list')} kept as written, since the prompts show or ask for code`;
  const reason = `${suggestion.reason}${ofLists}`;
  const accepted = withReference.filter(
    ({ reference = null }) =>
      references?.has(reference) !== false && accepts(suggestion, reference),
  );
  const refused = withReference.filter((example) => !accepted.includes(example));
  const ungradable = [...without, ...refused];
  const found = { label, examples: accepted, ungradable, grader, reason };
  if (rewrite !== undefined) {
    const rewritten = accepted.map((example) => ({
      ...example,
      reference: rewrite(example.reference ?? null),
    }));
    return { ...found, examples: rewritten };
  }
  if (isOfLetterLists(grader, accepted)) return { ...found, examples: accepted.map(asList) };
  if (grader.name !== 'numeric' || !hasDecimalCommas(accepted)) return found;
  const comma = 'with decimal commas, so that 1.250 is 1250';
  return { ...found, examples: accepted.map(writeWithoutGroups), reason: `${reason}, ${comma}` };
}

/** Where some have several right letters, a single one is a list too: "B and C" is not B. */
function isOfLetterLists(
  { name, choices }: JsonObject,
  examples: readonly DraftExample[],
): boolean {
  const references = examples.map(({ reference = null }) => reference);
  return name === 'choice' && choices === undefined && hasLetterLists(references);
}

function asList(example: DraftExample): DraftExample {
  return { ...example, reference: readLetters(example.reference ?? null) };
}

function suggest(group: Group): Suggestion {
  const rules = [
    suggestOption,
    suggestNumeric,
    suggestJson,
    suggestChoice,
    suggestSet,
    suggestMath,
    suggestShort,
  ];
  for (const rule of rules) {
    const suggestion = rule(group);
    if (suggestion === undefined) continue;
    const intended = [...(suggestion.references ?? group.references)];
    if (intended.every((reference) => accepts(suggestion, reference))) return suggestion;
  }
  if (group.hasJudge) {
    return {
      grader: referenceRubric,
      reason: 'the expected answers are free text: a judge compares the meaning',
    };
  }
  return {
    grader: { name: 'similarity' },
    reason: 'the expected answers are free text: likeness of wording; a judge would be better',
  };
}

function accepts({ grader, rewrite }: Suggestion, reference: JsonValue): boolean {
  const { name, ...options } = grader;
  const read = decodeReference(grader, rewrite?.(reference) ?? reference);
  return findGrader(name)?.checkTask(read, options) === undefined;
}

function suggestNumeric(group: Group): Suggestion | undefined {
  const grader = { name: 'numeric' };
  const split = splitNumbers(
    group.references,
    (one) => findGrader(grader.name)?.checkTask(one, {}) === undefined,
  );
  if (split === undefined) return undefined;
  const { numbers, others } = split;
  if (others.length === 0) return { grader, reason: 'every expected answer is a number' };
  // "escalate" beside 1 to 3, more than once, is a label of its own.
  const isLabel = new Set(others.map((one) => JSON.stringify(one))).size < others.length;
  if (isLabel && suggestChoice(group) !== undefined) return undefined;
  const reason = `the expected answers are numbers; left out because they are not numbers: ${listSome(others)}`;
  return { grader, reason, references: numbers };
}

function suggestJson({ references }: Group): Suggestion | undefined {
  const areObjects = references.every((one) =>
    typeof one === 'string' ? parseJsonObject(one) !== undefined : isJsonObject(one),
  );
  if (!areObjects) return undefined;
  return { grader: { name: 'json_fields' }, reason: 'every expected answer is a JSON object' };
}

/** Where the order counts, which a set does not look at. */
const asksForOrder =
  /\b(?:sort(?:ed|s)?|order(?:ed|ing)?|rank(?:ed|ing)?|arrange|ascending|descending|sequence|series|next|first|from\s(?:the\s)?(?:small|larg|low|high)est|prints?|returns?|outputs?|coordinates?|vector|matrix)\b/i;

/** Lists of numbers name all that is wanted, unlike lists of texts, which may be spellings of one. */
function suggestSet({ references, prompts, hasJudge }: Group): Suggestion | undefined {
  const areNumbers = references.every(
    (one) => Array.isArray(one) && one.every((item) => typeof item === 'number'),
  );
  // A judge also reads numbers in prose ("x = 3 or x = 5"), which would have quality 0 here.
  if (hasJudge || !areNumbers || !areBare(prompts)) return undefined;
  if (prompts.some((prompt) => asksForOrder.test(prompt))) return undefined;
  return {
    grader: { name: 'set_f1' },
    reason:
      'the expected answers are lists of numbers: all are needed, in any order; a judge would be better',
  };
}
