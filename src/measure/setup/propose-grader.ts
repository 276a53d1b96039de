import { groupBy } from '../../util/group-by.js';
import type { JsonObject, JsonValue } from '../../util/json.js';
import { isJsonObject } from '../../util/json.js';
import { parseJsonObject } from '../../util/parse-json.js';
import { findGrader } from '../graders/registry.js';
import {
  completeVerdicts,
  hasDecimalCommas,
  splitNumbers,
  writeWithoutGroups,
} from './expected-answers.js';
import { foldReference, type DraftExample } from './draft-task-set.js';

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

interface Group {
  readonly references: readonly JsonValue[];
  readonly hasJudge: boolean;
  readonly prompts: readonly string[];
}

interface Suggestion {
  readonly grader: JsonObject & { readonly name: string };
  readonly reason: string;
  /** The references that it is for, where the reason names the others. @default all of the label */
  readonly references?: ReadonlySet<JsonValue>;
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
  members: readonly DraftExample[],
  hasJudge: boolean,
): GraderProposal {
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
  const { grader, reason, references } = suggestion;
  const accepted = withReference.filter(
    ({ reference = null }) =>
      references?.has(reference) !== false && accepts(suggestion, reference),
  );
  const refused = withReference.filter((example) => !accepted.includes(example));
  const ungradable = [...without, ...refused];
  const found = { label, examples: accepted, ungradable, grader, reason };
  if (grader.name !== 'numeric' || !hasDecimalCommas(accepted)) return found;
  const comma = 'with decimal commas, so that 1.250 is 1250';
  return { ...found, examples: accepted.map(writeWithoutGroups), reason: `${reason}, ${comma}` };
}

const openRubric = {
  name: 'judge',
  rubric:
    'Correct where the answer does all that the prompt asks for, and nothing in it is wrong or made up.',
};

const referenceRubric = {
  name: 'judge',
  rubric:
    'Correct where the answer says the same as the reference and adds nothing wrong; wording and length do not matter.',
};

function suggest(group: Group): Suggestion {
  const rules = [suggestNumeric, suggestJson, suggestChoice, suggestSet, suggestShort];
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

function accepts({ grader }: Suggestion, reference: JsonValue): boolean {
  const { name, ...options } = grader;
  return findGrader(name)?.checkTask(decodeReference(grader, reference), options) === undefined;
}

/** Graders that look at every member of a list; any other would grade by one of them alone. */
const listGraders: ReadonlySet<string> = new Set(['contains', 'exact', 'set_f1']);

/**
 * A reference in the form that a grader expects: JSON for objects that a table holds as text, the
 * spelling of its choice, and a list as the text that it was read from, unless the grader takes lists.
 *
 * @param listText the text that a list was read from. @default the list as JSON
 */
export function decodeReference(
  { name, choices }: NonNullable<GraderProposal['grader']>,
  reference: JsonValue,
  listText?: string,
): JsonValue {
  if (Array.isArray(reference) && !listGraders.has(name)) {
    return listText ?? JSON.stringify(reference);
  }
  if (name === 'set_f1') return Array.isArray(reference) ? reference : [reference];
  if (name === 'json_fields' && typeof reference === 'string') {
    return parseJsonObject(reference) ?? reference;
  }
  const text = writeText(reference);
  if (name !== 'choice' || !Array.isArray(choices) || text === undefined) return reference;
  const folded = foldReference(text);
  const spellings = choices as readonly JsonValue[];
  return spellings.find((choice) => foldReference(choice) === folded) ?? reference;
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

const maxListed = 5;

function listSome(references: readonly JsonValue[]): string {
  const texts = [...new Set(references.map((one) => JSON.stringify(one)))];
  const listed = texts
    .slice(0, maxListed)
    .map((text) => (text.length > 60 ? `${text.slice(0, 60)}...` : text));
  const more = texts.length - listed.length;
  return listed.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function suggestJson({ references }: Group): Suggestion | undefined {
  const areObjects = references.every((one) =>
    typeof one === 'string' ? parseJsonObject(one) !== undefined : isJsonObject(one),
  );
  if (!areObjects) return undefined;
  return { grader: { name: 'json_fields' }, reason: 'every expected answer is a JSON object' };
}

const maxChoices = 26;

function suggestChoice({ references }: Group): Suggestion | undefined {
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

const heldAnswers = 'short answers, which a longer one may hold (also one that denies them)';

function suggestShort({ references, prompts }: Group): Suggestion | undefined {
  const isOfNumbers = references.some(
    (one) => Array.isArray(one) && !one.every((item) => typeof item === 'string'),
  );
  const texts = isOfNumbers ? undefined : listTexts(references.flat());
  if (texts === undefined) return undefined;
  if (texts.some((text) => text.length > 60 || text.split(/\s+/).length > 5)) return undefined;
  const lists = prompts.filter((_, index) => Array.isArray(references[index]));
  const wantsAll = lists.filter((prompt) => asksForSeveral.test(prompt)).length * 2 > lists.length;
  if (lists.length > 0) {
    const kept = wantsAll ? {} : { all: false };
    return {
      grader: { name: 'contains', wholeWords: true, ...kept },
      reason: `${heldAnswers}; of a list, ${wantsAll ? 'all are needed' : 'one is enough'}`,
    };
  }
  return areBare(prompts)
    ? { grader: { name: 'exact' }, reason: 'short answers, and the prompts ask for nothing else' }
    : {
        grader: { name: 'contains', wholeWords: true },
        reason: heldAnswers,
      };
}

/** Whether the prompts ask for an answer and nothing else. */
function areBare(prompts: readonly string[]): boolean {
  const bare = prompts.filter((prompt) =>
    /\b(?:only|just|nothing else|one word|single word|exactly)\b/i.test(prompt),
  );
  return bare.length >= prompts.length * 0.8;
}

/** Prompts whose expected answers are likely all wanted, where there are several. */
const asksForSeveral = /\b(?:list|every|all|each|both)\b/i;

/** The texts that references are, with numbers as JSON writes them; undefined where one is neither. */
function listTexts(references: readonly JsonValue[]): readonly string[] | undefined {
  const texts = references.map(writeText).filter((text) => text !== undefined);
  return texts.length === references.length ? texts : undefined;
}

function writeText(reference: JsonValue): string | undefined {
  if (typeof reference === 'number') return String(reference);
  return typeof reference === 'string' ? reference : undefined;
}
