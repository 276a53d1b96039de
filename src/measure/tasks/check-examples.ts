import { promptText } from '../../llm/chat.js';
import { RoutesmithError } from '../../util/errors.js';
import { groupBy } from '../../util/group-by.js';
import { listNameVariants } from '../tables/name-variants.js';
import { verdictPairs } from '../tables/verdict-pairs.js';
import type { Example, TaskSet } from './example.js';
import { unspacedScripts } from './unspaced-scripts.js';

const maxShown = 5;
const shownCharacters = 40;
/** Below it, one odd prompt is most of them. */
const minGroup = 5;

/** Where an example is, as a person finds it: its line in the file, and its id or first words. */
export function describePlace(example: Example, line: number | undefined): string {
  const text = promptText(example.prompt).trim().replace(/\s+/g, ' ');
  const words = text.length > shownCharacters ? `${text.slice(0, shownCharacters)}...` : text;
  // An id that was derived from the prompt is a hash, and tells nobody anything.
  const name = /^[0-9a-f]{16}$/.test(example.id) ? `"${words}"` : example.id;
  return line === undefined ? name : `line ${line}, ${name}`;
}

/**
 * Refuses examples that nothing can grade, before their calls are paid for.
 *
 * @throws RoutesmithError `invalid_task_set`
 */
export function checkHasGraders({ examples, lines, file }: TaskSet): void {
  const open = examples.filter(({ grader }) => grader === undefined);
  if (open.length === 0) return;
  const places = open.slice(0, maxShown).map((one) => describePlace(one, lines.get(one.id)));
  const more = open.length > maxShown ? `, and ${open.length - maxShown} more` : '';
  throw new RoutesmithError(
    'invalid_task_set',
    `${open.length} of ${examples.length} examples name no grader: ${places.join('; ')}${more}`,
    {
      where: file,
      fix: 'Name a grader for each, or for all in a defaults file; --ungraded sweeps them without grades.',
    },
  );
}

/** What is not wrong with a task set, and still likely not what was meant; one sentence each. */
export function describeSuspicions(taskSet: TaskSet): readonly string[] {
  const { repeatedLines, examples, lines } = taskSet;
  const suspicions: string[] = [];
  if (repeatedLines.length > 0) {
    suspicions.push(
      `Repeated examples, left out: line${repeatedLines.length === 1 ? '' : 's'} ${listSome(repeatedLines.map(String))}.`,
    );
  }
  for (const labels of listNameVariants(examples.flatMap(({ task }) => task ?? []))) {
    suspicions.push(
      `Labels that differ only in case or spaces count as different tasks: ${labels.map((label) => `"${label}"`).join(', ')}.`,
    );
  }
  const leaking = examples.filter(holdsOwnAnswer);
  if (leaking.length > 0) {
    const places = leaking.map((example) => describePlace(example, lines.get(example.id)));
    suspicions.push(`The prompt ends with its own right answer: ${listSome(places)}.`);
  }
  return [...suspicions, ...describeUnnamedLabels(examples)];
}

/** Answers that a question makes plain by being one, beside letters and digits. */
const plainAnswers: ReadonlySet<string> = new Set(verdictPairs.flat());

/** A ticket whose expected answer is "Shipping" asks for help, not for a label. */
function describeUnnamedLabels(examples: readonly Example[]): string[] {
  const byChoices = groupBy(
    examples.filter((example) => listLabels(example).length > 0),
    (example) => listLabels(example).join(', '),
  );
  return [...byChoices].flatMap(([named, group]) => {
    const unnamed = group.filter((example) => !namesLabels(example));
    if (group.length < minGroup || unnamed.length <= group.length / 2) return [];
    return [
      `${unnamed.length} of ${group.length} prompts with the answers ${named} do not name them: a model that is not ` +
        'told what to choose from answers in its own words, which may be graded 0. Put the question and the labels into the prompts.',
    ];
  });
}

function listLabels({ grader }: Example): readonly string[] {
  const choices = grader?.name === 'choice' ? grader.options['choices'] : undefined;
  if (!Array.isArray(choices)) return [];
  const labels = choices.filter((choice) => typeof choice === 'string');
  return labels.length === choices.length && !labels.some(isPlain) ? labels : [];
}

function isPlain(label: string): boolean {
  return /^[a-z0-9]$/i.test(label) || plainAnswers.has(label.toLowerCase());
}

/** A prompt that names as many labels, its answer among them, lists those that it has to choose from. */
const minListed = 3;

/**
 * Whether a prompt names half of the labels, or lists some with its answer, as where labels of several
 * languages are together: one alone may be a word of the text.
 */
function namesLabels(example: Example): boolean {
  const text = promptText(example.prompt);
  const labels = listLabels(example);
  const named = labels.filter((label) => isNamed(label, text));
  const hasAnswer = named.some((label) => label === example.reference);
  return named.length >= labels.length / 2 || (hasAnswer && named.length >= minListed);
}

const unspaced = new RegExp(`[${unspacedScripts}]`);
/** Longer labels may have an ending: "complaints", "긍정인지". "IT" is not in "item". */
const maxWholeWord = 3;

function isNamed(label: string, text: string): boolean {
  // Half-width kana become those of the range.
  if (unspaced.test(label.normalize('NFKC')))
    return text.toLowerCase().includes(label.toLowerCase());
  const words = separateWords(label);
  const mayEnd = /[^\p{scx=Latin}]/u.test(label) || label.length > maxWholeWord;
  return separateWords(text).includes(mayEnd ? words.trimEnd() : words);
}

/** Lower-case words with a space around each: "credit_card" is named by "credit card". */
function separateWords(text: string): string {
  return ` ${text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()} `;
}

function listSome(texts: readonly string[]): string {
  const more = texts.length > maxShown ? `, and ${texts.length - maxShown} more` : '';
  return `${texts.slice(0, maxShown).join(', ')}${more}`;
}

/** "... Answer: Paris", with the reference Paris: a row that was made for fine-tuning. */
function holdsOwnAnswer({ prompt, reference }: Example): boolean {
  if (typeof reference !== 'string' && typeof reference !== 'number') return false;
  const text = promptText(prompt).trim();
  const answer = String(reference).trim();
  return (
    answer !== '' &&
    text.endsWith(answer) &&
    /(?:answer|output|a)\s?[:=]\s{0,3}$/i.test(text.slice(0, -answer.length).slice(-20))
  );
}
